"""Exports of a card: the data it draws as CSV, and its drawing as PNG where our script runs."""

from __future__ import annotations

from urllib.parse import quote

import pandas as pd

from chocolib.core.i18n import Lang, t
from chocolib.core.time import MADRID
from chocolib.ui.svg import esc, tag

#: What may stand as it is in a data address inside an attribute.
_PLAIN = " ,;:/+-._()"


def csv_text(frame: pd.DataFrame) -> str:
    """A frame for other programs: every time in UTC and in Madrid, points as decimal marks.

    Args:
        frame: columns named with their units; an index of times comes first, as `time`.
    """
    index = frame.index
    timed = isinstance(index, pd.DatetimeIndex)
    whole = frame.rename_axis("time").reset_index() if timed else frame.reset_index(drop=True)
    columns: dict[str, object] = {}
    for name in whole.columns:
        values = whole[name]
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            columns[f"{name}_utc"] = values.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
            columns[f"{name}_madrid"] = values.map(_madrid)
        else:
            columns[str(name)] = values
    return str(pd.DataFrame(columns).to_csv(index=False, float_format="%.6g", lineterminator="\n"))


def _madrid(moment: pd.Timestamp) -> str:
    return moment.tz_convert(MADRID).isoformat(timespec="minutes")


def export(frame: pd.DataFrame, name: str, *, lang: Lang, picture: bool = True) -> str:
    """A fold that offers a card's data as CSV and its drawing as PNG.

    The CSV is an address that holds the data itself, so it works in a saved report too.
    The PNG is drawn by `export.js`; without it the button stays hidden.

    Args:
        frame: exactly what is drawn; see `csv_text`.
        name: of the files, without ending.
        picture: whether the card has a drawing.
    """
    address = f"data:text/csv;charset=utf-8,{quote(csv_text(frame), safe=_PLAIN)}"
    links = tag("a", "CSV", href=address, download=f"{name}.csv", class_="cc-button")
    if picture:
        links += tag(
            "button", "PNG", type="button", class_="cc-button", data_png=name, hidden="hidden"
        )
    return (
        f'<details class="cc-export"><summary>{esc(t("ui.export.title", lang))}</summary>'
        f'<div class="cc-chips">{links}</div></details>'
    )
