"""What may stand in the blanks of an address or in the arguments of a prompt, as it is typed."""

from __future__ import annotations

from collections.abc import Mapping

from mcp import types

from chocolib.app.settings import Settings
from chocolib.core.i18n import LANGS
from chocolib.core.schema import MEASUREMENTS
from chocolib.doors.mcp.pages import good_reports

#: The protocol takes no more at once.
MOST = 100


def completed(
    blank: str, begun: str, settled: Mapping[str, str], settings: Settings
) -> types.Completion:
    """What a value may be.

    Args:
        blank: the name of the blank or the argument.
        begun: what has been typed of it.
        settled: the other blanks, where they are known: a day is one of its report's.
    """
    fitting = [one for one in _values(blank, settled, settings) if one.startswith(begun)]
    return types.Completion(values=fitting[:MOST], total=len(fitting), has_more=len(fitting) > MOST)


def _values(blank: str, settled: Mapping[str, str], settings: Settings) -> list[str]:
    if blank == "lang":
        return list(LANGS)
    if blank == "measurement":
        return list(MEASUREMENTS)
    if blank not in ("name", "day"):
        return []
    name = settled.get("name")
    reports = [one for one in good_reports(settings) if name in (None, one.name) or blank == "name"]
    values = (one.name if blank == "name" else one.day.isoformat() for one in reports)
    return list(dict.fromkeys(values))
