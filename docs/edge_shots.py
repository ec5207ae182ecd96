"""The pictures of the dashboards through the real nginx, in img/edge: `make shots-edge`.

As on the Tailnet, but for the sidecar: our configuration of nginx before our dashboards, and a
reader whom no header names. A page that is not whole, or that logs an error of its policy, ends it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from chocolib.doors.dash.shots import shots
from chocolib.doors.dashboards import running
from docs.shots import HERE, asked, planned
from tests.deploy.edge import HOST, edge

#: A page of charts, and the two with a socket.
NAMES = ("today", "plan", "ask")


def main() -> None:
    """Fill a temporary home, serve it behind nginx, and take the pictures."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["CHOCOLIB_HOME"] = f"{place}/home"
        os.environ["CHOCOLIB_TRUSTED_PROXY"] = HOST
        with running(planned(), HOST) as url:
            port = int(url.rpartition(":")[2])
            with edge(Path(place) / "nginx", port) as served:
                out = HERE / "img" / "edge"
                for picture in shots(served.url, out, names=NAMES, before={"ask": asked}):
                    print(picture.relative_to(HERE.parent))


if __name__ == "__main__":
    main()
