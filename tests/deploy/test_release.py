"""A release comes into use, or the one before it does: with a stand-in for docker, real HTTP."""

from __future__ import annotations

import json
import shlex
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.release import DONE, HELP, KEPT, InUse
from deploy.smoke import Check, faults
from deploy.smoke import main as smoke
from tests.deploy.stage import Stage, double, staged

NAME = "registry.test:5000/factory/chocolib"
OLD, NEW = f"{NAME}@sha256:old", f"{NAME}@sha256:new"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setenv("PATH", f"{double(tmp_path)}:/usr/bin:/bin")
    monkeypatch.setenv("DOCKER_DOUBLE", str(tmp_path))
    with staged(tmp_path) as stage:
        yield stage


@pytest.fixture
def used(stage: Stage) -> Stage:
    """The old image is in use."""
    assert stage.release(f"{NAME}:old") == DONE
    return stage


def test_a_good_image_comes_into_use_by_its_digest(used: Stage) -> None:
    assert used.release(f"{NAME}:new") == DONE
    assert used.running == NEW
    assert used.in_use() == InUse(NEW, before=OLD)
    (up, *_) = [call["words"] for call in used.calls if "up" in call["words"]]
    assert up[:3] == ["compose", "up", "--detach"]  # which files, the host says in its .env
    assert {"--no-build", "--wait"} <= set(up)


def test_the_same_image_again_keeps_the_one_before(used: Stage) -> None:
    for _ in range(2):
        assert used.release(f"{NAME}:new") == DONE
    assert used.in_use() == InUse(NEW, before=OLD)


def test_an_image_that_answers_badly_is_taken_back(
    used: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    used.broken = {"new"}
    assert used.release(f"{NAME}:new") == KEPT
    assert used.did("up") == [OLD, NEW, OLD]
    assert used.running == OLD
    assert used.in_use() == InUse(OLD)
    said = capsys.readouterr().out
    assert "/healthz answered 500" in said
    assert "The image before runs again." in said


def test_containers_that_do_not_become_healthy_are_taken_back(used: Stage) -> None:
    used.fails({f"up&{NEW}": 1})
    assert used.release(f"{NAME}:new") == KEPT
    assert used.did("up") == [OLD, NEW, OLD]
    assert used.running == OLD


@pytest.mark.parametrize("step", ["pull", "image inspect", "run&validate"])
def test_what_fails_before_the_change_changes_nothing(step: str, used: Stage) -> None:
    used.fails({step: 1})
    code = used.release(f"{NAME}:new", "--first", "chocolib validate models --max-mae 0.03")
    assert code == KEPT
    assert used.did("up") == [OLD]
    assert used.in_use() == InUse(OLD)


def test_the_models_are_judged_in_the_new_image_before_it_is_used(used: Stage) -> None:
    judge = "chocolib validate models --weeks 4"
    assert used.release(f"{NAME}:new", "--first", judge) == DONE
    asked = [call for call in used.calls if "run" in call["words"] or "up" in call["words"]]
    assert [call["words"][1] for call in asked] == ["up", "run", "up"]
    assert asked[1]["image"] == NEW
    assert asked[1]["words"][-6:] == shlex.split(f"dashboards {judge}")


def test_a_first_image_that_fails_needs_a_person(stage: Stage) -> None:
    stage.broken = {"new"}
    assert stage.release(f"{NAME}:new") == HELP
    assert stage.in_use() == InUse()


def test_when_the_old_image_fails_too_a_person_is_needed(used: Stage) -> None:
    used.broken = {"new", "old"}
    assert used.release(f"{NAME}:new") == HELP
    assert used.in_use() == InUse(OLD)


def test_a_release_can_be_taken_back_and_that_too(used: Stage) -> None:
    assert used.release(f"{NAME}:new") == DONE
    assert used.release("--rollback") == DONE
    assert (used.running, used.in_use()) == (OLD, InUse(OLD, before=NEW))
    assert used.release("--rollback") == DONE
    assert used.running == NEW


def test_a_rollback_to_what_does_not_answer_leaves_what_runs(used: Stage) -> None:
    assert used.release(f"{NAME}:new") == DONE
    used.broken = {"old"}
    assert used.release("--rollback") == KEPT
    assert (used.running, used.in_use()) == (NEW, InUse(NEW, before=OLD))


def test_without_an_image_before_there_is_no_rollback(used: Stage) -> None:
    assert used.release("--rollback") == HELP
    assert used.running == OLD


def test_an_image_or_a_rollback_is_asked_for(stage: Stage) -> None:
    assert stage.release() == HELP
    assert stage.release(f"{NAME}:new", "--rollback") == HELP
    assert stage.running == ""


def test_a_host_without_docker_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(stage.folder / "nothing"))
    assert stage.release(f"{NAME}:new") == KEPT
    assert "docker cannot be run" in capsys.readouterr().out


def test_every_file_and_profile_of_compose_is_passed_on(stage: Stage) -> None:
    files = ["--file", "compose.yaml", "--file", "compose.prod.yaml", "--profile", "edge"]
    assert stage.release(f"{NAME}:new", *files) == DONE
    assert stage.calls[-1]["words"][1:7] == files


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.test")
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_files_of_compose_are_those_of_the_image_in_use(stage: Stage) -> None:
    forge, project, commits = stage.folder / "forge", stage.folder / "project", {}
    forge.mkdir()
    git(forge, "init", "-q")
    for tag in ("old", "new"):
        (forge / "compose.yaml").write_text(f"# {tag}")
        git(forge, "add", ".")
        git(forge, "commit", "-qm", tag)
        commits[tag] = git(forge, "rev-parse", "HEAD")
        if tag == "old":
            git(stage.folder, "clone", "-q", str(forge), str(project))
    (stage.folder / "commits.json").write_text(json.dumps(commits))
    ours = ("--project", str(project))
    assert stage.release(f"{NAME}:old", *ours) == DONE
    assert stage.release(f"{NAME}:new", *ours) == DONE
    assert (project / "compose.yaml").read_text() == "# new"
    stage.broken = {"new"}
    assert stage.release("--rollback", *ours) == DONE
    assert (project / "compose.yaml").read_text() == "# old"
    assert stage.release(f"{NAME}:new", *ours) == KEPT
    assert (project / "compose.yaml").read_text() == "# old"


def test_the_smoke_test_names_what_does_not_answer(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert smoke([stage.url, "--within", "0"]) == 0
    assert smoke([stage.url, "--api", "http://127.0.0.1:9", "--within", "0"]) == 1
    assert "http://127.0.0.1:9/health does not answer" in capsys.readouterr().out
    assert faults([Check(stage.url, "cocoa")], within_s=0) == [
        f"{stage.url} answered without 'cocoa'"
    ]


def test_the_smoke_test_waits_for_what_comes_up_later(stage: Stage) -> None:
    stage.broken = {""}
    threading.Timer(0.3, stage.broken.clear).start()
    assert faults([Check(f"{stage.url}/healthz")], within_s=30) == []
