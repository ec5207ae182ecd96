"""A real dashboard server in a process of its own, on a folder of sample notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dash.dash_process import Server, start, stop, write_pages


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder the server shows; what lies beside the notebooks is nobody's business."""
    made = tmp_path_factory.mktemp("dashboards")
    write_pages(made)
    return made


@pytest.fixture(scope="session")
def server(folder: Path) -> Iterator[Server]:
    running = start(folder)
    yield running
    stop(running)
