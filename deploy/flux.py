"""Make sure the tests find InfluxData's own Flux parser (npm: @influxdata/flux-lsp-node).

It is put into the user's cache folder, by name and version, and run by node.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_cache_path

from deploy.debian import NotHad, run

PACKAGE = "@influxdata/flux-lsp-node"
VERSION = "0.8.40"
CHECK = """
const {Flux} = require('@influxdata/flux-lsp-node');
const questions = JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8'));
console.log(JSON.stringify(questions.map(question => new Flux(question).is_valid())));
"""


def parser() -> Path:
    """The folder in which node finds the package.

    Raises:
        NotHad: there is no node or npm, or the package cannot be fetched.
    """
    missing = [tool for tool in ("node", "npm") if not shutil.which(tool)]
    if missing:
        raise NotHad(f"there is no {missing[0]} to run InfluxData's Flux parser with")
    cached = user_cache_path("chocolib") / f"flux-{VERSION}"
    if not cached.exists():
        fetch(cached)
    return cached


def fetch(target: Path) -> None:
    """Put the package into a folder, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        run(
            [
                "npm",
                "install",
                "--no-audit",
                "--no-fund",
                "--prefix",
                folder,
                f"{PACKAGE}@{VERSION}",
            ]
        )
        try:
            os.replace(folder, target)
        except OSError:  # another process was faster
            if not target.exists():
                raise
        else:
            Path(folder).mkdir()  # for the end of the with to remove


def are_valid(questions: Sequence[str]) -> list[bool]:
    """For each Flux text, whether the parser and its type checker accept it."""
    folder = parser()
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(list(questions), file)
        file.flush()
        said = run(["node", "-e", CHECK, file.name], str(folder))
    return [bool(valid) for valid in json.loads(said)]


def main() -> None:
    """Say where it is, or that it cannot be had."""
    try:
        print(parser())
    except NotHad as reason:
        print(f"No Flux parser: {reason}. Its tests will say so and be skipped.")


if __name__ == "__main__":
    main()
