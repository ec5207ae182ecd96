"""What can be read besides the answers: the factory, the reports, the words of the house."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from chocolib.app.factory import in_use
from chocolib.app.report_files import Report, listed, newest
from chocolib.app.settings import Settings
from chocolib.core.errors import DataError, SettingsError
from chocolib.core.factory import FactorySpec
from chocolib.core.nomenclature import nomenclature, section
from chocolib.core.schema import MEASUREMENTS
from chocolib.doors.mcp.plain import plain
from chocolib.tools.catalogue import offered
from chocolib.tools.tool import Tool

JSON, MARKDOWN, TOML, TEXT = "application/json", "text/markdown", "application/toml", "text/plain"
SCHEME = "chocolib://"
#: A page of more bytes is not read: no report of ours is near it.
LARGEST = 20 * 2**20

#: Reads a page: the settings, then what stands in the blanks of its address.
Read = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Page:
    """Something to read.

    Attributes:
        address: after the scheme; `{blanks}` make it a template.
        read: gets the settings and the blanks, and only ever compares the latter with what
            there is: no path is made of them.
    """

    address: str
    title: str
    mime_type: str
    read: Read

    @property
    def uri(self) -> str:
        """Its address, whole."""
        return SCHEME + self.address

    @property
    def name(self) -> str:
        """What it is called in lists: its address with hyphens."""
        return re.sub(r"\W+", "-", self.address).strip("-")

    @property
    def blanks(self) -> tuple[str, ...]:
        """The names of the blanks, in their order."""
        return tuple(re.findall(r"{(\w+)}", self.address))

    def filled(self, uri: str) -> tuple[str, ...] | None:
        """What stands in the blanks of an address; `None`: it is not of this page."""
        pattern = re.sub(r"\\{\w+\\}", r"([\\w.-]+)", re.escape(self.uri))
        found = re.fullmatch(pattern, uri, re.ASCII)
        return found.groups() if found else None


@cache
def pages() -> tuple[Page, ...]:
    """Everything there is to read."""
    return (
        Page("factory.toml", "The factory in use, as it is written", TOML, _toml),
        Page("factory.json", "The factory in use, with what is left out", JSON, _json),
        Page("reports", "The reports there are, the newest first", JSON, _reports),
        Page("reports/{name}/{day}", "A report as text", TEXT, _report),
        Page("nomenclature", "Every measurement: columns, units, bounds", MARKDOWN, _nomenclature),
        Page("nomenclature/{measurement}", "One measurement", MARKDOWN, _measurement),
        Page("tools", "The tools and what they take", MARKDOWN, _tools),
    )


def report_uri(report: Report) -> str:
    """Where the text of a report is."""
    return f"{SCHEME}reports/{report.name}/{report.day}"


def good_reports(settings: Settings) -> list[Report]:
    """The reports that were made, the newest day first."""
    return [one for one in listed(settings.reports) if not one.failed]


def _toml(settings: Settings) -> str:
    path = in_use(settings.factory)
    FactorySpec.read(path)
    return path.read_text(encoding="utf-8")


def _json(settings: Settings) -> str:
    return FactorySpec.read(in_use(settings.factory)).model_dump_json(indent=1)


def _reports(settings: Settings) -> str:
    told = [
        {"report": one.name, "day": f"{one.day}", "uri": report_uri(one), "bytes": one.size}
        for one in good_reports(settings)
    ]
    return json.dumps(told, indent=1)


def _report(settings: Settings, name: str, day: str) -> str:
    return plain(_page(newest(settings.reports, name, _day(day))))


def _page(report: Report) -> str:
    """The HTML of a report.

    Raises:
        DataError: it is too large, or gone since it was listed.
    """
    try:
        with report.html.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise DataError(f"the report cannot be read ({error.strerror})") from None
    if len(content) > LARGEST:
        raise DataError(f"the report is larger than {LARGEST // 2**20} MiB")
    return content.decode("utf-8", "replace")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{text[:40]!r} is not a day", hint="2025-11-20") from None


def _nomenclature(_settings: Settings) -> str:
    return nomenclature()


def _measurement(_settings: Settings, name: str) -> str:
    if name not in MEASUREMENTS:
        names = ", ".join(MEASUREMENTS)
        raise SettingsError(f"there is no measurement {name[:80]!r}", hint=f"one of: {names}")
    return "\n".join(section(MEASUREMENTS[name])).strip() + "\n"


def _tools(_settings: Settings) -> str:
    head = ["# The answers", "", "All of them take `as_of` (a past moment) and `lang` besides."]
    return "\n".join([*head, *(line for tool in offered("viewer") for line in _tool(tool)), ""])


def _tool(tool: Tool) -> list[str]:
    fields = tool.arguments.model_fields
    taken = [
        f"- `{name}` (default {field.default!r}): {field.description or ''}".rstrip(": ")
        for name, field in fields.items()
    ]
    return ["", f"## {tool.name}", "", tool.description, *(["", *taken] if taken else [])]
