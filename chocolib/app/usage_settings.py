"""The settings of usage: a part of `app.settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class UsageSettings(BaseSettings):
    """Who looks is read from the access log of the dashboards, who that is from Tailscale."""

    access_log: str = Field(
        "",
        validation_alias="CHOCOLIB_ACCESS_LOG",
        description="access log of the dashboards, several with commas, * allowed: nginx's in "
        "deploy/, or the combined format; its rotated and gzipped files are found beside it; "
        "default: access/access.json in the home",
    )
    tailscale: str = Field(
        "",
        validation_alias="CHOCOLIB_TAILSCALE",
        description="the tailscale command, or the socket of tailscaled, by its path; off: who "
        "looks is not asked; empty: what is found in the usual places",
    )
