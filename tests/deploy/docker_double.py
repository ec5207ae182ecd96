"""A stand-in for `docker` in the PATH: keeps every call, fails where it is told to.

Its folder holds `calls.jsonl` (words and image of each call), `fails.json` (parts of a call ->
exit code) and `commits.json` (tag of an image -> the commit it was built of). Given a skopeo, it
answers in earnest (docker_images.py).
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path

HERE = Path(os.environ["DOCKER_DOUBLE"])
#: What every image says its release is.
RELEASE = "1.2.3"


def main() -> int:
    words, image = sys.argv[1:], os.environ.get("CHOCOLIB_IMAGE", "")
    with (HERE / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps({"words": words, "image": image}) + "\n")
    said = f"{' '.join(words)} {image}"
    for part, code in json.loads((HERE / "fails.json").read_text()).items():
        if all(word in said for word in part.split("&")):
            sys.stderr.write(f"double: told to fail at {part}\n")
            return int(code)
    if "DOCKER_DOUBLE_SKOPEO" in os.environ:
        earnest = runpy.run_path(str(Path(__file__).with_name("docker_images.py")))
        return int(earnest["answer"](words))
    if words[:2] == ["image", "inspect"]:
        name, _, tag = words[-1].rpartition(":")
        if "version" in words[3]:
            sys.stdout.write(f"{RELEASE}\n")
            return 0
        if "revision" in words[3]:
            commits = json.loads((HERE / "commits.json").read_text())
            sys.stdout.write(commits[tag] + "\n")
            return 0
        sys.stdout.write(f"elsewhere.test/other@sha256:0000 {name}@sha256:{tag}\n")
    if "up" in words:
        (HERE / "running").write_text(image)
    return 0


if __name__ == "__main__":
    sys.exit(main())
