"""Make sure the InfluxDB tests find an influxd 1.x: the system's, else Debian's package.

The tests' stand-in for InfluxDB 2.7 stores and reads lines with it. The package is only
unpacked, into the user's cache folder, which needs no rights; nothing is installed.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from platformdirs import user_cache_path

from deploy.debian import NotHad, run, unpack


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
        unpack("influxdb", "usr/bin/influxd", cached)
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


def main() -> None:
    """Say where it is, or that it cannot be had."""
    try:
        print(influxd())
    except NotHad as reason:
        print(f"No influxd: {reason}. The InfluxDB tests will say so and be skipped.")


if __name__ == "__main__":
    main()
