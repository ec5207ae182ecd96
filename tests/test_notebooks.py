"""Every notebook runs as a person would run it: on a demonstration store, or on real prices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from chocolib.app.context import clock, demo_store, open_context
from chocolib.app.ingest import import_pvpc, import_siar
from chocolib.app.live import fill_demo
from chocolib.app.reports import run_report
from chocolib.app.settings import read_settings
from chocolib.store.sqlite import SqliteStore
from chocolib.ui.theme import page
from tests.conftest import NOW

ROOT = Path(__file__).parent.parent
#: Learning needs more weeks than the demonstration has: real prices, and less to compute.
LEARNING: dict[str, dict[str, str]] = {
    "train_price": {"model": "weeks-3"},
    "model_review": {"weeks": "2", "models": "weekly-naive,weeks-3", "every_days": "3"},
    "plan_review": {"days": "7", "model": "weekly-naive"},
    "weekly": {"model": "weekly-naive"},
    "climate_history": {},
}
NOTEBOOKS = sorted(
    path
    for folder in ("notebooks", "dashboards")
    for path in (ROOT / folder).glob("*.ipynb")
    if path.stem not in LEARNING
)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_notebook_runs_and_shows_something(path: Path, tmp_path: Path) -> None:
    demo = demo_store(read_settings())
    fill_demo(demo, now=clock())
    demo.close()
    notebook = nbformat.read(path, as_version=4)
    quiet = ["--IPKernelApp.log_level=50"]
    client = NotebookClient(
        notebook,
        timeout=120,
        extra_arguments=quiet,
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()
    html = [
        output["data"]["text/html"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    assert any("choco" in text for text in html)
    assert any("demostración" in text for text in html)


@pytest.fixture(scope="module")
def prices(
    pvpc_csv: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqliteStore]:
    """A store with the real prices and SIAR's days."""
    store = SqliteStore(tmp_path_factory.mktemp("real") / "chocolib.sqlite")
    list(import_pvpc(store, [pvpc_csv], received_at=NOW))
    list(import_siar(store, sorted((real_data / "siar").glob("*.csv")), received_at=NOW))
    yield store
    store.close()


@pytest.fixture
def with_prices(prices: SqliteStore) -> None:
    """The test's own copy of it."""
    prices.back_up(read_settings().home / "chocolib.sqlite")


CARDS = {
    "train_price": [
        "learnt",
        "decision",
        "error-by-day",
        "error-by-hour",
        "calibration",
        "weeks",
        "importance",
    ],
    "model_review": [
        "replayed",
        "error-by-day",
        "error-by-hour",
        "daily-error",
        "worst-days",
        "weeks",
        "calibration",
        "held-over-time",
        "issued",
        "versions",
    ],
    "plan_review": ["savings", "saved-by-day", "binding", "what-if"],
    "weekly": ["followed", "savings", "saved-by-day", "issued", "alerts-of-week", "wholeness"],
    "climate_history": [
        "climate-span",
        "climate-normals",
        "hot-days",
        "climate-unfit",
        "climate-extremes",
        "climate-price",
    ],
}


@pytest.mark.parametrize("name", LEARNING)
@pytest.mark.usefixtures("with_prices")
def test_a_report_on_the_past_answers_every_question_on_real_prices(name: str) -> None:
    context = open_context(as_of="2025-11-20T21:00", lang="es")
    html = run_report(context, name, as_page=page, given=LEARNING[name])
    text = html.read_text(encoding="utf-8")
    assert re.findall(r'data-card="([\w-]+)"', text) == CARDS[name]
    assert "Traceback" not in text
    assert "nan" not in re.sub(r"<[^>]*>", " ", text).split()
    assert "demostración" not in text
    assert "20 nov 2025, 21:00" in text
