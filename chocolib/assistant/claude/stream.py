"""One request, heard to its end: text as it comes, and what is left of whatever ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chocolib.assistant.claude.faults import Fault, fault_of
from chocolib.assistant.claude.request import Request
from chocolib.assistant.compact import tokens
from chocolib.assistant.parts import Tokens

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import Message

#: What is kept of a block for the next round, by its type, and of what type that has to be.
_KEPT: Mapping[str, Mapping[str, type]] = {
    "text": {"text": str},
    "thinking": {"thinking": str, "signature": str},
    "redacted_thinking": {"data": str},
    "tool_use": {"id": str, "name": str, "input": object},
}
#: What the SDK raises where an answer is not as the API's: it does not check them.
_GARBLED = (ValueError, RuntimeError, LookupError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, seconds.

    Attributes:
        first_s: for the first event of a request; gap_s: between two of them. Pings are none.
        retry_s: the longest wait before asking again; pause_s: where the server names none.
        retries: how often is asked again.
    """

    first_s: float = 20.0
    gap_s: float = 15.0
    retry_s: float = 5.0
    pause_s: float = 0.5
    retries: int = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """What one request brought.

    Attributes:
        blocks: what the model said, as it has to be sent again.
        tokens: as the server reported them; of a reply that was cut off, what was written is
            at least its length. None: the server reported nothing.
        stop_reason: why the model stopped; empty: it did not come so far.
        fault: why it did not; None: nothing went wrong, or the reader wanted no more.
    """

    blocks: tuple[Request, ...] = ()
    tokens: Tokens | None = None
    stop_reason: str = ""
    fault: Fault | None = None

    @property
    def calls(self) -> list[Request]:
        """The tools that the model wants to ask."""
        return [block for block in self.blocks if block["type"] == "tool_use"]


@dataclass(slots=True)
class _Ear:
    """What was heard so far of one attempt."""

    tell: Callable[[str], None]
    message: Message | None = None
    written: str = ""

    def heard(self, fault: Fault | None = None) -> Heard:
        """All of it; a reply that has not ended well keeps what there is of it."""
        if self.message is None:
            return Heard(fault=fault)
        reason = self.message.stop_reason or ""
        return Heard(
            blocks=tuple(_blocks(self.message)),
            tokens=_tokens(self.message, self.written),
            stop_reason=reason,
            fault=fault or (None if reason else Fault("cut")),
        )


async def hear(
    client: AsyncAnthropic,
    request: Request,
    *,
    patience: Patience,
    within_s: float,
    tell: Callable[[str | Heard], None],
) -> None:
    """Ask once, and again where nothing was charged yet; tell every piece of text, `Heard` last.

    Args:
        within_s: all of it takes no longer, seconds.
        tell: is called in the thread of the loop.
    """
    ear = _Ear(tell)
    try:
        async with asyncio.timeout(within_s):
            for attempt in range(patience.retries + 1):
                ear = _Ear(tell)
                fault = await _attempt(client, request, patience, ear)
                wait_s = _wait_s(fault, ear, attempt, patience)
                if wait_s is None:
                    break
                await asyncio.sleep(wait_s)
        heard = ear.heard(fault)
    except TimeoutError:
        heard = ear.heard(Fault("slow"))
    except asyncio.CancelledError:
        tell(ear.heard())
        raise
    tell(heard)


def _wait_s(fault: Fault | None, ear: _Ear, attempt: int, patience: Patience) -> float | None:
    """How long to wait before asking again; None: not again.

    Only where the server has reported no use of tokens: nothing is charged twice.
    """
    if fault is None or not fault.again or ear.message is not None:
        return None
    if attempt == patience.retries:
        return None
    wait_s = patience.pause_s * 2**attempt if fault.wait_s is None else fault.wait_s
    return wait_s if wait_s <= patience.retry_s else None


async def _attempt(
    client: AsyncAnthropic, request: Request, patience: Patience, ear: _Ear
) -> Fault | None:
    """One attempt; what it brought is in `ear`."""
    import anthropic
    import httpx2

    known = (anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError, TimeoutError)
    try:
        await _listen(client, request, patience, ear)
    except known as error:
        return fault_of(error)
    except _GARBLED as error:
        return fault_of(error)
    return None if ear.message is not None else Fault("garbled")


async def _listen(client: AsyncAnthropic, request: Request, patience: Patience, ear: _Ear) -> None:
    async with asyncio.timeout(patience.first_s) as waiting:
        async with client.messages.stream(**request) as stream:
            loop = asyncio.get_running_loop()
            async for event in stream:
                waiting.reschedule(loop.time() + patience.gap_s)
                if event.type == "message_start":
                    ear.message = _begun(stream.current_message_snapshot)
                elif event.type == "text" and event.text:
                    ear.written += event.text
                    ear.tell(event.text)
            waiting.reschedule(None)


def _begun(message: Message) -> Message:
    """The message that grows as it is heard; from here on it is charged."""
    if not isinstance(message.usage.input_tokens, int):
        raise TypeError("a message without its use of tokens")
    return message


def _blocks(message: Message) -> Iterator[Request]:
    """What was said, block by block; kinds that were not asked for and torn ones are left out."""
    content: Any = message.content
    for block in content if isinstance(content, list) else ():
        wanted = _KEPT.get(str(block.type), {})
        kept = {name: getattr(block, name, None) for name in wanted}
        whole = all(isinstance(kept[name], kind) for name, kind in wanted.items())
        if wanted and whole and str(kept.get("text", "-")).strip():
            yield {"type": block.type, **kept}


def _tokens(message: Message, written: str) -> Tokens:
    """What was read and written; what was written is only reported at the end."""
    usage = message.usage
    at_least = 0 if message.stop_reason else tokens(written)
    return Tokens(
        read=_count(usage.input_tokens),
        written=max(_count(usage.output_tokens), at_least),
        cache_read=_count(usage.cache_read_input_tokens),
        cache_written=_count(usage.cache_creation_input_tokens),
    )


def _count(value: object) -> int:
    """A count that is none is not counted: the SDK passes on whatever came."""
    return value if isinstance(value, int) and value > 0 else 0
