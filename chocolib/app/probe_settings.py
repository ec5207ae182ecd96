"""The settings of what the worker probes once a minute: a part of `app.settings`."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

OFF = "off"


class ProbeSettings(BaseSettings):
    """Where the house's own doors answer that they live."""

    dash_probe_url: str = Field(
        "http://127.0.0.1:8866/healthz",
        validation_alias="CHOCOLIB_DASH_PROBE_URL",
        description="where the worker asks once a minute whether the dashboards live; off: nowhere",
    )
    api_probe_url: str = Field(
        "http://127.0.0.1:8868/health",
        validation_alias="CHOCOLIB_API_PROBE_URL",
        description="where it asks whether the HTTP API lives; off: nowhere",
    )

    @field_validator("dash_probe_url", "api_probe_url", mode="after")
    @classmethod
    def _plain_http(cls, written: str) -> str:
        if written == OFF:
            return written
        parts = urlsplit(written)
        if parts.scheme != "http" or not parts.hostname or parts.username or parts.port == 0:
            raise ValueError("it is off, or an address of this house: http://HOST:PORT/PATH")
        return written
