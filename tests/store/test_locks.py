"""The lock of a file: held by one, free again afterwards, and refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from chocolib.core.errors import DataError
from chocolib.store.locks import locked


def test_a_lock_is_held_by_one_and_free_again_also_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "made" / "it.lock"
    refuses = pytest.raises(DataError, match="cannot be locked")
    with locked(path), refuses as refused, locked(path, patience_s=0.05):
        pytest.fail("two hold it")
    assert refused.value.path == str(path)
    with pytest.raises(ZeroDivisionError), locked(path, patience_s=0.05):
        raise ZeroDivisionError
    with locked(path, patience_s=0.05):
        assert path.exists()


def test_a_place_where_nothing_can_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refuses = pytest.raises(DataError, match="cannot be locked")
    with refuses, locked(tmp_path / "file" / "it.lock"):
        pytest.fail("it was locked")
