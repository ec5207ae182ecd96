"""Telling people: settings, memory over restarts, channels that fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from chocolib.app.channels import channels
from chocolib.app.logs import keep_logs
from chocolib.app.notices import Delivery, tell, try_channels
from chocolib.app.settings import Settings, read_settings
from chocolib.core.errors import NotDelivered, SettingsError
from chocolib.core.notices import Notice

NOW = pd.Timestamp("2025-11-20T20:00Z")
QUIET = pd.Timedelta(minutes=15)


@dataclass
class Box:
    """A channel that keeps what it gets, or refuses it."""

    name: str = "box"
    refuses: bool = False
    came: list[Notice] = field(default_factory=list)

    def send(self, notice: Notice) -> None:
        if self.refuses:
            raise NotDelivered(f"{self.name}: no")
        self.came.append(notice)


def notice(title: str = "A", **more: Any) -> Notice:
    facts = {"topic": "t", "urgency": "warning", "title": title, "text": "x", "at": NOW}
    return Notice(**{**facts, **more})


def told(*notices: Notice, through: list[Box] | None, minute: int = 0) -> Delivery:
    now = NOW + pd.Timedelta(minutes=minute)
    return tell(read_settings(), notices, now=now, quiet=QUIET, lang="en", through=through)


def test_nobody_is_told_anything_out_of_the_box() -> None:
    done = told(notice(), through=None)
    assert not done.on
    assert not read_settings().notices.exists()


def test_a_topic_speaks_once_in_a_quarter_of_an_hour_and_then_sums_up() -> None:
    box = Box()
    told(notice("A"), through=[box])
    assert told(notice("B"), notice("C"), through=[box], minute=5).held
    told(notice("D"), through=[box], minute=20)
    assert [one.title for one in box.came] == ["A", "D"]
    assert "also (2):\n- 21:00 B\n- 21:00 C" in box.came[1].text


def test_topics_do_not_silence_each_other() -> None:
    box = Box()
    told(notice("A"), notice("B", topic="other"), through=[box])
    assert [one.title for one in box.came] == ["A", "B"]


def test_what_was_held_back_is_told_by_a_later_call_with_nothing_new() -> None:
    box = Box()
    told(notice("A"), notice("B"), through=[box])
    told(through=[box], minute=14)
    assert len(box.came) == 1
    told(through=[box], minute=15)
    assert [one.title for one in box.came] == ["A", "B"]
    told(through=[box], minute=60)
    assert len(box.came) == 2


def test_one_channel_that_fails_is_named_and_the_other_gets_it() -> None:
    bad, good = Box("bad", refuses=True), Box("good")
    done = told(notice(), through=[bad, good])
    assert done.failed == {"bad": "bad: no"}
    assert [one.title for one in good.came] == ["A"]
    told(notice(), through=[good], minute=5)
    assert len(good.came) == 1


def test_what_no_channel_took_is_tried_again_by_the_next_call() -> None:
    box = Box(refuses=True)
    assert told(notice(), through=[box]).sent == []
    box.refuses = False
    told(through=[box], minute=1)
    assert [one.title for one in box.came] == ["A"]


def test_less_urgent_than_asked_for_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    box = Box()
    told(notice(urgency="info"), through=[box])
    assert box.came == []
    monkeypatch.setenv("CHOCOLIB_NOTIFY_LEAST", "info")
    told(notice(urgency="info"), through=[box])
    assert len(box.came) == 1


def test_a_memory_that_was_damaged_is_begun_anew() -> None:
    box = Box()
    told(notice(), through=[box])
    (read_settings().notices / "topics.json").write_text('{"t": [1')
    told(notice("B"), through=[box], minute=1)
    assert [one.title for one in box.came] == ["A", "B"]


def test_a_memory_that_cannot_be_written_is_said_and_raises_nothing() -> None:
    folder = read_settings().notices
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")
    done = told(notice(), through=[Box()])
    assert "cannot be locked" in done.failed["settings"]


ALL = {
    "CHOCOLIB_NOTIFY": "mail, webhook,ntfy,telegram",
    "CHOCOLIB_SMTP_HOST": "smtp.example.org",
    "CHOCOLIB_SMTP_FROM": "a@example.org",
    "CHOCOLIB_SMTP_TO": "b@example.org, c@example.org",
    "CHOCOLIB_SMTP_PASSWORD": "secret-of-mail",
    "CHOCOLIB_WEBHOOK_URL": "http://127.0.0.1:9/secret-of-hook",
    "CHOCOLIB_NTFY_URL": "http://127.0.0.1:9/secret-of-ntfy",
    "CHOCOLIB_TELEGRAM_TOKEN": "secret-of-telegram",
    "CHOCOLIB_TELEGRAM_CHAT": "-1",
}


@pytest.fixture
def all_on(monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in ALL.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def test_the_settings_turn_channels_on(all_on: Settings) -> None:
    found = channels(all_on)
    assert [one.name for one in found] == ["mail", "webhook", "ntfy", "telegram"]
    assert "secret-of" not in repr(found) + repr(all_on)
    assert {"secret-of-mail", "secret-of-telegram"} <= set(all_on.secrets())


@pytest.mark.parametrize("lacking", [name for name in ALL if name not in (
    "CHOCOLIB_NOTIFY", "CHOCOLIB_SMTP_PASSWORD")])  # fmt: skip
@pytest.mark.usefixtures("all_on")
def test_a_setting_that_lacks_is_named(lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(lacking)
    with pytest.raises(SettingsError, match=lacking):
        channels(read_settings())
    assert lacking in told(notice(), through=None).failed["settings"]


def test_an_unknown_channel_is_named_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOCOLIB_NOTIFY", "pigeon")
    with pytest.raises(SettingsError, match=r"'pigeon'(.|\n)*ntfy"):
        channels(read_settings())


def test_no_key_reaches_the_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ALL.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    folder = keep_logs(settings)
    refused = Box("secret-of-telegram", refuses=True)
    told(notice(), through=[refused])
    text = (folder / "application.log").read_text()
    assert json.loads(text.splitlines()[-1])["message"] == "notice not sent"
    assert "secret-of" not in text


def test_a_try_goes_through_every_channel_whatever_is_quiet() -> None:
    box, bad = Box(), Box("bad", refuses=True)
    told(notice(), through=[box])
    assert try_channels(read_settings(), notice(), [box, bad]) == {"box": "", "bad": "bad: no"}
    assert len(box.came) == 2
    with pytest.raises(SettingsError, match="no channel is on"):
        try_channels(read_settings(), notice(), [])


def test_two_processes_tell_a_topic_once(tmp_path: Path) -> None:
    code = """
import pandas as pd
from chocolib.app.notices import tell
from chocolib.app.settings import read_settings
from chocolib.core.notices import Notice
from tests.app.test_notices import Box, NOW, QUIET
box = Box()
tell(read_settings(), [Notice("t", "warning", "A", "x", NOW)], now=NOW, quiet=QUIET, lang="en",
     through=[box])
print(len(box.came))
"""
    root = Path(__file__).parents[2]
    env = os.environ | {"PYTHONPATH": str(root)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=env, cwd=root
        )
        for _ in range(2)
    ]
    assert sorted(one.communicate()[0].strip() for one in running) == ["0", "1"]
