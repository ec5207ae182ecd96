from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from chocolib.core.errors import ChocolibError
from chocolib.doors.cli import stores
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, made_up_prices, price_frame
from tests.store.influx_stand_in import TOKEN, StandIn

pytest_plugins = ["tests.store.influx_fixtures"]


@pytest.fixture
def source(tmp_path: Path) -> SqliteStore:
    store = SqliteStore(tmp_path / "source.sqlite")
    store.write("energy_prices", price_frame(made_up_prices("2025-03-01", 48)), received_at=NOW)
    return store


def run(*words: str) -> Result:
    app = typer.Typer()
    stores.register(app)
    return CliRunner().invoke(app, ["store", "copy", *words])


def test_a_copy_says_what_was_copied_and_what_was_there(
    source: SqliteStore, influx: StandIn, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INFLUXDB_TOKEN", TOKEN)
    words = (str(source.path), influx.address(bucket))
    first, second = run(*words), run(*words, "--json")
    assert first.exit_code == second.exit_code == 0
    line = next(line for line in first.stdout.splitlines() if line.startswith("energy_prices"))
    assert line.split()[1:5] == ["48", "48", "48", "0"]
    document = {part["measurement"]: part for part in json.loads(second.stdout)}
    assert document["energy_prices"]["already_there"] == 48
    assert document["energy_prices"]["checksum"].startswith(line.split()[5])
    assert TOKEN not in first.output + second.output


def test_a_copy_from_a_moment_on(source: SqliteStore, tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    done = run(str(source.path), str(target), "--since", "2025-03-02T01:00", "--json")
    (part, *_) = json.loads(done.stdout)
    assert part["versions"] == 24
    assert (
        SqliteStore(target).read("energy_prices").index[0].isoformat().startswith("2025-03-02T00")
    )


def test_a_copy_that_is_not_the_same_fails_and_says_so(
    source: SqliteStore, influx: StandIn, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INFLUXDB_TOKEN", TOKEN)
    frame = price_frame(made_up_prices("2025-04-01", 3)).assign(price_eur_kwh=np.inf)
    source.write("energy_prices", frame, received_at=NOW)
    done = run(str(source.path), influx.address(bucket))
    assert done.exit_code == 1
    assert "DIFFERS" in done.stdout
    assert "Not the same: energy_prices" in done.stderr


@pytest.mark.parametrize("words", [("{path}", "{path}"), ("nothing.sqlite", "{path}")])
def test_what_cannot_be_copied_is_our_error(source: SqliteStore, words: tuple[str, str]) -> None:
    done = run(*(word.format(path=source.path) for word in words))
    assert done.exit_code == 1
    assert isinstance(done.exception, ChocolibError)


def test_the_help_has_an_example() -> None:
    assert "Example: chocolib store copy" in " ".join(run("--help").output.split())
