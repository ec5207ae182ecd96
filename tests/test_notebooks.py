"""Every notebook runs, on a demonstration store, as a person would run it."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from chocolib.app.context import clock, demo_store
from chocolib.app.live import fill_demo
from chocolib.app.settings import read_settings

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted([*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "dashboards").glob("*.ipynb")])


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
