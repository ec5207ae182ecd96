"""A release on a real registry: Debian's, as compose starts it; images come and go by skopeo.

Only docker's engine and compose are stand-ins. Debian 12 has the registry 2.8, compose 3.0.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import socketserver
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.debian import NotHad
from deploy.registry import skopeo
from deploy.release import DONE, InUse
from tests.deploy.edge import HOST, carry
from tests.deploy.pipeline import Forge
from tests.deploy.registries import PASSWORD, USER, WRONG, Registry, serving
from tests.deploy.stage import Stage, double, staged

NAME = "factory/chocolib"
JOBS = ("image", "deploy", "publish")
#: What does not answer at once is taken back.
SOON = "--within 0"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    try:
        with serving(tmp_path / "registry") as one:
            yield one
    except NotHad as reason:
        pytest.skip(f"there is no registry to release on: {reason}")


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Stage]:
    (tmp_path / "host").mkdir()
    with staged(tmp_path / "host") as stage:
        yield stage


@pytest.fixture
def forge(
    registry: Registry, host: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Forge:
    """Runners that know the registry, on the host that is released on."""
    try:
        client = str(skopeo())
    except NotHad as reason:
        pytest.skip(f"there is no client of the registry: {reason}")
    env = {
        "IMAGE": f"{registry.address}/{NAME}",
        "REGISTRY": registry.address,
        "REGISTRY_USER": USER,
        "REGISTRY_TOKEN": PASSWORD,
        "DASHBOARDS": host.url,
        "CHOCOLIB_PROJECT": "",
        "CHOCOLIB_STATE": str(host.folder / "state"),
        "DOCKER_DOUBLE": str(host.folder),
        "DOCKER_DOUBLE_SKOPEO": client,
    }
    forge = Forge(tmp_path / "forge", double(host.folder), env)
    for name in ("PATH", "DOCKER_DOUBLE", "DOCKER_DOUBLE_SKOPEO"):
        monkeypatch.setenv(name, forge.env[name])  # for who types on the host
    return forge


def released(forge: Forge, release: str, jobs: tuple[str, ...] = JOBS) -> str:
    """A commit that went well through these jobs of the pipeline."""
    commit = forge.commit(release)
    assert forge.main(commit, jobs, SOON) == [*jobs]
    return commit


def pushed(forge: Forge, release: str, *, named: bool = False) -> str:
    """A commit whose image is in the registry, and in use nowhere."""
    commit = forge.commit(release)
    for what in ("push", "name") if named else ("push",):
        done = forge.run(f"sh deploy/image.sh {what} $IMAGE {commit}")
        assert done.returncode == 0, done.stderr
    return commit


def test_compose_finds_it_healthy_and_nobody_is_let_in_without_a_password(
    registry: Registry,
) -> None:
    assert registry.healthy()
    assert registry.status("/v2/", PASSWORD) == 200
    assert registry.status("/v2/", "") == 401
    assert registry.status("/v2/_catalog", WRONG) == 401
    (registry.folder / "auth" / "htpasswd").write_text("# nobody\n")
    assert registry.status("/v2/", PASSWORD) == 401  # at once


def test_it_logs_no_more_than_it_must_and_sends_a_push_where_it_came_from(
    registry: Registry,
) -> None:
    request = registry.request(f"/v2/{NAME}/blobs/uploads/", method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Location"].startswith("/v2/")  # whatever ends TLS before it
    assert "level=info" in registry.said
    assert "level=debug" not in registry.said


def test_a_release_comes_into_use_and_one_that_does_not_answer_is_taken_back(
    forge: Forge, registry: Registry, host: Stage
) -> None:
    first = released(forge, "1.0.0")
    good, tags = host.running, registry.tags(NAME)
    assert {*tags} == {first, "latest", "v1.0.0"}
    assert {f"{registry.address}/{NAME}@{exact}" for exact in tags.values()} == {good}
    assert host.in_use() == InUse(good)
    bad = forge.commit("1.1.0")
    assert forge.main(bad, ("image",)) == ["image"]
    broken = registry.tags(NAME)[bad]
    host.broken = {broken}
    assert forge.main(bad, JOBS, SOON) == ["image"]
    assert (host.running, host.in_use()) == (good, InUse(good))
    assert registry.tags(NAME) == tags | {bad: broken}  # latest is what it was


def test_going_back_needs_no_registry_and_no_login(
    forge: Forge, registry: Registry, host: Stage
) -> None:
    released(forge, "1.0.0", ("image", "deploy"))
    good = host.running
    released(forge, "1.1.0", ("image", "deploy"))
    registry.stop()
    assert host.running != good
    assert host.release("--rollback") == DONE
    assert host.running == good


def test_after_going_back_latest_is_put_back_from_any_checkout(
    forge: Forge, registry: Registry
) -> None:
    first, second = pushed(forge, "1.0.0"), pushed(forge, "1.1.0", named=True)
    assert registry.tags(NAME)["latest"] == registry.tags(NAME)[second]
    assert forge.run(f"sh deploy/image.sh name $IMAGE {first}").returncode == 0
    tags = registry.tags(NAME)
    assert tags["latest"] == tags["v1.0.0"] == tags[first]
    assert tags["v1.1.0"] == tags[second] != tags[first]


def test_a_wrong_password_is_told_and_nothing_is_built_or_pulled(
    forge: Forge, registry: Registry, host: Stage
) -> None:
    for line in ("image.sh push $IMAGE abc", "image.sh name $IMAGE abc", "deploy.sh $IMAGE:abc"):
        done = forge.run(f"sh deploy/{line}", REGISTRY_TOKEN=WRONG)
        assert done.returncode != 0
        assert "invalid username/password" in done.stderr
        assert WRONG not in done.stdout + done.stderr
    assert {call["words"][0] for call in host.calls} == {"login"}
    assert "authentication failure" in registry.said


def test_a_push_that_is_cut_leaves_the_image_that_was_there(
    forge: Forge, registry: Registry, host: Stage
) -> None:
    forge.commit("1.0.0")
    push = "sh deploy/image.sh push $IMAGE abc"
    assert forge.run(push).returncode == 0
    before = registry.tags(NAME)
    (host.folder / "layer").write_bytes(os.urandom(1_000_000))
    with cut_after(registry.port, 300_000) as address:
        image = {"IMAGE": f"{address}/{NAME}", "REGISTRY": address}
        assert forge.run(push, **image).returncode != 0
    assert registry.tags(NAME) == before
    assert forge.run("docker pull --quiet $IMAGE:abc").returncode != 0  # nobody is logged in
    assert forge.run(f"sh deploy/deploy.sh $IMAGE:abc {SOON}").returncode == DONE
    assert host.running.endswith(before["abc"])
    assert forge.run(push).returncode == 0
    assert registry.tags(NAME) != before


def test_old_images_are_deleted_by_their_commit_and_collected(
    forge: Forge, registry: Registry, host: Stage
) -> None:
    old, new = pushed(forge, "1.0.0", named=True), pushed(forge, "1.1.0")
    kept = registry.blobs()
    deletes = '"$DOCKER_DOUBLE_SKOPEO" delete --tls-verify=false --creds'
    assert forge.run(f"{deletes} {USER}:{PASSWORD} docker://$IMAGE:{old}").returncode == 0
    assert {*registry.tags(NAME)} == {new}  # its release and latest went with it
    registry.stop()
    registry.collect_garbage()
    registry.start()
    assert registry.blobs() == kept - 2  # manifest and configuration; the layer is the same
    (host.folder / "names.json").unlink()  # so that nothing is here
    assert forge.run(f"sh deploy/deploy.sh $IMAGE:{new} {SOON}").returncode == DONE


def test_the_docker_of_this_machine_logs_in_and_reads_what_was_pushed(
    forge: Forge, registry: Registry, tmp_path: Path
) -> None:
    docker = shutil.which("docker", path="/usr/local/bin:/usr/bin:/bin")
    if docker is None:
        pytest.skip("there is no docker, whose command needs no engine for this")
    forge.commit("1.0.0")
    assert forge.run("sh deploy/image.sh push $IMAGE abc").returncode == 0
    env = {"PATH": os.defpath, "DOCKER_CONFIG": str(tmp_path / "docker"), "HOME": str(tmp_path)}

    def ask(words: list[str], typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [docker, *words], input=typed, env=env, capture_output=True, text=True, check=False
        )

    login = ["login", "--username", USER, "--password-stdin", registry.address]
    read = ["manifest", "inspect", "--insecure", f"{registry.address}/{NAME}:abc"]
    assert "401 Unauthorized" in ask(login, WRONG).stderr
    assert ask(read).returncode != 0
    assert ask(login, PASSWORD).returncode == 0
    assert "sha256:" in ask(read).stdout


@contextlib.contextmanager
def cut_after(port: int, most: int) -> Iterator[str]:
    """The address of a line to a port that breaks after some bytes of a connection."""

    class Line(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((HOST, port)) as behind:
                back = threading.Thread(target=carry, args=(behind, self.request, None))
                back.start()
                left = most
                with contextlib.suppress(OSError):
                    while left and (data := self.request.recv(min(left, 65536))):
                        behind.sendall(data)
                        left -= len(data)
                    behind.shutdown(socket.SHUT_RDWR)
                back.join()

    with socketserver.ThreadingTCPServer((HOST, 0), Line) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"{HOST}:{server.server_address[1]}"
        server.shutdown()
