"""Errors as problem documents (RFC 9457): what happened, what to do, nothing of the inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from chocolib.core.errors import (
    ChocolibError,
    DataError,
    NotEnoughData,
    OtherFactory,
    PlanInfeasible,
    SettingsError,
    TookTooLong,
    Unexplained,
)

MEDIA_TYPE = "application/problem+json"
#: What of a fault is told is cut to this, in characters.
_LONGEST = 300


class Fault(BaseModel):
    """One thing that is wrong with a question."""

    where: str = Field(description="the parameter, or the field of the body")
    what: str = Field(description="what is wrong with it")


class Problem(BaseModel):
    """Why there is no answer (RFC 9457)."""

    type: str = Field(description="the kind, as the page at / explains it")
    title: str = Field(description="the kind in words; the same for every problem of it")
    status: int = Field(description="the HTTP status")
    detail: str = Field(description="what happened this time, and what it means")
    hint: str = Field("", description="what to do, often a command")
    faults: tuple[Fault, ...] = Field((), description="each thing that is wrong with the question")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name in `type`, its status and its title."""

    name: str
    status: int
    title: str


BAD_QUESTION = Kind("bad-question", 422, "The question cannot be asked so")
NO_DATA = Kind("not-enough-data", 404, "Nothing, or too little, is known for that")
NO_PATH = Kind("no-such-path", 404, "There is nothing at this path")
NO_METHOD = Kind("no-such-method", 405, "This path is not asked that way")
INFEASIBLE = Kind("plan-infeasible", 409, "The demand cannot be made")
OTHER_PLANT = Kind("other-factory", 409, "What is kept is of another factory")
NO_STORE = Kind("store-unreadable", 503, "The store cannot be read")
TOO_SLOW = Kind("too-slow", 504, "The answer took too long")
TOO_BIG = Kind("too-big", 413, "The question is too big")
TOO_LATE = Kind("too-late", 408, "The question did not come in time")
NO_TOKEN = Kind("no-token", 401, "A token is needed")
NOT_FOR_YOU = Kind("not-for-you", 403, "This is not for you")
OTHER_HOST = Kind("other-host", 421, "This server is not called that")
NOT_ANSWERED = Kind("not-answered", 409, "It could not be answered")
FAILED = Kind("failed", 500, "Something went wrong here")

KINDS = (
    BAD_QUESTION,
    NO_DATA,
    NO_PATH,
    NO_METHOD,
    INFEASIBLE,
    OTHER_PLANT,
    NO_STORE,
    TOO_SLOW,
    TOO_BIG,
    TOO_LATE,
    NO_TOKEN,
    NOT_FOR_YOU,
    OTHER_HOST,
    NOT_ANSWERED,
    FAILED,
)
#: What each of our errors is here; the first that fits.
_OF_ERROR: tuple[tuple[type[ChocolibError], Kind], ...] = (
    (SettingsError, BAD_QUESTION),
    (NotEnoughData, NO_DATA),
    (PlanInfeasible, INFEASIBLE),
    (OtherFactory, OTHER_PLANT),
    (DataError, NO_STORE),
    (TookTooLong, TOO_SLOW),
    (Unexplained, FAILED),
    (ChocolibError, NOT_ANSWERED),
)
_OF_STATUS = {404: NO_PATH, 405: NO_METHOD, 408: TOO_LATE, 413: TOO_BIG}


def kind_of(error: ChocolibError) -> Kind:
    """The kind of problem that one of our errors is."""
    return next(kind for ours, kind in _OF_ERROR if isinstance(error, ours))


def problem(
    kind: Kind,
    detail: str,
    *,
    hint: str = "",
    faults: tuple[Fault, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer that tells a problem."""
    told = Problem(
        type=f"/#{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        hint=hint,
        faults=faults,
    )
    return JSONResponse(
        told.model_dump(exclude_defaults=True),
        status_code=kind.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def told(error: ChocolibError) -> JSONResponse:
    """One of our errors; of a file, what is wrong with it but not where it lies."""
    detail = error.message
    if isinstance(error, DataError) and error.path:
        detail = detail.removeprefix(error.path).removeprefix(f", line {error.line}")
        detail = f"the store {detail.removeprefix(': ')}"
    return problem(kind_of(error), detail, hint=error.hint)


def refused(error: RequestValidationError, *, known: Iterable[str]) -> JSONResponse:
    """Arguments that do not fit, each named; what was given is not repeated.

    Args:
        known: the names that there are.
    """
    faults = tuple(_faults(error))
    said = "; ".join(f"{one.where}: {one.what}" for one in faults[:5])
    hint = f"it takes: {', '.join(known)}"
    return problem(BAD_QUESTION, said[:_LONGEST], hint=hint, faults=faults[:20])


def of_status(status: int, path: str, headers: Mapping[str, str] | None) -> JSONResponse:
    """A refusal of the framework: no such path, no such method."""
    kind = _OF_STATUS.get(status, BAD_QUESTION)
    shown = path if path.isascii() and path.isprintable() and len(path) < 100 else "this path"
    words = {
        404: f"there is nothing at {shown}",
        405: f"{shown} takes other methods",
    }
    hint = "the page at / lists what there is" if status == 404 else ""
    return problem(kind, words.get(status, kind.title), hint=hint, headers=headers)


def _faults(error: RequestValidationError) -> Iterator[Fault]:
    for one in error.errors():
        found: Mapping[str, Any] = one
        place = [str(part) for part in found["loc"] if part not in ("query", "body")]
        yield Fault(where=".".join(place)[:60] or "body", what=str(found["msg"])[:_LONGEST])
