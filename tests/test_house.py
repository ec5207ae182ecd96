"""Rules of the house that are not the linters' to check."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.longest import LONGEST

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "chocolib").rglob("*.py"))
NOTEBOOKS = sorted([*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "dashboards").glob("*.ipynb")])
REPORTS = [path for path in NOTEBOOKS if "parameters" in path.read_text(encoding="utf-8")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lines: list[str]) -> dict[str, str]:
    found = (line.strip().lstrip("- ").split("==") for line in lines if "==" in line)
    return {canonical(name): version for name, version in found}


CONSTRAINTS = pins((ROOT / "constraints.txt").read_text().splitlines())
ENVIRONMENT = pins((ROOT / "environment.yml").read_text().splitlines())


def test_project_constraints_and_environment_agree() -> None:
    needed = {canonical(name) for name in PROJECT["dependencies"]}
    assert set(ENVIRONMENT) == needed
    assert {name: CONSTRAINTS[name] for name in needed} == ENVIRONMENT
    assert {canonical(name) for name in PROJECT["optional-dependencies"]["dev"]} <= set(CONSTRAINTS)


def test_the_files_that_a_test_run_begins_with_are_there() -> None:
    assert [path for path in LONGEST if not (ROOT / path).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)


def test_pins_are_names_and_versions_only() -> None:
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==[\w.+!-]+", line), line


def test_binder_reads_the_one_environment() -> None:
    link = ROOT / "binder" / "environment.yml"
    assert link.is_symlink()
    assert link.resolve() == ROOT / "environment.yml"
    for name in ("postBuild", "start"):
        script = ROOT / "binder" / name
        assert os.access(script, os.X_OK)
        subprocess.run(["bash", "-n", script], check=True)
    assert (ROOT / "binder" / "start").read_text().rstrip().endswith('exec "$@"')


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_says_what_it_is_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert path.name == "__main__.py" or ast.get_docstring(tree)
    assert len(text.splitlines()) <= 300
    words = {"utils", "helper", "helpers", "manager", "service", "legacy", "compat", "enhanced"}
    assert not words & set(re.split(r"[_.]", path.stem))


def test_only_the_edge_reads_the_clock() -> None:
    clock = re.compile(
        r"Timestamp\.(now|utcnow|today)\(|date(time)?\.(now|today|utcnow)\(|\btime\.time\("
    )
    readers = {str(p.relative_to(ROOT)) for p in CODE if clock.search(p.read_text())}
    obeys_an_http_date = "chocolib/sources/answers.py"
    assert readers == {"chocolib/app/context.py", obeys_an_http_date}


def test_the_zone_is_named_once() -> None:
    named = {str(p.relative_to(ROOT)) for p in CODE if '"Europe/Madrid"' in p.read_text()}
    assert named == {"chocolib/core/time.py"}


def test_only_the_settings_read_the_environment() -> None:
    environment = re.compile(r"os\.(environ|getenv)\b")
    readers = {str(p.relative_to(ROOT)) for p in CODE if environment.search(p.read_text())}
    assert readers <= {"chocolib/app/settings.py", "chocolib/doors/dash/server.py"}


def test_nobody_catches_everything() -> None:
    blind = re.compile(r"except(\s+(Base)?Exception\b[^:]*)?:\s*$", re.MULTILINE)
    found = {str(p.relative_to(ROOT)) for p in CODE if blind.search(p.read_text())}
    rolls_back_and_raises_again, top_handler = (
        "chocolib/store/sqlite.py",
        "chocolib/doors/cli/__init__.py",
    )
    assert found <= {rolls_back_and_raises_again, top_handler}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_notebook_is_a_doorway(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    source = "\n".join("".join(cell["source"]) for cell in code)
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    lines = [line for line in source.splitlines() if line.strip()]
    if path.parent.name == "dashboards":
        assert len(code) <= 3
        assert len(lines) <= 10
    assert len(lines) <= 40
    assert not re.search(
        r"^\s*(def|class)\s|requests|httpx|os\.environ|getenv", source, re.MULTILINE
    )


@pytest.mark.parametrize("path", REPORTS, ids=lambda p: p.stem)
def test_a_report_declares_its_parameters(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    (parameters,) = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]
    lines = "".join(parameters["source"]).splitlines()
    names = [re.fullmatch(r"(\w+): (?:str|int) = \S+  # .+", line) for line in lines]
    assert [name[1] for name in names if name][:2] == ["as_of", "lang"]
    assert all(names), lines


def test_no_lock_file_and_no_index_is_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    locks = re.compile(r"(^|/)(uv|poetry|conda)[.-]lock|Pipfile\.lock|package-lock\.json")
    assert not [name for name in listed if locks.search(name)]
    index = re.compile(r"--(extra-)?index(-url)?\b|--find-links")
    for name in ("constraints.txt", "environment.yml", "Makefile", "deploy/Dockerfile", ".ci/run"):
        assert not index.search((ROOT / name).read_text(encoding="utf-8")), name
