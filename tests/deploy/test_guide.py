"""docs/deploy.md refers to nothing that is missing."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import typer.main
import yaml

from chocolib.doors.cli import app
from tests.deploy.hostile import attacks
from tests.deploy.test_compose import KNOWN, SERVICES, TEXT
from tests.deploy.words import WORDS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


def test_every_file_of_the_checkout_that_it_names_is_there() -> None:
    named = set(re.findall(r"\b(?:deploy|docs|tests)/[\w./-]+\.\w+", GUIDE))
    assert {"deploy/env/prod.env", "deploy/tailscale/policy.hujson"} <= named
    made_by_its_reader = {"deploy/secrets/prod.sops.yaml"}
    assert {path for path in named if not (ROOT / path).exists()} <= made_by_its_reader


def test_every_command_it_gives_is_one() -> None:
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL))
    given = [
        words.split() for words in re.findall(r"\bchocolib ([a-z]+(?: [a-z]+)?)\b(?!:)", blocks)
    ]
    assert ["models", "train"] in given
    top: Any = typer.main.get_command(app)
    for first, *rest in given:
        found = top.commands[first]
        assert not hasattr(found, "commands") or rest[0] in found.commands


def test_every_service_and_variable_it_names_is_one() -> None:
    called = re.findall(r"docker compose (?:exec|run --rm|logs|ps) ([a-z]+)", GUIDE)
    assert set(called) <= set(SERVICES)
    named = set(re.findall(r"CHOCOLIB_[A-Z_]+", GUIDE))
    assert named <= KNOWN | set(re.findall(r"\$\{(\w+)", TEXT))


def test_the_figures_it_gives_are_those_of_the_tests() -> None:
    assert f"{len(attacks())} hostile requests and {len(WORDS)} hostile words" in re.sub(
        r"\s+", " ", GUIDE
    )


def test_its_table_of_attacks_counts_those_of_the_tests() -> None:
    kinds = Counter(one.kind for one in attacks()) | {"words": len(WORDS)}
    told = re.findall(r"^\| ([a-z]+) \| (\d+) \| .*\| 0 \|$", GUIDE, re.MULTILINE)
    assert {kind: int(count) for kind, count in told} == kinds | {"all": sum(kinds.values())}


def test_every_folder_that_compose_writes_is_made_by_it() -> None:
    stack = yaml.safe_load((ROOT / "compose.yaml").read_text())
    volumes = [one for s in stack["services"].values() for one in s.get("volumes", [])]
    written = re.compile(r"\$\{\w+:-\./([\w/]+)\}:[\w/]+")
    folders = {found[1] for one in volumes if (found := written.fullmatch(one))}
    assert "data" in folders
    made = {word for line in GUIDE.splitlines() if "install -d" in line for word in line.split()}
    assert sorted(folders - made) == []
