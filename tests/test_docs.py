"""What the docs say is what the code does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from docs.generate import PAGES
from tests.doors.test_cli import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "run make docs"


TOLD = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
HIDDEN = ["jobs", "exec"]
GROUPS: list[list[str]] = [
    [],
    ["import"],
    ["ingest"],
    ["quarantine"],
    ["store"],
    ["backup"],
    ["factory"],
    ["models"],
    ["validate"],
    ["secrets"],
    ["jobs"],
    ["report"],
    ["notify"],
    ["chat"],
    ["tool"],
    ["usage"],
]


@pytest.mark.parametrize("words", [w for w in COMMANDS if w not in (*GROUPS, HIDDEN)], ids=" ".join)
def test_the_readme_names_every_command(words: list[str]) -> None:
    assert f"chocolib {' '.join(words)}" in README


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for page in TOLD:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), (page, target)


def anchors(page: Path) -> set[str]:
    """Of its headings, as Forgejo and GitHub make them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", TOLD, ids=lambda page: page.name)
def test_every_place_within_a_page_that_is_linked_is_there(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        assert anchor in anchors(page.parent / target if target else page), (target, anchor)


@pytest.mark.parametrize("page", TOLD, ids=lambda page: page.name)
def test_every_picture_target_of_make_and_module_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for picture in re.findall(r'src="([^"]+)"', text):
        assert (page.parent / picture).exists(), picture
    made = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {*re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)} <= set(made)
    for module in re.findall(r"python3? -m ((?:benchmarks|deploy|docs|tests)[\w.]*)", text):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module


def test_the_readme_maps_every_top_folder() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    folders = {name.partition("/")[0] for name in listed if "/" in name}
    for folder in sorted(name for name in folders if not name.startswith(".")):
        assert f"`{folder}/`" in README, folder
