"""Docs that are made from the code: `make docs`. A test checks that they are current."""

from __future__ import annotations

from pathlib import Path

from chocolib.app.settings import Settings
from chocolib.core.measurement import Field, Measurement
from chocolib.core.schema import MEASUREMENTS
from docs.generate_alerts import alerts

HERE = Path(__file__).parent


def nomenclature() -> str:
    """Every measurement with its tags, fields, units and bounds."""
    head = [
        "# Nomenclature",
        "",
        "Made from `chocolib/core/schema.py` by `make docs`; do not edit.",
        "",
        "Every row also has `time` (UTC, start of the step), `source`, `available_at` (UTC, when",
        "it became known) and `flag` (empty, or `outlier`: kept, but no model learns from it).",
    ]
    return "\n".join([*head, *(line for m in MEASUREMENTS.values() for line in _section(m)), ""])


def _section(kind: Measurement) -> list[str]:
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


def settings() -> str:
    """Every environment variable with its default."""
    head = [
        "# Settings",
        "",
        "Made from `chocolib/app/settings.py` by `make docs`; do not edit.",
        "",
        "| variable | what | default |",
        "|---|---|---|",
    ]
    lines = [
        f"| `{field.validation_alias}` | {field.description} | {_default(name)} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([*head, *lines, ""])


def _default(name: str) -> str:
    if name == "home":
        return "the user data folder of the system"
    default = Settings.model_fields[name].default
    return "" if default is None else f"`{default}`"


PAGES = {"alerts.md": alerts, "nomenclature.md": nomenclature, "settings.md": settings}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
