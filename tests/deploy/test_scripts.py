"""The shell scripts of the pipeline and the branch protection: what they ask for, word by word."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import chocolib
from deploy.protect import CHECK, Refused, main, protect
from tests.deploy.stage import double as double_in

ROOT = Path(__file__).parent.parent.parent
IMAGE = "registry.test:5000/factory/chocolib"
FAKE = "not-a-token"


class Double:
    """`docker` in the PATH, and what was asked of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = double_in(folder)

    def run(self, script: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.bin}:{Path(sys.executable).parent}:/usr/bin:/bin"
        every = {"PATH": path, "DOCKER_DOUBLE": str(self.folder), "TMPDIR": str(self.folder)}
        return subprocess.run(
            ["sh", str(ROOT / "deploy" / script), *words],
            env={**every, **env},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        return [" ".join(call["words"]) for call in self._kept()]

    @property
    def images(self) -> list[str]:
        return [call["image"] for call in self._kept()]

    def _kept(self) -> list[dict[str, Any]]:
        file = self.folder / "calls.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line) for line in lines]


LOGIN = {"REGISTRY": "registry.test:5000", "REGISTRY_USER": "ci", "REGISTRY_TOKEN": FAKE}


@pytest.fixture
def double(tmp_path: Path) -> Double:
    return Double(tmp_path)


def test_an_image_is_built_and_pushed_by_commit_only(double: Double) -> None:
    done = double.run("image.sh", "push", IMAGE, "abc123", **LOGIN)
    assert done.returncode == 0, done.stderr
    login, build, push = double.calls
    assert login == "login --username ci --password-stdin registry.test:5000"
    release = f"--label org.opencontainers.image.version={chocolib.__version__}"
    assert build.endswith(f"revision=abc123 {release} --tag {IMAGE}:abc123 .")
    assert push == f"push --quiet {IMAGE}:abc123"
    assert FAKE not in done.stdout + done.stderr + " ".join(double.calls)


def test_an_image_is_called_by_its_release_and_latest(double: Double) -> None:
    assert double.run("image.sh", "name", IMAGE, "abc123", **LOGIN).returncode == 0
    pushed = [call.rpartition(":")[2] for call in double.calls if call.startswith("push")]
    assert pushed == ["v1.2.3", "latest"]  # as the image says of itself


@pytest.mark.parametrize("step", ["login", "build", "push"])
def test_what_fails_ends_the_script(step: str, double: Double) -> None:
    (double.folder / "fails.json").write_text(json.dumps({step: 3}))
    assert double.run("image.sh", "push", IMAGE, "abc123", **LOGIN).returncode == 3
    assert double.calls[-1].startswith(step)


def test_a_variable_that_is_not_set_is_named(double: Double) -> None:
    done = double.run("image.sh", "push", IMAGE, "abc123")
    assert done.returncode != 0
    assert "REGISTRY: the host of the registry" in done.stderr
    assert double.calls == []


def test_the_login_does_not_outlive_the_script(double: Double) -> None:
    double.run("image.sh", "push", IMAGE, "abc123", **LOGIN)
    assert not [*double.folder.glob("tmp.*")]


def test_a_deployment_judges_the_models_and_goes_nowhere_when_they_fail(double: Double) -> None:
    (double.folder / "fails.json").write_text(json.dumps({"validate": 1}))
    options = {"DASHBOARDS": "http://127.0.0.1:9", "CHOCOLIB_PROJECT": ""}
    done = double.run("deploy.sh", f"{IMAGE}:abc123", **LOGIN, **options)
    assert done.returncode == 1, done.stdout + done.stderr
    assert double.calls[1] == f"pull --quiet {IMAGE}:abc123"
    assert "chocolib validate models --max-mae" in double.calls[-1]
    assert "Nothing was changed." in done.stdout


def test_the_nightly_needs_a_release(double: Double) -> None:
    here = {"CHOCOLIB_PROJECT": str(double.folder), "CHOCOLIB_STATE": str(double.folder)}
    assert "nothing was released here" in double.run("nightly.sh", **here).stderr
    (double.folder / "release.env").write_text(f"CHOCOLIB_IMAGE={IMAGE}@sha256:0\n")
    assert double.run("nightly.sh", **here).returncode == 0
    assert "chocolib validate models --weeks 8 --every-days 1" in double.calls[-1]
    assert double.images[-1] == f"{IMAGE}@sha256:0"


class Forgejo:
    """The part of Forgejo's API that branch protection needs."""

    def __init__(self) -> None:
        self.rules: dict[str, dict[str, object]] = {}
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, method: str, path: str, token: str, body: bytes) -> int:
        self.asked.append(f"{method} {path}")
        base, _, branch = path.partition("/branch_protections")
        if token != f"token {FAKE}":
            return 403
        if base != "/api/v1/repos/factory/chocolib":
            return 404
        if method == "GET":
            return 200 if not branch or branch[1:] in self.rules else 404
        rule = json.loads(body)
        self.rules[rule["rule_name"]] = rule
        return 201 if method == "POST" else 200

    def _handler(forge) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                token = self.headers["Authorization"]
                self.send_response(forge.answer(self.command, self.path, token, body))
                self.end_headers()

            do_POST = do_PATCH = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Answers


@pytest.fixture
def forgejo() -> Iterator[Forgejo]:
    forge = Forgejo()
    yield forge
    forge.server.shutdown()
    forge.server.server_close()


def test_branches_are_protected_and_a_second_time_brought_to_the_rule(forgejo: Forgejo) -> None:
    assert protect(forgejo.url, "factory/chocolib", FAKE) == [
        "main: protected",
        "develop: protected",
    ]
    forgejo.rules["main"]["enable_push"] = True
    assert protect(forgejo.url, "factory/chocolib", FAKE)[0] == "main: changed"
    assert forgejo.rules["main"]["enable_push"] is False
    assert forgejo.rules["main"]["status_check_contexts"] == [CHECK]


def test_the_required_check_is_the_job_of_the_workflow() -> None:
    text = (ROOT / ".forgejo" / "workflows" / "pull-request.yaml").read_text()
    name, job = CHECK.removesuffix(" (pull_request)").split(" / ")
    assert f"\nname: {name}\n" in text
    assert f"\n  {job}:\n" in text


def test_a_repository_or_a_token_that_will_not_do_is_told(forgejo: Forgejo) -> None:
    with pytest.raises(Refused, match="no repository factory/other"):
        protect(forgejo.url, "factory/other", FAKE)
    with pytest.raises(Refused, match="403"):
        protect(forgejo.url, "factory/chocolib", "another")
    with pytest.raises(Refused, match="does not answer"):
        protect("http://127.0.0.1:9", "factory/chocolib", FAKE)


def test_the_command_says_what_it_lacks(
    forgejo: Forgejo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([forgejo.url, "factory/chocolib"]) == 1
    assert "Set FORGEJO_TOKEN" in capsys.readouterr().err
    monkeypatch.setenv("FORGEJO_TOKEN", FAKE)
    assert main([forgejo.url, "factory/chocolib"]) == 0
    assert capsys.readouterr().out == "main: protected\ndevelop: protected\n"
