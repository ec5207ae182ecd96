"""A home to back up: filled once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chocolib.app.settings import read_settings
from tests.app.backup.homes import fill_home
from tests.once import made_once


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home, and the version of its model."""

    def fill(folder: Path) -> None:
        (folder / "version").write_text(fill_home(folder / "home"))

    once = made_once(tmp_path_factory, "home-to-back-up", fill)
    return once / "home", (once / "version").read_text()


@pytest.fixture
def home(filled: tuple[Path, str]) -> Path:
    """The test's own copy of it, which is the home of the settings."""
    home = read_settings().home
    shutil.copytree(filled[0], home, symlinks=True)
    return home


@pytest.fixture
def version(filled: tuple[Path, str]) -> str:
    """The version of its model."""
    return filled[1]
