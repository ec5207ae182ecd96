"""A real registry as compose starts it: its image's configuration, compose's variables."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from deploy.registry import registry
from tests.deploy.edge import HOST, free_ports
from tests.deploy.test_compose import SERVICES

COMPOSE = SERVICES["registry"]
USER, PASSWORD, WRONG = "ci", "not-a-password", "another"
#: By `htpasswd -nbB ci not-a-password` of Debian 12.
KNOWN = "ci:$2y$05$/KshLsVc4AEU5g2qlBwTGeUAGoApmE2kX3AlpCd43MqPvSzo61e9W\n\n"
#: What the image of compose brings as its configuration, without `storage.tag`, which 2.8 has not.
CONFIG = """\
version: 0.1
log: {level: debug, fields: {service: registry, environment: development}}
storage:
  delete: {enabled: true}
  cache: {blobdescriptor: inmemory}
  filesystem: {rootdirectory: /var/lib/registry}
http:
  addr: :5000
  debug: {addr: ":5001", prometheus: {enabled: true, path: /metrics}}
health:
  storagedriver: {enabled: true, interval: 10s, threshold: 3}
"""
MANIFESTS = "application/vnd.oci.image.manifest.v1+json"


class Registry:
    """A registry of a folder at a port, and what its programs and its API say of it."""

    def __init__(self, folder: Path) -> None:
        self.binary = str(registry())
        self.folder = folder
        self.port, self._debug = free_ports(2)
        (folder / "auth").mkdir(parents=True)
        (folder / "auth" / "htpasswd").write_text(KNOWN)
        (folder / "config.yml").write_text(CONFIG)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def said(self) -> str:
        return (self.folder / "said.log").read_text()

    def start(self) -> None:
        with (self.folder / "said.log").open("a") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "config.yml"],
                cwd=self.folder, env=self._env(), stdout=log, stderr=log,
            )  # fmt: skip
        limit = time.monotonic() + 20
        while not self.healthy():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < limit, self.said
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(20)

    def healthy(self) -> bool:
        """Whether compose's check passes."""
        address = COMPOSE["healthcheck"]["test"][-1].replace(":5000", f":{self.port}")
        with contextlib.suppress(OSError), urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def collect_garbage(self) -> str:
        command = [self.binary, "garbage-collect", "--delete-untagged", "config.yml"]
        done = subprocess.run(
            command, cwd=self.folder, env=self._env(), capture_output=True, text=True, check=True
        )
        return done.stdout

    def request(self, path: str, *, password: str = PASSWORD, method: str = "GET") -> Request:
        """A question as the pipeline's user; without a password, as nobody."""
        request = Request(f"http://{self.address}{path}", method=method)
        request.add_header("Accept", MANIFESTS)
        if password:
            login = base64.b64encode(f"{USER}:{password}".encode()).decode()
            request.add_header("Authorization", f"Basic {login}")
        return request

    def status(self, path: str, password: str) -> int:
        try:
            with urlopen(self.request(path, password=password), timeout=10) as answer:
                return int(answer.status)
        except HTTPError as error:
            with error:
                return error.code

    def tags(self, name: str) -> dict[str, str]:
        """The tags of a repository, and the digest that each one means."""
        with urlopen(self.request(f"/v2/{name}/tags/list"), timeout=10) as answer:
            found = json.load(answer).get("tags") or []
        return {tag: self._digest(f"/v2/{name}/manifests/{tag}") for tag in found}

    def _digest(self, path: str) -> str:
        with urlopen(self.request(path, method="HEAD"), timeout=10) as answer:
            return str(answer.headers["Docker-Content-Digest"])

    def blobs(self) -> int:
        """How many files of content it keeps, manifests among them."""
        return len([*(self.folder / "data").rglob("blobs/**/data")])

    def _env(self) -> dict[str, str]:
        """Compose's variables, with our places for those of the image."""
        auth = str(self.folder / "auth")
        given = {
            name: value.replace("/auth", auth) if name.endswith("_PATH") else value
            for name, value in COMPOSE["environment"].items()
        }
        ours = {
            "REGISTRY_HTTP_ADDR": self.address,
            "REGISTRY_HTTP_DEBUG_ADDR": f"{HOST}:{self._debug}",
            "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY": str(self.folder / "data"),
        }
        return {"PATH": os.defpath} | given | ours


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Registry]:
    """A registry, until the end.

    Raises:
        NotHad: there is none.
    """
    one = Registry(folder)
    try:
        one.start()
        yield one
    finally:
        one.stop()
