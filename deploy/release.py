"""Put an image of chocolib into use on this host, and take it back when it does not answer.

    python3 -m deploy.release REGISTRY/chocolib:COMMIT --dashboards http://127.0.0.1:8000
    python3 -m deploy.release --rollback --dashboards http://127.0.0.1:8000

What happens: the image is pulled; a check runs in it (the models, held against their bounds);
compose puts it into use; the smoke test asks it. Whatever fails, the image before it is in use
again. With `--project`, a checkout of the repository on this host, its files are those of the
commit that the image was built of, forwards and backwards. `release.env` in the state folder says
which image is in use, for compose by hand, too, after the `.env` of the host:
`docker compose --env-file .env --env-file /var/lib/chocolib/release.env up --detach`.

Exit codes: 0 in use; 1 not in use, and what ran before runs; 2 a person is needed.
Only Python's own library and the `docker` of the PATH are needed.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.smoke import checks, faults

IMAGE, BEFORE = "CHOCOLIB_IMAGE", "CHOCOLIB_IMAGE_BEFORE"
#: What docker knows of an image: the names that are always it, and the commit it was built of.
_DIGESTS = '{{join .RepoDigests " "}}'
_COMMIT = '{{index .Config.Labels "org.opencontainers.image.revision"}}'
#: Exit codes.
DONE, KEPT, HELP = 0, 1, 2


class Failed(Exception):
    """A step failed; the message says which and how."""


@dataclass(frozen=True, slots=True)
class Host:
    """The compose project of this host.

    Attributes:
        files: of compose, in order; empty: those that its `.env` names.
        profiles: of compose that are in use here; empty: those that its `.env` names.
        wait_s: seconds after which containers have to be healthy.
        project: folder of the checkout whose files compose reads; None: this folder, as it is.
    """

    files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    wait_s: int = 180
    project: Path | None = None

    def pull(self, image: str) -> str:
        """Fetch the image and its files; the digest by which it is always the same one."""
        if self.project:
            _run("git", "-C", str(self.project), "fetch", "--quiet", "--tags", "origin")
        _run("docker", "pull", "--quiet", image)
        told = _run("docker", "image", "inspect", "--format", _DIGESTS, image)
        name = image.rpartition(":")[0] if ":" in image.rpartition("/")[2] else image
        exact = [digest for digest in told.split() if digest.partition("@")[0] == name]
        if not exact:
            raise Failed(f"docker knows no digest of {image}")
        return exact[0]

    def run(self, image: str, command: Sequence[str], *, service: str) -> None:
        """A command in a container of its own, with the volumes of a service."""
        self._compose(image, "run", "--rm", "--no-deps", "-T", service, *command)

    def use(self, image: str) -> None:
        """Replace what runs; returns when every container is healthy."""
        if self.project:
            commit = _run("docker", "image", "inspect", "--format", _COMMIT, image).strip()
            _run("git", "-C", str(self.project), "checkout", "--quiet", "--detach", commit)
        # An image is known by its digest, so what is here is it: going back asks no registry.
        here = ("--no-build", "--pull", "missing")
        wait = ("--wait", "--wait-timeout", str(self.wait_s))
        self._compose(image, "up", "--detach", *here, "--remove-orphans", *wait)

    def _compose(self, image: str, *words: str) -> None:
        files = [word for file in self.files for word in ("--file", file)]
        profiles = [word for name in self.profiles for word in ("--profile", name)]
        env = {**os.environ, IMAGE: image}
        _run("docker", "compose", *files, *profiles, *words, env=env, folder=self.project)


@dataclass(frozen=True, slots=True)
class InUse:
    """Which image is in use, and which one was before; by digest, "" for none."""

    image: str = ""
    before: str = ""

    @classmethod
    def read(cls, file: Path) -> InUse:
        """What the file says; nothing where there is none."""
        if not file.exists():
            return cls()
        lines = file.read_text(encoding="utf-8").splitlines()
        said = dict(line.split("=", 1) for line in lines if "=" in line)
        return cls(said.get(IMAGE, ""), said.get(BEFORE, ""))

    def write(self, file: Path) -> None:
        """Keep it, whole or not at all."""
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        new.write_text(f"{IMAGE}={self.image}\n{BEFORE}={self.before}\n", encoding="utf-8")
        new.replace(file)


@dataclass(frozen=True, slots=True)
class Release:
    """How an image comes into use.

    Attributes:
        smoke: what does not answer, in words; empty when all is well.
        first: a command that has to end well in the new image before anything changes.
        service: whose volumes and settings it has.
    """

    host: Host
    file: Path
    smoke: Callable[[], list[str]]
    first: tuple[str, ...] = ()
    service: str = "dashboards"

    def bring(self, image: str) -> int:
        """Put an image into use, or leave the host as it was."""
        was = InUse.read(self.file)
        try:
            exact = self.host.pull(image)
            if self.first:
                _say(f"Asking {' '.join(self.first)} in {exact}")
                self.host.run(exact, self.first, service=self.service)
        except Failed as failed:
            _say(f"{failed}\nNothing was changed.")
            return KEPT
        if self._runs(exact):
            before = was.image if was.image != exact else was.before
            InUse(exact, before).write(self.file)
            _say(f"In use: {exact}")
            return DONE
        return self._back(was)

    def back(self) -> int:
        """Put the image before this one into use again."""
        was = InUse.read(self.file)
        if not was.before:
            _say("No image was in use before this one: nothing to go back to.")
            return HELP
        if self._runs(was.before):
            InUse(was.before, was.image).write(self.file)
            _say(f"In use again: {was.before}")
            return DONE
        return self._back(was)

    def _back(self, was: InUse) -> int:
        if not was.image:
            _say("This is the first image here: nothing to go back to. docs/forgejo.md")
            return HELP
        _say(f"Going back to {was.image}")
        if self._runs(was.image):
            _say("The image before runs again.")
            return KEPT
        _say("The image before does not answer either: a person is needed. docs/forgejo.md")
        return HELP

    def _runs(self, image: str) -> bool:
        try:
            self.host.use(image)
        except Failed as failed:
            _say(str(failed))
            return False
        found = self.smoke()
        _say("\n".join(found) or "The smoke test is passed.")
        return not found


def _run(*words: str, env: dict[str, str] | None = None, folder: Path | None = None) -> str:
    """What a program prints; what it says of errors is shown as it comes."""
    try:
        done = subprocess.run(
            words, check=False, stdout=subprocess.PIPE, text=True, env=env, cwd=folder
        )
    except OSError as error:
        raise Failed(f"{words[0]} cannot be run: {error.strerror}") from None
    if done.returncode:
        raise Failed(f"{words[0]} failed ({done.returncode}): {shlex.join(words)}")
    return done.stdout


def _say(text: str) -> None:
    print(text, flush=True)


def main(words: Sequence[str] | None = None) -> int:
    """Put an image into use, or go back to the one before."""
    asked = _words().parse_args(words)
    if bool(asked.image) == asked.rollback:
        print("Name an image, or --rollback.", file=sys.stderr)
        return HELP
    addresses = checks(asked.dashboards.rstrip("/"), asked.api.rstrip("/"))
    host = Host(tuple(asked.file), tuple(asked.profile), wait_s=asked.wait, project=asked.project)
    release = Release(
        host,
        asked.state / "release.env",
        smoke=lambda: faults(addresses, within_s=asked.within),
        first=tuple(shlex.split(asked.first)),
        service=asked.service,
    )
    return release.back() if asked.rollback else release.bring(asked.image)


def _words() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Put an image of chocolib into use.")
    parser.add_argument("image", nargs="?", default="", help="REGISTRY/NAME:TAG")
    parser.add_argument("--rollback", action="store_true", help="go back to the image before")
    parser.add_argument("--dashboards", default="", help="address the smoke test asks")
    parser.add_argument("--api", default="", help="address of the HTTP API, asked too")
    parser.add_argument("--project", type=Path, help="checkout of the repository on this host")
    parser.add_argument("--file", action="append", default=[], help="of compose; may repeat")
    parser.add_argument("--profile", action="append", default=[], help="of compose; may repeat")
    parser.add_argument("--first", default="", help="command that has to end well before")
    parser.add_argument("--service", default="dashboards", help="whose container it runs in")
    parser.add_argument("--state", type=Path, default=Path("/var/lib/chocolib"), help="folder")
    parser.add_argument("--wait", type=int, default=180, help="seconds until healthy")
    parser.add_argument("--within", type=float, default=120, help="seconds of the smoke test")
    return parser


if __name__ == "__main__":
    sys.exit(main())
