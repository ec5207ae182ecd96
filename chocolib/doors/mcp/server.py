"""The server: the catalogue, the pages and the usual questions, as the protocol asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

import chocolib
from chocolib.app.settings import Settings
from chocolib.core.errors import ChocolibError, SettingsError
from chocolib.core.i18n import t
from chocolib.core.roles import Role
from chocolib.doors.answering import Answering
from chocolib.doors.mcp import completing, offering, prompts, reading
from chocolib.doors.mcp.calls import called, sentence
from chocolib.doors.mcp.pages import pages
from chocolib.tools.catalogue import offered

McpServer = Server[dict[str, Any]]
Asked = ServerRequestContext[dict[str, Any], Any]
#: Says who asks; a caller without a request is the user who started the process.
RoleOf = Callable[[Any], Role]

Found = TypeVar("Found")


def open_server(answering: Answering, settings: Settings, *, role_of: RoleOf) -> McpServer:
    """A server of everything in the catalogue; it belongs to one event loop.

    Args:
        role_of: of the HTTP request a message came by, or of None.
    """
    parts = _Parts(answering, settings, role_of)
    return Server(
        "chocolib",
        version=chocolib.__version__,
        title=t("mcp.title", settings.lang),
        instructions=t("mcp.instructions", settings.lang).strip(),
        on_list_tools=parts.list_tools,
        on_call_tool=parts.call_tool,
        on_list_resources=parts.list_resources,
        on_list_resource_templates=parts.list_templates,
        on_read_resource=parts.read_resource,
        on_list_prompts=parts.list_prompts,
        on_get_prompt=parts.get_prompt,
        on_completion=parts.complete,
    )


@dataclass(frozen=True)
class _Parts:
    """What answers each kind of message."""

    answering: Answering
    settings: Settings
    role_of: RoleOf

    async def list_tools(self, ctx: Asked, _more: object) -> types.ListToolsResult:
        """The tools that whoever asks may call."""
        tools = offered(self.role_of(ctx.request))
        return types.ListToolsResult(tools=[offering.listed(tool) for tool in tools])

    async def call_tool(
        self, ctx: Asked, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        """An answer, or in words why there is none."""
        given = params.arguments or {}
        return await called(self.answering, params.name, given, role=self.role_of(ctx.request))

    async def list_resources(self, _ctx: Asked, _more: object) -> types.ListResourcesResult:
        """The pages and the newest reports."""
        work = partial(reading.resources, pages(), self.settings)
        return types.ListResourcesResult(resources=await self._read(work, "the list of pages"))

    async def list_templates(self, _ctx: Asked, _more: object) -> types.ListResourceTemplatesResult:
        """The pages with blanks."""
        return types.ListResourceTemplatesResult(resource_templates=reading.templates(pages()))

    async def read_resource(
        self, _ctx: Asked, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """The text of a page."""
        uri = str(params.uri)
        return await self._read(partial(reading.read, pages(), uri, self.settings), "the page")

    async def list_prompts(self, _ctx: Asked, _more: object) -> types.ListPromptsResult:
        """The usual questions."""
        return types.ListPromptsResult(prompts=prompts.listed(self.settings.lang))

    async def get_prompt(
        self, _ctx: Asked, params: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        """The text of a usual question."""
        given = params.arguments or {}
        work = partial(prompts.asked, params.name, given, self.settings.lang)
        return await self._read(work, "the prompt")

    async def complete(
        self, _ctx: Asked, params: types.CompleteRequestParams
    ) -> types.CompleteResult:
        """What an argument may be."""
        settled = (params.context.arguments if params.context else None) or {}
        blank, begun = params.argument.name, params.argument.value
        work = partial(completing.completed, blank, begun, settled, self.settings)
        return types.CompleteResult(completion=await self._read(work, "the completion"))

    async def _read(self, work: Callable[[], Found], what: str) -> Found:
        """What is found, or the protocol's error with our words."""
        try:
            return await self.answering.read(work, what)
        except ChocolibError as error:
            mistake = isinstance(error, SettingsError)
            code = types.INVALID_PARAMS if mistake else types.INTERNAL_ERROR
            raise MCPError(code=code, message=sentence(error)) from None
