"""What the processes of reports and dashboards go without."""

from __future__ import annotations

import subprocess
import sys

CHECKED = """
import sys
from chocolib.doors.cli.lean import ADDRESSES, without

without(ADDRESSES)
import nbformat

made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
nbformat.validate(made)
made.cells[0].cell_type = "coda"
try:
    nbformat.validate(made)
except nbformat.ValidationError:
    print("refused")
print("without" if sys.modules[ADDRESSES] is None else "with")
"""


def test_a_notebook_is_judged_as_ever_without_the_grammar_of_addresses() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECKED], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["refused", "without"]


STARTED = """
import sys
from chocolib.core.errors import SettingsError
from chocolib.doors.cli import app
from chocolib.doors.cli.lean import ADDRESSES

try:
    app(["dash", "--as-of", "no moment"])
except SettingsError:
    print("voila" in sys.modules, sys.modules[ADDRESSES])
"""


def test_the_dashboards_start_without_it_too() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTED], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True", "None"]
