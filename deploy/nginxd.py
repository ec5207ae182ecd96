"""Make sure the tests of the edge find a real nginx: the system's, else Debian's package."""

from __future__ import annotations

import shutil
from pathlib import Path

from platformdirs import user_cache_path

from deploy.debian import NotHad, run, unpack


def nginx() -> Path:
    """The path of an nginx that runs.

    Raises:
        NotHad: there is none, and none could be fetched.
    """
    return _program("nginx", "usr/sbin/nginx", "-V")


def logrotate() -> Path:
    """The path of a logrotate that runs.

    Raises:
        NotHad: there is none, and none could be fetched.
    """
    return _program("logrotate", "usr/sbin/logrotate", "--version")


def _program(name: str, inside: str, question: str) -> Path:
    found = Path(shutil.which(name) or user_cache_path("chocolib") / name)
    if not found.exists():
        unpack(name, inside, found)
    run([str(found), question])
    return found


def main() -> None:
    """Say where they are, or that they cannot be had."""
    for wanted in (nginx, logrotate):
        try:
            print(wanted())
        except NotHad as reason:
            print(f"No {wanted.__name__}: {reason}. The tests of the edge say so and are skipped.")


if __name__ == "__main__":
    main()
