"""Answers as a model reads them: short lines, tables without repeated names, texts as data.

At most `MOST_TOKENS` for all that was consulted; long tables lose their last rows, and say so.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chocolib.assistant.parts import Consulted
from chocolib.core.time import MADRID

MOST_TOKENS = 1200
#: Characters of a token, on the safe side: Spanish, digits and punctuation have few.
CHARS_PER_TOKEN = 2.5
#: A text in an answer is quoted up to so many characters.
_TEXT = 240
#: Tables are cut to so many rows until they fit.
_ROWS = (24, 16, 12, 8, 6, 4, 3, 2, 1)
#: What other fields of the same answer say in fewer words.
_LEFT_OUT: Mapping[str, frozenset[str]] = {
    "production_recommendation": frozenset({"hours"}),
    "forecast_deviation": frozenset({"hours"}),
    "batch_explanation": frozenset({"other_starts", "batches"}),
    "active_users": frozenset({"logs", "summary"}),
    "usage_stats": frozenset({"most_viewed_cards", "user_sessions"}),
    "system_performance": frozenset({"slowest_endpoints", "slow"}),
}
_HEAD = frozenset({"as_of", "synthetic", "origins", "remarks"})


def tokens(text: str) -> int:
    """Tokens of a text, estimated so that there are hardly more."""
    return math.ceil(len(text) / CHARS_PER_TOKEN)


def compact(consulted: Sequence[Consulted], *, most_tokens: int = MOST_TOKENS) -> str:
    """All that was consulted, in at most so many tokens; times are Madrid's."""
    left = int(most_tokens * CHARS_PER_TOKEN)
    parts: list[str] = []
    for n, one in enumerate(consulted):
        part = _fitting(one, left // (len(consulted) - n) - 1)
        parts.append(part)
        left -= len(part) + 1
    return "\n".join(parts)


def _fitting(one: Consulted, chars: int) -> str:
    told = next((text for text in _tellings(one) if len(text) <= chars), None)
    if told is None:
        *_, shortest = _tellings(one)
        return shortest[: chars - 8] + "\n... cut"
    return told


def _tellings(one: Consulted) -> Iterator[str]:
    for rows in _ROWS:
        yield "\n".join(_lines(one, rows))


def _lines(one: Consulted, rows: int) -> Iterator[str]:
    given = "".join(f" {name}={_value(value)}" for name, value in one.arguments.items())
    yield f"# {one.tool.short}{given}"
    if one.answer is None:
        yield f"no answer: {_value(one.problem)}"
        return
    answer = one.answer.model_dump(exclude_none=True)
    yield f"as of {_value(answer['as_of'])}" + (" SYNTHETIC data" if answer["synthetic"] else "")
    for origin in answer["origins"]:
        yield (
            f"source of {origin['series']}: {origin['source']}, newest {_value(origin['newest'])}, "
            f"{origin['age_h']:g} h old"
        )
    for remark in answer["remarks"]:
        yield f"beware: {_value(remark)}"
    out = _HEAD | _LEFT_OUT.get(one.tool.short, frozenset())
    for name, value in answer.items():
        if name not in out:
            yield from _field(name, value, rows)


def _field(name: str, value: Any, rows: int) -> Iterator[str]:
    if _is_table(value):
        yield from _table(name, value, rows)
    elif isinstance(value, Mapping):
        yield f"{name}: {_flat(value)}"
    elif isinstance(value, list | tuple):
        yield f"{name}: {'; '.join(map(_value, value[:rows])) or 'none'}{_more(value, rows)}"
    else:
        yield f"{name}: {_value(value)}"


def _is_table(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], Mapping)


def _table(name: str, value: Sequence[Mapping[str, Any]], rows: int) -> Iterator[str]:
    names = list(dict.fromkeys(key for row in value for key in row))
    yield f"{name} ({' | '.join(names)}){_more(value, rows)}:"
    for row in value[:rows]:
        yield " | ".join(_cell(row[key]) if key in row else "-" for key in names)


def _more(value: Sequence[Any], rows: int) -> str:
    return f", {rows} of {len(value)}" if len(value) > rows else ""


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return _flat(value)
    if isinstance(value, list | tuple):
        return "; ".join(map(_cell, value)) or "none"
    return _value(value)


def _flat(value: Mapping[str, Any]) -> str:
    if set(value) == {"start", "end"}:
        return f"{_value(value['start'])} to {_value(value['end'])}"
    return ", ".join(f"{name} {_cell(part)}" for name, part in value.items() if part is not False)


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(MADRID).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    """A text that came with the data: one line, no signs that could end what is around it."""
    seen = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in text)
    plain = " ".join(seen.replace("<", "(").replace(">", ")").replace("|", "/").split())
    cut = plain if len(plain) <= _TEXT else plain[: _TEXT - 1] + "…"
    is_name = cut.replace("_", "").replace("-", "").replace(".", "").isalnum()
    return cut if is_name else json.dumps(cut, ensure_ascii=False)
