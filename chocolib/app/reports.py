"""Reports: a notebook executed by papermill, kept as notebook and standalone HTML.

The work happens in a temporary folder; a report appears in its place whole or not
at all. A run that fails keeps its notebook up to the failing cell beside it.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chocolib.app.context import Context
from chocolib.app.prices import require_prices
from chocolib.app.report_files import drop_failed, put, stem
from chocolib.app.report_html import body, load_ahead
from chocolib.app.report_inputs import report_notebook, values
from chocolib.app.report_kinds import report_kind
from chocolib.core.errors import ReportFailed
from chocolib.core.i18n import t
from chocolib.core.time import iso, local_date

#: Makes a standalone HTML document of a body, a `title`, a `lang` and a `warning`.
AsPage = Callable[..., str]


@dataclass(frozen=True, slots=True)
class _Fault:
    """What stopped a notebook.

    Attributes:
        cell: its number in the executed notebook, In [n]; None: unknown.
        hint: what our own errors say to do.
    """

    cell: int | None
    what: str
    hint: str = ""


def run_report(
    context: Context, name: str, *, as_page: AsPage, given: Mapping[str, str] | None = None
) -> Path:
    """Execute a report's notebook as of the context's moment.

    Args:
        name: of a shipped notebook, or of an analyst's in `notebooks` of the home.
        given: values of the notebook's other parameters, as text.
        as_page: `ui.theme.page`.

    Returns:
        The HTML file, `reports/<name>-<Madrid date>.html`; the executed notebook
        lies beside it.

    Raises:
        SettingsError: no such report, its notebook, kernel or parameters are not as
            expected; nothing was run. Or the files cannot be written.
        NotEnoughData: no prices are known at that moment.
        ReportFailed: a cell failed; what came before is kept as `.failed`, an earlier
            good report stays.
    """
    source = report_notebook(name, context.settings.home)
    parameters = values(source, given or {})
    if report_kind(name).prices:
        require_prices(context)
    parameters |= {"as_of": iso(context.as_of), "lang": context.lang}
    with tempfile.TemporaryDirectory(prefix="chocolib-report-") as work:
        load_ahead()
        executed = Path(work) / f"{stem(name, local_date(context.as_of))}.ipynb"
        fault = _execute(source, executed, parameters)
        if fault:
            raise _kept(context, name, executed, as_page, fault)
        return _made(context, name, executed, as_page)


def _made(context: Context, name: str, executed: Path, as_page: AsPage) -> Path:
    place, day = context.settings.reports, local_date(context.as_of)
    page = as_page(body(executed), title=executed.stem, lang=context.lang)
    put(place / executed.name, executed.read_bytes())
    html = put(place / f"{executed.stem}.html", page.encode("utf-8"))
    drop_failed(place, name, day)
    return html


def _kept(
    context: Context, name: str, executed: Path, as_page: AsPage, fault: _Fault
) -> ReportFailed:
    """Keep what a failed run came to; the error that says so."""
    lang, place = context.lang, context.settings.reports
    base = stem(name, local_date(context.as_of), failed=True)
    said = t("report.failed", lang, cell=fault.cell or "?", what=fault.what)
    there = executed.exists()
    page = as_page(body(executed) if there else "", title=base, lang=lang, warning=said)
    if there:
        put(place / f"{base}.ipynb", executed.read_bytes())
    html = put(place / f"{base}.html", page.encode("utf-8"))
    return ReportFailed(
        f"the report {name} stopped in cell {fault.cell or '?'}: {fault.what}",
        page=str(html),
        hint=fault.hint or f"what came before is in {html} and in the notebook beside it",
    )


def _execute(source: Path, target: Path, parameters: Mapping[str, str | int]) -> _Fault | None:
    """Run a notebook; what stopped it, or None."""
    import papermill
    from nbclient.exceptions import DeadKernelError

    for noisy in ("papermill", "traitlets", "asyncio", "tornado"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    try:
        done = papermill.execute_notebook(
            str(source),
            str(target),
            dict(parameters),
            progress_bar=sys.stderr.isatty(),
            cwd=str(target.parent),
            extra_arguments=["--IPKernelApp.log_level=50"],  # no word about loopback TCP
        )
    except papermill.PapermillExecutionError as error:
        return _fault(error.exec_count, error.ename, error.evalue)
    except DeadKernelError:
        return _Fault(None, "its kernel died, perhaps for lack of memory")
    return _left_early(done)


def _left_early(notebook: Any) -> _Fault | None:
    """A notebook that ended itself in the middle: papermill takes that for success."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return _fault(cell.execution_count, output.ename, output.evalue)
    return None


def _fault(cell: int | None, name: str, text: str) -> _Fault:
    """An error of ours speaks for itself; any other one is named."""
    said, _, hint = text.partition("\n  -> ")
    short = " ".join(said.split())
    return _Fault(cell, short if hint else f"{name}: {short}", hint)
