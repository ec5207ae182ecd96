"""Make sure the browser tests find a Chromium: the system's, else install one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from chocolib.doors.dash.shots import system_browser

APT = "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium"
LIMIT_S = 600


def main() -> None:
    """Do nothing where there is one; else try the system's packages, then Playwright's."""
    if system_browser():
        return
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        attempts.insert(0, ["sh", "-c", APT])
    if not any(succeeds(command) for command in attempts):
        print("No Chromium could be installed: the browser tests will say so and be skipped.")


def succeeds(command: list[str]) -> bool:
    """Whether the command ends well within the limit; what it says on the way is not shown."""
    print(f"Looking for a Chromium: {' '.join(command[-3:])}")
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


main()
