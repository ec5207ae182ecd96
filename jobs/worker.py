#!/usr/bin/env python3
"""The worker of the container: `python jobs/worker.py` is `chocolib jobs start`."""

from __future__ import annotations

import sys

from chocolib.doors.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["jobs", "start"]
    main()
