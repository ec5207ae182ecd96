"""The jobs of a workflow, run as Forgejo's runners would: in a checkout, one after another."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
MAIN = ROOT / ".forgejo" / "workflows" / "main.yaml"
#: What the scripts need of a checkout.
FILES = ("image.sh", "deploy.sh", "release.py", "smoke.py")


class Forge:
    """A repository whose commits differ in their release, and the checkout of a runner."""

    def __init__(self, folder: Path, bin_folder: Path, env: Mapping[str, str]) -> None:
        self.folder = folder
        path = os.pathsep.join([str(bin_folder), str(Path(sys.executable).parent), os.defpath])
        self.env = {"PATH": path, "HOME": str(folder), "TMPDIR": str(folder), **env}
        (folder / "checkout" / "deploy").mkdir(parents=True)
        (folder / "checkout" / "chocolib").mkdir()
        for name in FILES:
            (self.checkout / "deploy" / name).write_bytes((ROOT / "deploy" / name).read_bytes())
        self._git("init", "--quiet")

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    def commit(self, release: str) -> str:
        """What a commit is called that has this release."""
        init = (ROOT / "chocolib" / "__init__.py").read_text()
        ours = re.sub(r"^__version__ = .*$", f'__version__ = "{release}"', init, flags=re.MULTILINE)
        (self.checkout / "chocolib" / "__init__.py").write_text(ours)
        self._git("add", ".")
        self._git("commit", "--quiet", "--allow-empty", "--message", release)
        return self._git("rev-parse", "HEAD")

    def run(self, line: str, **env: str) -> subprocess.CompletedProcess[str]:
        """A line of a step, in the checkout."""
        return subprocess.run(
            ["sh", "-e", "-c", line],
            cwd=self.checkout, env=self.env | env, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def main(self, commit: str, jobs: tuple[str, ...], deploying: str = "") -> list[str]:
        """The names of the jobs of main.yaml that went well, until one did not.

        Args:
            deploying: words that are added where a release is put into use.
        """
        self._git("checkout", "--quiet", "--detach", commit)
        workflow = yaml.safe_load(MAIN.read_text())
        well: list[str] = []
        for name in jobs:
            assert set(workflow["jobs"][name]["needs"]) <= {*well, "test"}
            for line in lines(workflow["jobs"][name]):
                added = f" {deploying}" if "deploy.sh" in line else ""
                done = self.run(line + added, GITHUB_SHA=commit)
                if done.returncode:
                    return well
            well.append(name)
        return well

    def _git(self, *words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.test")
        done = subprocess.run(
            ["git", *who, *words], cwd=self.checkout, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()


def lines(job: dict[str, Any]) -> Iterator[str]:
    """What the steps of a job run."""
    return (step["run"] for step in job["steps"] if "run" in step)
