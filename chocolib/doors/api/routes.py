"""One GET for each tool, made from the catalogue: a new tool has its path by itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from chocolib.doors.api.desk import Desk
from chocolib.doors.api.former import Former, former_of
from chocolib.doors.api.problems import (
    BAD_QUESTION,
    INFEASIBLE,
    MEDIA_TYPE,
    NO_DATA,
    NO_STORE,
    NO_TOKEN,
    NOT_FOR_YOU,
    TOO_SLOW,
    Kind,
    problem,
)
from chocolib.doors.api.query import query_of, question
from chocolib.doors.api.reader import lang_of, reader_of
from chocolib.tools.tool import Tool

Endpoint = Callable[..., Coroutine[Any, Any, Response]]

_CAN_GO_WRONG = (NO_TOKEN, NO_DATA, INFEASIBLE, BAD_QUESTION, NO_STORE, TOO_SLOW)


def routes(tools: Iterable[Tool], desk: Desk) -> APIRouter:
    """The paths of these tools, and those of the former system that lead to them."""
    router = APIRouter()
    for tool in tools:
        router.add_api_route(
            tool.path,
            endpoint(tool, desk),
            tags=[tool.group],
            operation_id=tool.name,
            summary=tool.description.partition(". ")[0].rstrip("."),
            description=tool.description,
            response_model=tool.answer,
            responses=problems(*_CAN_GO_WRONG, *((NOT_FOR_YOU,) if tool.role == "admin" else ())),
        )
        for former in former_of(tool.short):
            _add_former(router, tool, former, desk)
    return router


def _add_former(router: APIRouter, tool: Tool, former: Former, desk: Desk) -> None:
    """The same answer at a path that the former system had."""
    router.add_api_route(
        former.path,
        endpoint(tool, desk, former.preset),
        tags=[tool.group],
        operation_id=f"{tool.name}_at{former.path.replace('/', '_').replace('-', '_')}",
        summary=f"As {tool.path}",
        deprecated=True,
        response_model=tool.answer,
        responses=problems(*_CAN_GO_WRONG),
    )


def endpoint(tool: Tool, desk: Desk, preset: Mapping[str, Any] | None = None) -> Endpoint:
    """Answers one tool; its signature is what FastAPI reads the query's model from.

    Args:
        preset: defaults that are other ones than the tool's.
    """

    async def answer(request: Request, query: BaseModel) -> Response:
        if tool.role == "admin" and reader_of(request).role != "admin":
            return problem(NOT_FOR_YOU, f"{tool.short} is for administrators")
        asked = question(tool, query, lang=lang_of(request), role=reader_of(request).role)
        return await desk.answer(asked, request.headers.get("If-None-Match"))

    given = (("request", Request), ("query", Annotated[query_of(tool, preset or {}), Query()]))
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(name, kind, annotation=one) for name, one in given]
    answer.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    answer.__name__ = tool.name
    return answer


def problems(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """How a route may fail, as the OpenAPI document says it."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles: dict[int, list[str]] = {}
    for kind in kinds:
        titles.setdefault(kind.status, []).append(kind.title)
    return {s: {"description": "; ".join(said), "content": content} for s, said in titles.items()}
