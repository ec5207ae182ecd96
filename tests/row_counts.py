"""`python -m tests.row_counts PATH...`: how many rows files hold, counted without the package.

Only the standard library reads them here. With `--check` the same files are imported by
`chocolib import any` into an empty home, and both counts must agree, file by file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def rows_in(path: Path) -> int:
    """The rows of a CSV (its lines but the header) or of a saved answer."""
    data = path.read_bytes()
    data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    text = data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-8", errors="replace")
    if text.lstrip("\ufeff \r\n")[:1] in "{[":
        return rows_of(json.loads(text))
    return sum(1 for line in text.splitlines() if line.strip()) - 1


def rows_of(document: Any) -> int:
    """The rows of ESIOS, AEMET, OpenWeatherMap and Open-Meteo answers."""
    if isinstance(document, list):
        return sum(forecast_hours(x) if "prediccion" in x else 1 for x in document)
    if "indicator" in document:
        values = document["indicator"]["values"]
        return sum(v["geo_id"] == 8741 and v["value"] is not None for v in values)
    if "PVPC" in document:
        return len(document["PVPC"])
    if "estado" in document:
        return 0  # the first of AEMET's two steps: an address and no rows
    if "hourly" in document:
        columns = [v for name, v in document["hourly"].items() if name != "time"]
        return sum(any(x is not None for x in row) for row in zip(*columns, strict=True))
    return len(document.get("list", document.get("data", [1])))


def forecast_hours(town: dict[str, Any]) -> int:
    """Hours that AEMET's hourly forecast says anything of."""
    names = ("temperatura", "humedadRelativa", "precipitacion", "vientoAndRachaMax")
    return len(
        {
            (day["fecha"][:10], entry["periodo"])
            for day in town["prediccion"]["dia"]
            for name in names
            for entry in day.get(name, [])
        }
    )


def files_of(paths: list[Path]) -> list[Path]:
    """Files as given, and the data files of folders."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        found += [f for f in inside if f.name.lower().endswith((".csv", ".csv.gz", ".json"))]
    return found


def imported(files: list[Path]) -> dict[str, int]:
    """What `chocolib import any` says it read of each file."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-m", "chocolib", "import", "any", "--json", *map(str, files)],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "CHOCOLIB_HOME": home},
        )
    sys.stderr.write(done.stderr)
    return {item["file"]: item["read"] for item in json.loads(done.stdout)["files"]}


def main() -> int:
    """Print a line for each file; 1 when the counts differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true", help="import them too, and compare")
    chosen = parser.parse_args()
    files = files_of(chosen.paths)
    theirs = imported(files) if chosen.check else {}
    wrong = 0
    for path in files:
        rows = rows_in(path)
        wrong += chosen.check and theirs[str(path)] != rows
        beside = f"  imported {theirs[str(path)]:6}" if chosen.check else ""
        print(f"{rows:6}{beside}  {path.name}")
    if chosen.check:
        print(f"{len(files)} files, {wrong} with another count")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
