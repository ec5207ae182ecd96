"""What containers and people ask of the server itself: does it live, can it read, which is it."""

from __future__ import annotations

import platform
from typing import Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

import chocolib
from chocolib.app.context import open_context
from chocolib.core.errors import ChocolibError
from chocolib.doors.api.problems import NO_STORE, problem
from chocolib.doors.api.routes import problems

FRESH = {"Cache-Control": "no-store"}


class Health(BaseModel):
    """The server lives."""

    status: Literal["ok"] = "ok"
    version: str = Field(description="of chocolib")


class Ready(BaseModel):
    """The store can be read."""

    ready: Literal[True] = True
    prices: bool = Field(description="whether it has any price yet")
    synthetic: bool = Field(description="whether what is read is a demonstration")


class Version(BaseModel):
    """What runs here."""

    version: str = Field(description="of chocolib")
    python: str
    environment: Literal["real", "demonstration"] = Field(description="which data are read")


def life() -> APIRouter:
    """`/health`, `/ready` and `/version`; none of them waits for an answer being made."""
    router = APIRouter(tags=["server"])
    apart = CapacityLimiter(2)

    @router.get("/health", response_model=Health, summary="Whether the server lives")
    async def health() -> Response:
        """Always quick; reads nothing."""
        return _fresh(Health(version=chocolib.__version__))

    @router.get(
        "/ready",
        response_model=Ready,
        summary="Whether the store can be read",
        responses=problems(NO_STORE),
    )
    async def ready() -> Response:
        """503 with the reason when it cannot."""
        try:
            return _fresh(await to_thread.run_sync(_read, limiter=apart))
        except ChocolibError as error:
            said = f"{type(error).__name__}: the store or a setting cannot be used"
            return problem(NO_STORE, said, hint=error.hint)

    @router.get(
        "/version",
        response_model=Version,
        summary="Which chocolib this is",
        responses=problems(NO_STORE),
    )
    async def version() -> Response:
        """The version, Python, and whether the data are real."""
        read = await to_thread.run_sync(_read, limiter=apart)
        return _fresh(
            Version(
                version=chocolib.__version__,
                python=platform.python_version(),
                environment="demonstration" if read.synthetic else "real",
            )
        )

    return router


def _read() -> Ready:
    context = open_context()
    try:
        prices = context.store.revision("energy_prices") > 0
        return Ready(prices=prices, synthetic=context.store.synthetic)
    finally:
        context.store.close()


def _fresh(told: BaseModel) -> JSONResponse:
    return JSONResponse(told.model_dump(), headers=FRESH)
