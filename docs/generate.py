"""Docs that are made from the code: `make docs`. A test checks that they are current."""

from __future__ import annotations

from pathlib import Path

from chocolib.app.backup_settings import BackupSettings
from chocolib.app.chat_settings import ChatSettings
from chocolib.app.door_settings import DoorSettings
from chocolib.app.notice_settings import NoticeSettings
from chocolib.app.secret_settings import SecretSettings
from chocolib.app.settings import Settings
from chocolib.app.usage_settings import UsageSettings
from chocolib.core.factory import FactorySpec
from chocolib.core.nomenclature import nomenclature
from chocolib.core.toml.keys import Key, keys
from docs.generate_alerts import alerts
from docs.generate_jobs import jobs
from docs.generate_tools import tools

HERE = Path(__file__).parent


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
    fields = Settings.model_fields
    parts = (
        BackupSettings,
        ChatSettings,
        DoorSettings,
        NoticeSettings,
        SecretSettings,
        UsageSettings,
    )
    apart = [name for part in parts for name in part.model_fields]
    lines = [
        f"| `{fields[name].validation_alias}` | {fields[name].description} | {_default(name)} |"
        for name in [*(name for name in fields if name not in apart), *apart]
    ]
    return "\n".join([*head, *lines, ""])


def _default(name: str) -> str:
    if name == "home":
        return "the user data folder of the system"
    default = Settings.model_fields[name].default
    return "" if default is None else f"`{default}`"


FACTORY = """# The factory file

Made from `chocolib/core/factory/` by `make docs`; do not edit.

One TOML holds everything a plan needs to know of the plant. Three ship with the package:
[`factory`](../chocolib/core/factory/factory.toml) (Linares, the default),
[`heavy`](../chocolib/core/factory/heavy.toml) (150 kW) and
[`small-10kw`](../chocolib/core/factory/small-10kw.toml) (the one PVPC is legally open to). Copy
one, change it, check it, use it:

```sh
chocolib factory check my-factory.toml    # every fault with its line; then whether the demand fits
export CHOCOLIB_FACTORY=my-factory.toml   # or a shipped one's name: small-10kw
chocolib factory show                     # what is in use
```

## What is checked

- **Every fault at once**, each with its line, key and unit, what was there and what it should be;
  `--json` has them as data. A typing mistake gets the nearest key, watts get their kilowatts.
- **Contradictions**: a machine above the contracted power, a product without hours, a stage that
  needs staff longer than anybody stays, a hold of 0 before a stage without machines, a shift that
  ends before it begins, services of machines that are not there, a year that never opens.
- **Whether the demand fits** (the exit code says so too): needed and available hours of each stage
  in a usual week, and of its busiest month; then a week's plan from an empty factory on each
  weekday, every batch in time; then each week with dated orders (`[[demand.orders]]`), with its
  own calendar, from an empty factory `made_ahead_days` before. Available hours are an upper bound
  (staff, holds and services counted stage by stage): a load above 100 % proves that the usual
  demand does not fit, one below proves nothing. Work for a single week may be done before and
  after it, so there only the plan decides.

## What the words mean

- Times are local, windows `[start, end)`, durations lie on quarters of an hour. A plan in longer
  steps rounds durations up; the energy of a batch stays exact.
- **Power** is the mean draw of one machine. `phases` split a stage, for example
  `phases = [{ kw = 15, hours = 1 }, { kw = 11 }]`: the one without hours is the rest, and
  `power_kw`, left out, is the highest of them.
- **Setting up and cleaning** keep the machine before and after every batch.
- **Services** (`[[maintenance]]`) stop machines: `every = "day"`, `"week"` on a weekday, or
  `"month"` on the `which`-th such weekday.
- **Demand** of a day is made at most `made_ahead_days` before it and is due `due_working_days`
  later, at the end of that day's last shift or at `due_hour`. A batch that is late costs
  `late_eur_batch_h` for each hour; with 0 due times are hard, and what cannot be in time is
  refused.
- **The night shift** is off until `enabled`; each hour in which work needs it costs
  `people * eur_person_h`.
- **The tariff** is 2.0TD. 3.0TD (six periods, over 15 kW) is not implemented, and asking for it is
  refused; with 2.0TD a larger plant has PVPC as its price signal, not as its contract.
- **Thresholds** left out are those of Linares; a table changes the keys it names.

## Every key

`[]` is an item of an array, `*` a name of yours. **needed**: there is no default.

| key | what | value | default |
|---|---|---|---|
"""


def factory() -> str:
    """How a factory file is written and checked, with every key, its unit and its bounds."""
    known = {key.path: key for key in keys(FactorySpec)}
    lines = [_key_line(key, known) for key in known.values() if key.path[-1] not in ("[]", "*")]
    return FACTORY + "\n".join([*lines, ""])


def _key_line(key: Key, known: dict[tuple[str, ...], Key]) -> str:
    item = known.get((*key.path, "[]")) or known.get((*key.path, "*"))
    value = key.wanted if item is None or item.is_table else f"{key.wanted}; each {item.wanted}"
    default = "**needed**" if key.default is None else key.default and f"`{key.default}`"
    return f"| `{key.name}` | {key.what} | {value} | {default} |"


PAGES = {
    "alerts.md": alerts,
    "factory.md": factory,
    "jobs.md": jobs,
    "nomenclature.md": nomenclature,
    "settings.md": settings,
    "tools.md": tools,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
