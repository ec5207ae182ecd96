"""What goes wrong on the way to the model, in a few kinds, each with its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import anthropic

Kind = Literal["key", "model", "request", "spent", "busy", "network", "slow", "cut", "garbled"]
#: What the reader is told.
SENTENCES: dict[Kind, str] = {
    "key": "chat.claude.key",
    "model": "chat.claude.model",
    "request": "chat.claude.request",
    "spent": "chat.claude.spent",
    "busy": "chat.claude.busy",
    "network": "chat.claude.network",
    "slow": "chat.claude.slow",
    "cut": "chat.claude.cut",
    "garbled": "chat.claude.garbled",
}
#: Types of errors as the API names them, where the status does not say.
_BY_TYPE: dict[str, Kind] = {
    "authentication_error": "key",
    "permission_error": "key",
    "not_found_error": "model",
    "billing_error": "spent",
    "rate_limit_error": "busy",
    "overloaded_error": "busy",
    "api_error": "busy",
    "timeout_error": "busy",
    "invalid_request_error": "request",
    "request_too_large": "request",
}
_BY_STATUS: dict[int, Kind] = {
    400: "request",
    401: "key",
    402: "spent",
    403: "key",
    404: "model",
    408: "busy",
    413: "request",
    429: "busy",
}
#: A 429 that says so is not one of too many requests: asking again is of no use.
_SPEND_LIMIT = "spend_limit"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the model does not (go on to) answer.

    Attributes:
        kind: names the sentence, see `SENTENCES`.
        again: it may be asked again, if it has not begun to answer.
        wait_s: how long the server asks to wait; None: it does not say.
    """

    kind: Kind
    again: bool = False
    wait_s: float | None = None


def fault_of(error: Exception) -> Fault:
    """The kind of an error that anthropic or httpx2 raised, or a timeout of ours."""
    import anthropic
    import httpx2

    if isinstance(error, TimeoutError | anthropic.APITimeoutError | httpx2.ReadTimeout):
        return Fault("slow")
    if isinstance(error, anthropic.APIConnectionError):
        return Fault("network", again=True)
    if isinstance(error, anthropic.APIStatusError):
        return _of_status(error)
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return Fault("network", again=True)
    return Fault("cut" if isinstance(error, httpx2.HTTPError) else "garbled")


def _of_status(error: anthropic.APIStatusError) -> Fault:
    """By its type where it names one: an error in mid-stream has status 200."""
    if _SPEND_LIMIT in f"{error.error_code} {error.type} {error.body}":
        return Fault("spent")
    kind = _BY_TYPE.get(str(error.type)) or _BY_STATUS.get(error.status_code)
    if kind is None:
        kind = "busy" if error.status_code >= 500 else "request"
    return Fault(kind, again=kind == "busy", wait_s=_wait_s(error))


def _wait_s(error: anthropic.APIStatusError) -> float | None:
    """Seconds of Retry-After; None where there is none that is a number."""
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None
