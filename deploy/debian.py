"""Programs of Debian's packages, unpacked into the user's cache folder: nothing is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

LIMIT_S = 300


class NotHad(Exception):
    """It could not be had; the message says why."""


def unpack(package: str, inside: str, target: Path) -> None:
    """Keep one file of a package at `target`, whole or not at all.

    Args:
        inside: where the package has it, "usr/sbin/nginx".

    Raises:
        NotHad: no apt, or no such package.
    """
    missing = [tool for tool in ("apt-get", "dpkg") if not shutil.which(tool)]
    if missing:
        raise NotHad(f"there is no {missing[0]} to fetch Debian's {package} with")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        try:
            download(package, folder)
        except NotHad:
            run(["apt-get", "update", "-qq", *own_lists(target.parent)])
            download(package, folder, *own_lists(target.parent))
        (fetched,) = Path(folder).glob(f"{package}_*.deb")
        run(["dpkg", "-x", str(fetched), folder])
        os.replace(Path(folder) / inside, target)


def own_lists(cache: Path) -> list[str]:
    """Options that keep apt's lists in the cache folder, where anyone may write."""
    for name in ("lists/partial", "archives/partial"):
        (cache / "apt" / name).mkdir(parents=True, exist_ok=True)
    places = {"State::lists": "lists", "Cache::archives": "archives", "Cache": ""}
    return [f"-oDir::{name}={cache / 'apt' / place}" for name, place in places.items()]


def download(package: str, folder: str, *options: str) -> None:
    """Put the package into a folder."""
    run(["apt-get", "download", "-qq", *options, package], folder)


def run(command: list[str], folder: str | None = None) -> str:
    """What a command prints."""
    try:
        done = subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True, timeout=LIMIT_S
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotHad(f"{' '.join(command[:2])}: {said}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotHad(f"{' '.join(command[:2])}: {error}") from None
    return done.stdout
