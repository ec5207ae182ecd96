"""The settings of the doors for programs, HTTP and MCP: a part of `app.settings`."""

from __future__ import annotations

import re

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

#: What a header can carry, and nobody guesses.
_TOKEN = re.compile(r"[\x21-\x7e]{16,}")
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]")


class DoorSettings(BaseSettings):
    """Who may come in: by default programs of this machine only, and without a token."""

    api_hosts: str = Field(
        "",
        validation_alias="CHOCOLIB_API_HOSTS",
        description="names by which the HTTP API and MCP may be called besides localhost, several "
        "with commas: factory.example.ts.net; any other Host or Origin is refused",
    )
    dash_hosts: str = Field(
        "",
        validation_alias="CHOCOLIB_DASH_HOSTS",
        description="names by which the dashboards may be called besides localhost, several with "
        "commas, as tailscale serve passes them on: factory.example.ts.net; then any other Host is "
        "refused, and without one only on an address of this machine",
    )
    api_token: SecretStr | None = Field(
        None,
        validation_alias="CHOCOLIB_API_TOKEN",
        description="token that the HTTP API and MCP ask for (Authorization: Bearer), at least 16 "
        "characters; without one they listen on this machine only",
    )
    api_deadline_s: float = Field(
        60,
        gt=0,
        le=3600,
        validation_alias="CHOCOLIB_API_DEADLINE_S",
        description="seconds after which a caller of the HTTP API or MCP is told that an answer "
        "takes too long",
    )

    @field_validator("api_hosts", "dash_hosts", mode="after")
    @classmethod
    def _host_names(cls, written: str) -> str:
        for one in filter(None, (part.strip() for part in written.split(","))):
            if not _HOST.fullmatch(one):
                raise ValueError(f"{one!r} is no host name: no scheme, no port, no path")
        return written

    @field_validator("api_token", mode="after")
    @classmethod
    def _long_enough(cls, token: SecretStr | None) -> SecretStr | None:
        if token and not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("a token has at least 16 characters, ASCII without spaces")
        return token
