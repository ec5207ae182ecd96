"""Programs of Debian's packages, unpacked into the user's cache folder: nothing is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    with fetched([package], target.parent) as files:
        os.replace(files / inside, target)


def unpack_all(packages: Sequence[str], target: Path) -> None:
    """Keep all files of some packages in the folder `target`, whole or not at all.

    Raises:
        NotHad: no apt, or no such package.
    """
    with fetched(packages, target.parent) as files:
        try:
            files.rename(target)
        except OSError as error:
            if not target.is_dir():  # else another process was quicker
                raise NotHad(f"{target} cannot be written: {error.strerror}") from None


@contextmanager
def fetched(packages: Sequence[str], cache: Path) -> Iterator[Path]:
    """A folder with the files of packages, beside where they are to be kept.

    Raises:
        NotHad: no apt, or no such package.
    """
    missing = [tool for tool in ("apt-get", "dpkg") if not shutil.which(tool)]
    if missing:
        raise NotHad(f"there is no {missing[0]} to fetch Debian's {packages[0]} with")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, ignore_cleanup_errors=True) as folder:
        try:
            download(packages, folder)
        except NotHad:
            run(["apt-get", "update", "-qq", *own_lists(cache)])
            download(packages, folder, *own_lists(cache))
        files = Path(folder) / "files"
        for package in sorted(Path(folder).glob("*.deb")):
            run(["dpkg", "-x", str(package), str(files)])
        yield files


def own_lists(cache: Path) -> list[str]:
    """Options that keep apt's lists in the cache folder, where anyone may write."""
    for name in ("lists/partial", "archives/partial"):
        (cache / "apt" / name).mkdir(parents=True, exist_ok=True)
    places = {"State::lists": "lists", "Cache::archives": "archives", "Cache": ""}
    return [f"-oDir::{name}={cache / 'apt' / place}" for name, place in places.items()]


def download(packages: Sequence[str], folder: str, *options: str) -> None:
    """Put packages into a folder, as they come."""
    run(["apt-get", "download", "-qq", *options, *packages], folder)


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
