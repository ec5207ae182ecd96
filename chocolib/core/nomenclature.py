"""Every measurement in words: what its columns are called and mean, with units and bounds."""

from __future__ import annotations

from chocolib.core.measurement import Field, Measurement
from chocolib.core.schema import MEASUREMENTS


def nomenclature() -> str:
    """`docs/nomenclature.md`, in Markdown."""
    head = [
        "# Nomenclature",
        "",
        "Made from `chocolib/core/schema.py` by `make docs`; do not edit.",
        "",
        "Every row also has `time` (UTC, start of the step), `source`, `available_at` (UTC, when",
        "it became known) and `flag` (empty, or `outlier`: kept, but no model learns from it).",
    ]
    return "\n".join([*head, *(line for m in MEASUREMENTS.values() for line in section(m)), ""])


def section(kind: Measurement) -> list[str]:
    """The lines of one measurement, the first one empty."""
    key = ", ".join(f"`{name}`" for name in kind.key)
    return [
        "",
        f"## {kind.name}",
        "",
        f"{kind.description[0].upper()}{kind.description[1:]}. Key: {key}. "
        f"Known: {kind.publication}.",
        "",
        "| column | what | bounds |",
        "|---|---|---|",
        *(_line(field) for field in (*kind.tags, *kind.fields)),
    ]


def _line(field: Field) -> str:
    low = "" if field.lower is None else f"{field.lower:g}"
    high = "" if field.upper is None else f"{field.upper:g}"
    bounds = f"{low} .. {high}" if low or high else ""
    return f"| `{field.name}` | {field.description} | {bounds} |"
