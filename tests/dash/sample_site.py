"""A site whose pages show what stands in files, and do what they are told there.

Painters, kernels and the server itself read this module: it teaches the workbench a widget
whose Python side is a bare comm, as ipywidgets makes one.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import comm as comms
from comm.base_comm import BaseComm

from chocolib.core.errors import DataError
from chocolib.doors.dash import statics
from chocolib.doors.dash.site import Asked, Drawn, Site
from chocolib.doors.painting import moment
from chocolib.doors.trust import Trust
from chocolib.doors.workbench import Workbench
from chocolib.ui.theme import banner, card, fragment

FOLDER = Path(os.environ["SAMPLE_FOLDER"])
ROLES = {"numbers": "viewer", "dials": "viewer", "secret": "admin", "today": "viewer"}
KEPT: list[BaseComm] = []

statics.FOLDERS += (("tests.dash", "live"),)


def read(name: str) -> str:
    path = FOLDER / name
    return path.read_text() if path.exists() else ""


def paint(asked: Asked) -> Drawn:
    """The page: two cards and a fold, or whatever mishap `shown.txt` names."""
    with (FOLDER / "painted.txt").open("a") as log:
        log.write(f"{asked.name}\n")
    revision, shown = read("revision.txt"), read("shown.txt")
    mishap(shown)
    place = '<div data-widget="dial"><b>not yet</b></div>' if asked.name == "dials" else ""
    fold = '<details><summary tabindex="0">more</summary><p>inside</p></details>'
    cards = [
        card("One", f"<p id=one>{shown}</p>{fold}", lang=asked.lang, name="one"),
        card("Two", f"<p id=two>{read('two.txt')}</p>{place}", lang=asked.lang, name="two"),
        card("Input", "<input id=typed>", lang=asked.lang, name="input"),
        "<p style='height: 1500px'></p>",
        card("Far", "<p style='height: 3000px'></p>", lang=asked.lang, name="far-below"),
    ]
    said = [banner(read("banner.txt"), "warn")] if read("banner.txt") else []
    body = f"<p id=at>{asked.at}</p><p id=role>{asked.role}</p>" + "".join(cards)
    drawn = fragment(body, lang=asked.lang, banners=said, clock="21:05")
    return Drawn(drawn, asked.name, f"<nav>{asked.lang}</nav>", revision)


def mishap(shown: str) -> None:
    match shown:
        case "boom":
            raise RuntimeError("secret_reason")
        case "no store":
            raise DataError("secret_path cannot be read")
        case "killed once":
            (FOLDER / "shown.txt").write_text("painted again")
            os.kill(os.getpid(), signal.SIGKILL)
        case "slow":
            time.sleep(1)


def revision(_: str) -> str:
    return read("revision.txt")


def dial(_: Workbench) -> None:
    """A widget with one trait: it answers ten times what it is told, and echoes what is sent."""
    state = {"_anywidget_id": "tests.dash.dial.Dial", "_esm": "alert(1)", "told": 1, "answer": 10}
    opening = {"state": state, "buffer_paths": []}
    comm = comms.create_comm(target_name="jupyter.widget", data=opening)

    def heard(message: dict) -> None:  # type: ignore[type-arg]
        data = message["content"]["data"]
        if data["method"] == "custom":
            comm.send({"method": "custom", "content": {"echo": data["content"]}})
            return
        told = data["state"].get("told", 1)
        comm.send({"method": "update", "state": {"told": told, "answer": told * 10}})

    comm.on_msg(heard)
    KEPT.append(comm)


Workbench.dial = dial  # type: ignore[attr-defined]


def sample_site() -> Site:
    return Site(
        paint=paint,
        revision=revision,
        roles=ROLES,  # type: ignore[arg-type]
        moment=moment,
        controls=frozenset({"dials"}),
        preload=("tests.dash.sample_site", "ipykernel.kernelapp"),
        trust=Trust(("127.0.0.9", "10.8.0.0/16"), frozenset({"ana@example.org"})),
        kernels=(
            int(os.environ.get("SAMPLE_WARM", "1")),
            int(os.environ.get("SAMPLE_MOST", "3")),
            int(os.environ.get("SAMPLE_IDLE", "600")),
        ),
    )
