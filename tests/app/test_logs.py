"""The logs: JSON lines, one file per part of the work, and no key in any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chocolib.app import logs
from chocolib.app.settings import read_settings

KEY = "eyJhbGciOiJIUzI1NiJ9.secret"


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_part_of_the_work_has_its_file_of_json_lines() -> None:
    folder = logs.keep_logs(read_settings())
    for name in logs.NAMES:
        getattr(logs, name).info("hecho en Linares", extra={"rows": 3})
        (line,) = lines(folder / f"{name}.log")
        assert (line["message"], line["rows"], line["level"]) == ("hecho en Linares", 3, "INFO")
        assert line["log"] == f"chocolib.{name}"
        assert str(line["time"]).endswith("+00:00")


def test_no_key_is_ever_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEMET_API_KEY", KEY)
    folder = logs.keep_logs(read_settings())
    logs.data_ingestion.error("asked https://x/?appid=%s", KEY, extra={"url": f"?k={KEY}"})
    text = (folder / "data_ingestion.log").read_text(encoding="utf-8")
    assert KEY not in text
    assert text.count("***") == 2


def test_files_rotate_and_old_ones_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LONGEST_BYTES", 2_000)
    folder = logs.keep_logs(read_settings())
    for i in range(400):
        logs.application.info("line %d", i)
    kept = sorted(folder.glob("application.log*"))
    assert len(kept) == 1 + logs.OLD_FILES
    assert all(path.stat().st_size <= 2_100 for path in kept)
    assert lines(kept[0])[-1]["message"] == "line 399"


def test_beginning_again_does_not_double_the_lines() -> None:
    for _ in range(2):
        folder = logs.keep_logs(read_settings())
    logs.scheduler.info("once")
    assert len(lines(folder / "scheduler.log")) == 1


def test_a_home_that_cannot_be_written_logs_nothing_and_fails_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CHOCOLIB_HOME", str(tmp_path / "file"))
    logs.keep_logs(read_settings())
    logs.application.error("nobody hears it")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("AEMET_API_KEY", "key-with-a-line-break-0815\n", "key-with-a-line-break-0815"),
        ("AEMET_API_KEY", 'quo"ted\\key-4711', 'quo"ted\\key-4711'),
        ("CHOCOLIB_STORE_URL", "influxdb://tok%2Fen%3D4711@host", "tok/en=4711"),
        ("CHOCOLIB_STORE_URL", "influxdb://choco:tok%2Fen%3D4711@host", "tok/en=4711"),
        ("INFLUXDB_URL", "http://choco:plain-token-4711@host", "plain-token-4711"),
    ],
)
def test_a_key_is_found_however_it_was_written(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sent: str
) -> None:
    monkeypatch.setenv(name, value)
    folder = logs.keep_logs(read_settings())
    logs.application.error("sent %s", sent, extra={"header": sent})
    (line,) = lines(folder / "application.log")
    assert (line["message"], line["header"]) == ("sent ***", "***")
    assert line["log"] == "chocolib.application"


def test_a_log_that_cannot_be_written_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (read_settings().home / "logs" / "application.log").mkdir(parents=True)
    logs.keep_logs(read_settings())
    for _ in range(3):
        logs.application.info("nobody reads it")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "application.log cannot be written" in said
