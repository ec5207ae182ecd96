"""Make sure the InfluxDB tests find an influxd 1.x: the system's, else Debian's package.

The tests' stand-in for InfluxDB 2.7 stores and reads lines with it. The package is only
unpacked, into the user's cache folder, which needs no rights; nothing is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

LIMIT_S = 300


class NotHad(Exception):
    """It could not be had; the message says why."""


def influxd() -> Path:
    """The path of an influxd 1.x.

    Raises:
        NotHad: there is none, and none could be fetched.
    """
    found = shutil.which("influxd")
    if found and is_version_1(Path(found)):
        return Path(found)
    cached = user_cache_path("chocolib") / "influxd"
    if not cached.exists():
        fetch(cached)
    if not is_version_1(cached):
        raise NotHad(f"{cached} is no influxd 1.x")
    return cached


def is_version_1(binary: Path) -> bool:
    """Whether it runs and calls itself 1.x: 2.x has other ways."""
    try:
        said = run([str(binary), "version"])
    except NotHad:
        return False
    return re.search(r"\bv?1\.\d+\.\d+", said) is not None


def fetch(target: Path) -> None:
    """Unpack Debian's package and keep its influxd at `target`, whole or not at all."""
    missing = [tool for tool in ("apt-get", "dpkg") if not shutil.which(tool)]
    if missing:
        raise NotHad(f"there is no {missing[0]} to fetch Debian's influxdb with")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        try:
            download(folder)
        except NotHad:
            run(["apt-get", "update", "-qq", *own_lists(target.parent)])
            download(folder, *own_lists(target.parent))
        (package,) = Path(folder).glob("influxdb_*.deb")
        run(["dpkg", "-x", str(package), folder])
        os.replace(Path(folder) / "usr" / "bin" / "influxd", target)


def own_lists(cache: Path) -> list[str]:
    """Options that keep apt's lists in the cache folder, where anyone may write."""
    for name in ("lists/partial", "archives/partial"):
        (cache / "apt" / name).mkdir(parents=True, exist_ok=True)
    places = {"State::lists": "lists", "Cache::archives": "archives", "Cache": ""}
    return [f"-oDir::{name}={cache / 'apt' / place}" for name, place in places.items()]


def download(folder: str, *options: str) -> None:
    """Put the package into a folder."""
    run(["apt-get", "download", "-qq", *options, "influxdb"], folder)


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


def main() -> None:
    """Say where it is, or that it cannot be had."""
    try:
        print(influxd())
    except NotHad as reason:
        print(f"No influxd: {reason}. The InfluxDB tests will say so and be skipped.")


if __name__ == "__main__":
    main()
