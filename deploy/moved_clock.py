"""Debian's libfaketime: it moves the clock of a program, so that a month passes in a real nginx."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from platformdirs import user_cache_path

from deploy.debian import NotHad, unpack

NAME = "libfaketime.so.1"


def library() -> Path:
    """The path of the library that is loaded before a program.

    Raises:
        NotHad: there is none, and none could be fetched.
    """
    found = user_cache_path("chocolib") / NAME
    if not found.exists():
        machine = sysconfig.get_config_var("MULTIARCH")
        unpack("libfaketime", f"usr/lib/{machine}/faketime/{NAME}", found)
    return found


def main() -> None:
    """Say where it is, or that it cannot be had."""
    try:
        print(library())
    except NotHad as reason:
        print(f"No libfaketime: {reason}. The test of a month of usage says so and is skipped.")


if __name__ == "__main__":
    main()
