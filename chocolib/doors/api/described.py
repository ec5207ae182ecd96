"""The OpenAPI document: what every path takes, gives and how it fails."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

import chocolib
from chocolib.doors.api.problems import Problem
from chocolib.doors.api.spoken import Asking
from chocolib.tools.catalogue import TOOLS

DESCRIPTION = """Answers of a small chocolate factory in Linares (Spain): prices, weather,
forecasts, plans, savings and alerts. Everything is read-only.

Times are Madrid time with their offset; prices are EUR/kWh. `as_of` replays a past moment. Errors
are problem documents (RFC 9457). An answer has an ETag: send it back as If-None-Match."""

_GROUPS = {
    "realtime": "what is true now",
    "predictions": "what is expected, and what to do",
    "analysis": "what has been, and why",
    "alerts": "what deserves attention",
    "operations": "how the machinery fares: data, models, jobs",
    "usage": "who uses it, and how it fares",
    "chat": "questions in words",
    "server": "the server itself",
}


def describe(app: FastAPI, *, token: bool) -> dict[str, Any]:
    """The document, OpenAPI 3.1; made once.

    Args:
        token: whether callers need one.
    """
    if app.openapi_schema is None:
        document = get_openapi(
            title="chocolib",
            version=chocolib.__version__,
            description=DESCRIPTION,
            routes=app.routes,
            tags=[{"name": name, "description": said} for name, said in _tags().items()],
        )
        app.openapi_schema = _completed(document, token=token)
    return app.openapi_schema


def arguments(document: dict[str, Any], path: str) -> list[str]:
    """The names that a path takes, in the address or in the body."""
    found = document["paths"].get(path, {})
    if "get" in found:
        return [one["name"] for one in found["get"].get("parameters", ())]
    return list(Asking.model_fields)


def _tags() -> dict[str, str]:
    """The groups that there are paths of."""
    used = {tool.group for tool in TOOLS.values()} | {"chat", "server"}
    return {name: said for name, said in _GROUPS.items() if name in used}


def _completed(document: dict[str, Any], *, token: bool) -> dict[str, Any]:
    """The document with the form of problems, and with the token where there is one."""
    _, made = models_json_schema(
        [(Problem, "serialization")], ref_template="#/components/schemas/{model}"
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(made["$defs"])
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    if token:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
    return document
