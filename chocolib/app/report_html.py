"""The outputs of an executed notebook as HTML."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

#: Cells with this tag speak to the analyst and stay out of the HTML.
ANALYST = "analyst"
#: What papermill adds to a notebook that failed.
_MARKS = ["papermill-error-cell-tag"]
_EXPORT: dict[str, Any] = {
    "HTMLExporter": {
        "template_name": "basic",
        "exclude_input": True,
        "exclude_input_prompt": True,
        "exclude_output_prompt": True,
        "exclude_anchor_links": True,
        "preprocessors": ["nbconvert.preprocessors.TagRemovePreprocessor"],
    },
    "TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": [ANALYST, *_MARKS]},
}


def load_ahead() -> None:
    """Read the exporter beside what goes on: while a kernel works, its parent only waits."""
    Thread(target=import_module, args=("nbconvert",)).start()


def body(executed: Path) -> str:
    """What the cells gave, without code, analyst's notes and tracebacks.

    What was printed to standard error stays in the notebook: it is for analysts too.
    """
    import nbformat
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    notebook = nbformat.read(executed, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        cell["outputs"] = [one for one in cell.get("outputs", []) if _is_for_readers(one)]
    notebook.cells = [c for c in notebook.cells if c.cell_type == "markdown" or c["outputs"]]
    exporter = HTMLExporter(config=Config(_EXPORT))  # type: ignore[no-untyped-call]
    html, _ = exporter.from_notebook_node(notebook)
    return str(html)


def _is_for_readers(output: dict[str, Any]) -> bool:
    return output.get("name") != "stderr" and output.get("output_type") != "error"
