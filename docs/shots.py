"""The pictures of every page of the dashboards in this folder: `make shots`.

Real prices and SIAR's days are used where they are (`CHOCOLIB_REAL_DATA`), replayed at a
fixed moment with the plans of the evenings before; elsewhere the demonstration of today,
which says so on the page. The readers of the page of use are made up (`usage_traffic.py`).
"""

from __future__ import annotations

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from chocolib.app.context import clock, demo_store, open_context, real_store
from chocolib.app.daily import update
from chocolib.app.ingest import import_pvpc, import_siar
from chocolib.app.live import fill_demo
from chocolib.app.settings import read_settings
from chocolib.doors.dash.shots import shots
from chocolib.doors.dashboards import running
from chocolib.doors.pages import PAGES
from chocolib.sources.siar import siar_files
from docs.usage_traffic import fill_usage

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Pages that are taken dark, too.
DARK = ("today", "usage")
HERE = Path(__file__).parent
DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", HERE.parent.parent / "shared" / "data"))
REPLAY = "2025-11-19T21:00"


#: So many evenings before the replayed one have a plan too.
EVENINGS = 7


def main() -> None:
    """Fill a temporary home, serve it, and take the pictures: all light, some dark too."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["CHOCOLIB_HOME"] = home
        with running(planned(), "127.0.0.1") as url:
            made = shots(url, HERE / "img", names=tuple(PAGES), before={"ask": asked})
            made += shots(url, HERE / "img" / "dark", names=DARK, scheme="dark")
            for picture in made:
                print(picture.relative_to(HERE.parent))


def planned() -> str | None:
    """Fill the home of the settings, with plans and visits; the moment to replay, `None`: now."""
    as_of = _fill(DATA)
    for moment in _evenings(as_of):
        print(f"planning as of {moment or 'now'}")
        update(open_context(as_of=moment), risk=0.0)
    fill_usage(read_settings(), open_context(as_of=as_of).as_of)
    return as_of


def asked(page: Page) -> None:
    """Ask the first of the usual questions, and wait for its answer."""
    page.locator(".cc-ask").first.click()
    page.locator('[data-part="mode"]').wait_for()


def _evenings(as_of: str | None) -> list[str | None]:
    """The moments to plan at, the replayed one last."""
    if as_of is None:
        return [None]
    last = datetime.fromisoformat(as_of)
    days = (last - timedelta(days=back) for back in range(EVENINGS, -1, -1))
    return [day.isoformat(timespec="minutes") for day in days]


def _fill(data: Path) -> str | None:
    now = clock()
    files = sorted((data / "pvpc").glob("*.csv.gz"))
    if not files:
        fill_demo(demo_store(read_settings()), now=now)
        return None
    store = real_store(read_settings())
    days = siar_files([data / "siar"])
    for done in (
        *import_pvpc(store, files, received_at=now),
        *import_siar(store, days, received_at=now),
    ):
        if done.error:
            raise done.error
    return REPLAY


if __name__ == "__main__":
    main()
