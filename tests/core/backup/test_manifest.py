"""A manifest says the same when it is read again, and nothing else is taken for one."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.backup.manifest import FORMAT, STORE, File, Manifest, Rows, read, safe
from chocolib.core.errors import DataError

HASH = "0" * 64
MANIFEST = Manifest(
    made_at="2026-11-21T03:00:00Z",
    chocolib="0.1.0",
    store="sqlite:///srv/chocolib.sqlite",
    synthetic=False,
    rows={"energy_prices": Rows(rows=1, versions=2, sha256=HASH, revision=3)},
    files=(File(name=STORE, size=5, sha256=HASH), File(name="reports/a.html", size=7, sha256=HASH)),
    came_from={"settings/factory.toml": "/etc/factory.toml"},
)
HOSTILE = [
    "/etc/passwd", "../x", "reports/../../x", "reports/..", "reports", "store/../models/key", "",
    "reports//x", "./reports/x", "reports/./x", "C:/x", "reports/c:x", "reports\\..\\x", "etc/x",
    "reports/a\0b", "backups/x", "reports/x/",
]  # fmt: skip


def test_what_was_written_is_read() -> None:
    assert read(MANIFEST.written()) == MANIFEST
    assert MANIFEST.size == 12
    assert MANIFEST.moment == pd.Timestamp("2026-11-21T03:00Z")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a file"):
        safe(name)
    facts = json.loads(MANIFEST.written())
    facts["files"][1]["name"] = name
    with pytest.raises(DataError, match="manifest cannot be one"):
        read(json.dumps(facts).encode())


def changed(**facts: object) -> bytes:
    return json.dumps(json.loads(MANIFEST.written()) | facts).encode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "not a backup of chocolib"),
        (b"[" * 200_000, "not a backup of chocolib"),
        (b"\xff\xfe", "not a backup of chocolib"),
        (b'{"kind": "a backup of something else"}', "not a backup of chocolib"),
        (changed(format=FORMAT + 1, files="otherwise"), "a newer chocolib made it"),
        (changed(files=[]), "it has no store"),
        (changed(files=[{"name": STORE, "size": 1, "sha256": HASH}] * 2), "named twice"),
        (changed(files=[{"name": STORE, "size": -1, "sha256": HASH}]), "files.0.size"),
        (changed(made_at="yesterday"), "manifest cannot be one: made_at"),
    ],
)
def test_what_is_none_is_refused_in_words(text: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(key=st.sampled_from(sorted(json.loads(MANIFEST.written()))), value=JSON)
def test_whatever_stands_in_it_it_is_a_manifest_or_refused(key: str, value: object) -> None:
    try:
        found = read(changed(**{key: value}))
    except DataError:
        return
    assert all(safe(file.name) for file in found.files)
