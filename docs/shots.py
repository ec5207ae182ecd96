"""The pictures of the dashboard in this folder: `make shots`.

Real prices are used where they are (`CHOCOLIB_REAL_DATA`), replayed at a fixed
moment; elsewhere the demonstration of today, which says so on the page.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from chocolib.app.context import clock, demo_store, open_context, real_store
from chocolib.app.daily import update
from chocolib.app.ingest import import_pvpc
from chocolib.app.live import fill_demo
from chocolib.app.settings import read_settings
from chocolib.doors.dash.shots import shots
from chocolib.doors.dashboards import running

HERE = Path(__file__).parent
DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", HERE.parent.parent / "shared" / "data"))
REPLAY = "2025-11-19T21:00"


def main() -> None:
    """Fill a temporary home, serve it, and take the pictures."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["CHOCOLIB_HOME"] = home
        as_of = _fill(DATA / "pvpc")
        update(open_context(as_of=as_of))
        with running(as_of, "127.0.0.1") as url:
            for scheme in ("light", "dark"):
                folder = HERE / "img" if scheme == "light" else HERE / "img" / "dark"
                for picture in shots(url, folder, scheme=scheme):
                    print(picture.relative_to(HERE.parent))


def _fill(prices: Path) -> str | None:
    now = clock()
    files = sorted(prices.glob("*.csv.gz"))
    if not files:
        fill_demo(demo_store(read_settings()), now=now)
        return None
    for done in import_pvpc(real_store(read_settings()), files, received_at=now):
        if done.error:
            raise done.error
    return REPLAY


if __name__ == "__main__":
    main()
