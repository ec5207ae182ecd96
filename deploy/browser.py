"""Make sure the browser tests find a Chromium: the system's, else install one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def main() -> None:
    """Do nothing where there is one; else try the system's packages, then Playwright's."""
    if any(shutil.which(name) for name in NAMES):
        return
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        install = "apt-get update -qq && apt-get install -y -qq chromium fonts-dejavu-core"
        attempts.insert(0, ["sh", "-c", install])
    for command in attempts:
        if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0:
            return
    print("No Chromium could be installed: the browser tests will say so and be skipped.")


main()
