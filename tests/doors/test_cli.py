from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chocolib.doors.cli import app, predict
from chocolib.models import registry
from tests.doors.command import chocolib, document

COMMANDS = [
    [],
    ["import"],
    ["import", "pvpc"],
    ["import", "siar"],
    ["import", "weather"],
    ["import", "any"],
    ["ingest"],
    ["ingest", "all"],
    ["ingest", "prices"],
    ["ingest", "weather"],
    ["ingest", "ree"],
    ["ingest", "runs"],
    ["models"],
    ["models", "train"],
    ["models", "list"],
    ["models", "show"],
    ["models", "promote"],
    ["models", "rollback"],
    ["models", "prune"],
    ["models", "monitor"],
    ["jobs"],
    ["jobs", "list"],
    ["jobs", "show"],
    ["jobs", "run"],
    ["jobs", "stop"],
    ["jobs", "pause"],
    ["jobs", "resume"],
    ["jobs", "history"],
    ["jobs", "logs"],
    ["jobs", "next"],
    ["jobs", "check"],
    ["jobs", "start"],
    ["jobs", "exec"],
    ["health"],
    ["capacity"],
    ["gaps"],
    ["backfill"],
    ["quarantine"],
    ["quarantine", "list"],
    ["quarantine", "show"],
    ["quarantine", "release"],
    ["quarantine", "drop"],
    ["store"],
    ["store", "copy"],
    ["backup"],
    ["backup", "create"],
    ["backup", "list"],
    ["backup", "verify"],
    ["backup", "restore"],
    ["backup", "prune"],
    ["backup", "drill"],
    ["coverage"],
    ["demo"],
    ["forecast"],
    ["score"],
    ["plan"],
    ["daily"],
    ["factory"],
    ["factory", "check"],
    ["factory", "show"],
    ["tool"],
    ["tool", "list"],
    ["tool", "optimal_windows"],
    ["windows"],
    ["heatmap"],
    ["alerts"],
    ["climate"],
    ["backtest"],
    ["validate", "models"],
    ["secrets", "unlock"],
    ["savings"],
    ["explain"],
    ["report"],
    ["report", "run"],
    ["report", "list"],
    ["report", "open"],
    ["report", "prune"],
    ["report", "backfill"],
    ["notify"],
    ["notify", "test"],
    ["chat"],
    ["chat", "stats"],
    ["usage"],
    ["usage", "stats"],
    ["usage", "active"],
    ["usage", "read"],
    ["usage", "status"],
    ["usage", "forget"],
    ["usage", "privacy"],
    ["usage", "tailnet"],
    ["ask"],
    ["run"],
    ["dash"],
    ["api"],
    ["mcp"],
    ["lab"],
    ["doctor"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_an_example(words: list[str]) -> None:
    text = CliRunner().invoke(app, [*words, "--help"], catch_exceptions=False).stdout
    group = words in (
        [],
        ["import"],
        ["ingest"],
        ["quarantine"],
        ["store"],
        ["backup"],
        ["factory"],
        ["models"],
        ["jobs"],
        ["report"],
        ["notify"],
        ["chat"],
        ["tool"],
        ["usage"],
    )
    assert group or f"Example: chocolib {' '.join(words)}" in " ".join(text.split())


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['chocolib', '--help']\n"
        "import chocolib, chocolib.doors.cli as cli\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'prophet', 'pydantic', 'httpx', 'papermill', 'voila'}"
        "\nprint(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr.strip() == "[]"


def test_the_commands_use_the_default_model() -> None:
    assert predict.DEFAULT_MODEL == registry.DEFAULT_MODEL


def test_a_backtest_is_one_document(real_data: Path) -> None:
    chocolib("import", "pvpc", *map(str, sorted((real_data / "pvpc").glob("*.csv.gz"))))
    words = [
        "backtest",
        "--start",
        "2025-03-01",
        "--end",
        "2025-03-08",
        "--models",
        "naive,weeks-3",
    ]
    found = document(*words, "--jobs", "1", "--json")
    assert {row["model"] for row in found["scores"]} == {"weekly-naive", "weeks-3"}
    assert found["settings"]["every_days"] == 7
    assert "MAE by horizon day" in chocolib(*words, "--jobs", "1").stdout
    assert "for example" in chocolib("backtest", "--start", "1 March", "--end", "x", code=1).stderr


def test_from_files_to_a_plan_as_the_readme_says(real_data: Path) -> None:
    files = [str(path) for path in sorted((real_data / "pvpc").glob("*.csv.gz"))]
    first, second = chocolib("import", "pvpc", *files), chocolib("import", "pvpc", *files)
    assert first.stdout.splitlines()[-1] == (
        "40873 read, 40873 new, 0 updated, 0 unchanged, 0 quarantined"
    )
    assert second.stdout.splitlines()[-1].startswith("40873 read, 0 new")
    siar = chocolib("import", "siar", str(real_data / "siar")).stdout
    lines = [line.split() for line in siar.splitlines() if line.startswith("J")]
    covered = document("coverage", "--json")
    for station in ("J09", "J17"):
        (entry,) = [e for e in covered if e.get("station") == station]
        assert entry["rows"] == sum(int(rows) for s, _, rows in lines if s == station)
    (prices,) = [e for e in covered if e["measurement"] == "energy_prices"]
    assert (prices["rows"], prices["source"]) == (40873, "csv")

    made = document("forecast", "--as-of", "2025-11-20T21:00", "--model", "weekly-naive", "--json")
    assert len(made["points"]) == 168
    planned = document(
        "plan", "--as-of", "2025-11-19T21:00", "--days", "2", "--model", "weekly-naive", "--json"
    )
    assert planned["status"] == "optimal"
    assert planned["gap"] <= 0.001
    assert planned["as_usual"]["kg"] == planned["kg"] == 450
    assert planned["as_usual"]["energy_kwh"] == planned["energy_kwh"] == 1260
    assert planned["cost_eur"] < planned["as_usual"]["cost_eur"]
    total = sum(batch["cost_eur"] for batch in planned["batches"])
    assert total == pytest.approx(planned["cost_eur"], abs=1e-5)

    words = ["plan", "--as-of", "2025-11-19T21:00", "--days", "1", "--model", "weekly-naive"]
    told = document(*words, "--risk", "1", "--json")["risk"]
    assert (told["weight"], told["paths"], told["remarks"]) == (1.0, 30, [])
    assert told["plan"]["q10"] < told["plan"]["mean"] < told["plan"]["cvar"]
    assert "eight cases of ten" in chocolib(*words, "--risk", "0").stdout
    assert document(*words, "--json")["risk"] is None

    absurd = chocolib("plan", "--as-of", "2025-11-19T21:00", "--demand-kg", "5000", code=1)
    assert "refine" in absurd.stderr
    assert absurd.stdout == ""


@pytest.mark.parametrize("words", [["forecast"], ["plan"], ["daily"], ["report", "run"]])
def test_without_data_every_command_says_what_to_run(words: list[str]) -> None:
    done = chocolib(*words, code=1)
    assert "chocolib ingest ree" in done.stderr
    assert "chocolib import pvpc" in done.stderr


def test_an_empty_store_has_empty_answers() -> None:
    assert document("coverage", "--json") == []
    assert document("quarantine", "list", "--json") == []
    assert "chocolib demo" in chocolib("coverage").stdout


@pytest.mark.parametrize("as_of", ["yesterday", "2025-02-30", "21:00", "2025-11-20T21:00:00:00"])
def test_a_bad_as_of_shows_a_good_one(as_of: str) -> None:
    done = chocolib("forecast", "--as-of", as_of, code=1)
    assert "2025-11-20T21:00" in done.stderr


def test_bad_files_are_named_and_the_exit_code_says_so(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("timestamp,price_eur_kwh\n2025-11-01T10:00:00Z,cheap\n", encoding="utf-8")
    done = chocolib("import", "pvpc", str(bad), str(tmp_path / "none.csv"), code=1)
    assert "bad.csv, line 2" in done.stderr
    assert "none.csv" in done.stderr
    assert done.stdout.strip() == "0 read, 0 new, 0 updated, 0 unchanged, 0 quarantined"


def test_the_doctor_says_what_is_missing_and_never_a_key() -> None:
    done = chocolib("doctor", "--json", ANTHROPIC_API_KEY="very-secret")
    found = {entry["what"]: entry for entry in json.loads(done.stdout)}
    assert found["prices"]["status"] == "missing"
    assert found["prices"]["do"]
    assert found["REE apidatos"]["status"] == "unreachable"
    assert found["ANTHROPIC_API_KEY"]["status"] == "ok"
    assert "very-secret" not in done.stdout + done.stderr


def test_the_doctor_reports_a_home_it_cannot_use(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    done = chocolib("doctor", "--json", code=1, CHOCOLIB_HOME=str(file))
    assert json.loads(done.stdout)[0]["status"] == "error"


def test_a_wrong_setting_is_an_error_for_people() -> None:
    done = chocolib("coverage", code=1, CHOCOLIB_LANG="klingon")
    assert "CHOCOLIB_LANG" in done.stderr


def test_a_store_that_is_no_store_is_an_error_for_people(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"nonsense" * 1000)
    done = chocolib("coverage", code=1, CHOCOLIB_STORE_URL=f"sqlite://{path}")
    assert "x.sqlite" in done.stderr


def test_demo_data_say_so_everywhere() -> None:
    chocolib("demo")
    assert {entry["source"] for entry in document("coverage", "--json")} == {"demo"}
    made = chocolib("plan", "--model", "weekly-naive")
    assert "demonstration data" in made.stderr
    assert document("forecast", "--model", "weekly-naive", "--json")["synthetic"] is True
    assert document("plan", "--model", "weekly-naive", "--json")["synthetic"] is True


def test_a_factory_is_checked_and_shown(tmp_path: Path) -> None:
    found = document("factory", "check", "small-10kw", "--json")
    assert found["ok"]
    assert found["week"]["bottleneck"] == "conche"
    assert [start["feasible"] for start in found["starts"]] == [True] * 7
    shown = document("factory", "show", "heavy", "--json")
    assert shown["stages"][1]["power_kw"] == 42
    assert "Heavy plant" in chocolib("factory", "show", CHOCOLIB_FACTORY="heavy").stdout

    mine = tmp_path / "mine.toml"
    mine.write_text("name = 5\nbatch_kg = -1\n", encoding="utf-8")
    told = chocolib("factory", "check", str(mine), code=1)
    assert told.stdout == ""
    assert "line 2: batch_kg: -1 kg, should be a number above 0" in told.stderr
    listed = json.loads(chocolib("factory", "check", str(mine), "--json", code=1).stdout)
    assert not listed["ok"]
    assert {"line": 2, "key": "batch_kg"}.items() <= listed["faults"][-1].items()


def test_a_demand_that_does_not_fit_is_told_with_its_bottleneck(tmp_path: Path) -> None:
    text = chocolib_factory().replace("mon = 200", "mon = 20000")
    mine = tmp_path / "mine.toml"
    mine.write_text(text, encoding="utf-8")
    told = chocolib("factory", "check", str(mine), code=1).stdout
    assert "Bottleneck: refine; the demand does not fit" in told


def test_dated_orders_that_do_not_fit_end_the_check_with_1(tmp_path: Path) -> None:
    order = '[[demand.orders]]\nday = 2025-06-18\nproduct = "standard"\nbatches = 60\n'
    mine = tmp_path / "mine.toml"
    mine.write_text(chocolib_factory() + order, encoding="utf-8")
    told = chocolib("factory", "check", str(mine), code=1).stdout
    assert "the demand fits" in told
    assert "2025-06-16" in told
    assert "60 of 83" in told
    listed = json.loads(chocolib("factory", "check", str(mine), "--json", code=1).stdout)
    assert not listed["ok"]
    assert [week["feasible"] for week in listed["order_weeks"]] == [False]


def chocolib_factory() -> str:
    from chocolib.core.factory.reading import shipped

    return shipped()["factory"].read_text(encoding="utf-8")


def test_reports_are_listed_opened_and_pruned() -> None:
    assert document("report", "list", "--json") == []
    assert "chocolib report run daily" in chocolib("report", "list").stdout
    index = Path(chocolib("report", "open", "--lang", "en").stdout.strip())
    assert "There is no report yet." in index.read_text(encoding="utf-8")
    for name in ("daily-2020-01-01.html", "daily-2020-01-01.ipynb"):
        (index.parent / name).write_text("x")
    (found,) = document("report", "list", "daily", "--status", "done", "--json")
    assert (found["day"], found["bytes"]) == ("2020-01-01", 2)
    assert chocolib("report", "open", "daily").stdout.strip() == found["html"]
    told = chocolib("report", "prune", "--keep-days", "30", "--dry-run").stdout
    assert "1 reports would be deleted" in told
    assert Path(found["html"]).exists()
    chocolib("report", "prune", "--keep-days", "30")
    assert document("report", "list", "--json") == []
    assert "no report daily" in chocolib("report", "open", "daily", code=1).stderr
    assert "done or failed" in chocolib("report", "list", "--status", "x", code=1).stderr


def test_notices_are_off_until_a_channel_is_named() -> None:
    assert "CHOCOLIB_NOTIFY" in chocolib("notify", "test", code=1).stderr
    channel = {"CHOCOLIB_NOTIFY": "webhook", "CHOCOLIB_WEBHOOK_URL": "http://127.0.0.1:9/secret"}
    told = chocolib("notify", "test", code=1, **channel)
    assert "webhook: 127.0.0.1 did not take it" in told.stdout
    assert "secret" not in told.stdout + told.stderr
    assert "nobody is told" in chocolib("alerts", "--send").stderr
    past = chocolib("alerts", "--send", "--as-of", "2025-11-20T21:00", code=1)
    assert "leave --as-of out" in past.stderr
    sent = chocolib("alerts", "--send", **channel, CHOCOLIB_NOTIFY_LEAST="info")
    assert "not told: webhook" in sent.stderr
