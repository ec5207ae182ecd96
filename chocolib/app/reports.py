"""Reports: a notebook executed by papermill, kept as notebook and standalone HTML.

The work happens in a temporary folder; a report appears in its place whole or not
at all.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from chocolib.app.context import Context
from chocolib.app.daily import prices
from chocolib.app.notebooks import folder
from chocolib.core.errors import ChocolibError, SettingsError
from chocolib.core.time import iso, local_date

#: Cells with this tag speak to the analyst and stay out of the HTML.
ANALYST = "analyst"


def run_report(
    context: Context,
    name: str,
    *,
    as_page: Callable[..., str],
    given: Mapping[str, str] | None = None,
) -> Path:
    """Execute `notebooks/<name>.ipynb` as of the context's moment.

    Args:
        given: values of the notebook's other parameters, as text.
        as_page: makes a standalone HTML document of a body, a `title` and a `lang`.

    Returns:
        The HTML file, `reports/<name>-<Madrid date>.html`; the executed notebook
        lies beside it.

    Raises:
        SettingsError: no such report, or its parameters are not as expected.
        NotEnoughData: no prices are known at that moment.
        ChocolibError: a cell failed; says which and why.
    """
    source = _notebook(name)
    prices(context)
    stem = f"{name}-{local_date(context.as_of)}"
    parameters = _parameters(source, given or {})
    parameters |= {"as_of": iso(context.as_of), "lang": context.lang}
    with tempfile.TemporaryDirectory(prefix="chocolib-report-") as work:
        executed = Path(work) / f"{stem}.ipynb"
        _execute(source, executed, parameters)
        page = as_page(_body(executed), title=stem, lang=context.lang)
        place = context.settings.reports
        _put(place / executed.name, executed.read_bytes())
        return _put(place / f"{stem}.html", page.encode("utf-8"))


def read_parameters(given: Iterable[str]) -> dict[str, str]:
    """Parameters as people write them: "weeks=4".

    Raises:
        SettingsError: without a name or a value.
    """
    pairs = {text: text.partition("=") for text in given}
    for text, (name, equals, value) in pairs.items():
        if not (name and equals and value):
            raise SettingsError(f"{text!r} is not NAME=VALUE", hint="for example --set weeks=4")
    return {name: value for name, _, value in pairs.values()}


def _notebook(name: str) -> Path:
    import papermill

    notebooks = folder("notebooks")
    paths = sorted(notebooks.glob("*.ipynb"))
    names = [path.stem for path in paths if papermill.inspect_notebook(str(path))]
    if name not in names:
        raise SettingsError(f"no report is called {name!r}", hint=f"use one of: {', '.join(names)}")
    return notebooks / f"{name}.ipynb"


def _parameters(source: Path, given: Mapping[str, str]) -> dict[str, str | int]:
    """Values of a notebook's own types; unknown ones are refused, papermill would only warn.

    Raises:
        SettingsError: no such parameter, or not of its type.
    """
    import papermill

    taken = papermill.inspect_notebook(str(source))
    unknown = ({"as_of", "lang"} - set(taken)) | (set(given) - set(taken)) | (set(given) & _OURS)
    if unknown:
        others = ", ".join(sorted(set(taken) - _OURS)) or "none"
        raise SettingsError(
            f"{source.name} takes no parameter {', '.join(sorted(unknown))}",
            hint=f"it takes: {others}; the moment and the language are --as-of and --lang",
        )
    return {key: _typed(key, text, taken[key]["inferred_type_name"]) for key, text in given.items()}


#: Parameters that every report has from its context.
_OURS = {"as_of", "lang"}


def _typed(name: str, text: str, kind: str) -> str | int:
    if kind != "int":
        return text
    try:
        return int(text)
    except ValueError:
        raise SettingsError(f"{name} is a whole number, not {text!r}") from None


def _execute(source: Path, target: Path, parameters: Mapping[str, str | int]) -> None:
    """Run a notebook."""
    import papermill

    for noisy in ("papermill", "traitlets", "asyncio", "tornado"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    try:
        papermill.execute_notebook(
            str(source),
            str(target),
            dict(parameters),
            progress_bar=sys.stderr.isatty(),
            cwd=str(target.parent),
            extra_arguments=["--IPKernelApp.log_level=50"],  # no word about loopback TCP
        )
    except papermill.PapermillExecutionError as error:
        raise ChocolibError(
            f"the report stopped in cell {error.cell_index}: {error.ename}: {error.evalue}",
            hint=f"open {source} in `chocolib lab` and run it there",
        ) from None


def _body(executed: Path) -> str:
    """The outputs of an executed notebook as HTML, without code and analyst's notes.

    What was printed to standard error stays in the notebook: it is for analysts too.
    """
    import nbformat
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    notebook = nbformat.read(executed, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        cell["outputs"] = [output for output in outputs if output.get("name") != "stderr"]
    notebook.cells = [c for c in notebook.cells if c.cell_type == "markdown" or c["outputs"]]
    exporter = HTMLExporter(config=Config(_EXPORT))  # type: ignore[no-untyped-call]
    body, _ = exporter.from_notebook_node(notebook)
    return str(body)


_EXPORT: dict[str, Any] = {
    "HTMLExporter": {
        "template_name": "basic",
        "exclude_input": True,
        "exclude_input_prompt": True,
        "exclude_output_prompt": True,
        "exclude_anchor_links": True,
        "preprocessors": ["nbconvert.preprocessors.TagRemovePreprocessor"],
    },
    "TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": [ANALYST]},
}


def _put(target: Path, content: bytes) -> Path:
    """Write a file whole: beside its place first, then moved over it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=".", suffix=".part", delete=False
    ) as file:
        part = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            part.chmod(0o644)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target
