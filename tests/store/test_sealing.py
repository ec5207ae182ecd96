"""Encryption by age, at the other end of a pipe."""

from __future__ import annotations

import random
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pyrage
import pytest

from chocolib.core.errors import DataError, SettingsError
from chocolib.store.sealing import MAGIC, identities, opened, recipients, sealed

KEY = pyrage.x25519.Identity.generate()
CONTENT = random.Random(3).randbytes(300_000)


def seal(content: bytes = CONTENT) -> bytes:
    file = BytesIO()
    with sealed(file, [KEY.to_public()]) as into:
        for at in range(0, len(content), 7000):
            into.write(content[at : at + 7000])
    return file.getvalue()


def unseal(data: bytes, by: Any = KEY) -> bytes:
    found = b""
    with opened(BytesIO(data), [by]) as file:
        while more := file.read(9000):
            found += more
    return found


def test_what_was_sealed_opens_by_its_identity_alone() -> None:
    data = seal()
    assert data.startswith(MAGIC)
    assert CONTENT[:64] not in data
    assert unseal(data) == CONTENT
    with pytest.raises(DataError, match="the identity does not open it"):
        unseal(data, pyrage.x25519.Identity.generate())


@pytest.mark.parametrize("at", [5, 40, 90, 150, 250, 70_000, -17, -1])
def test_a_flipped_byte_is_found_wherever_it_is(at: int) -> None:
    data = bytearray(seal())
    data[at] ^= 1
    with pytest.raises(DataError):
        unseal(bytes(data))


@pytest.mark.parametrize("length", [0, 10, 100, 250, 65_800, -70_000, -1])
def test_a_cut_is_found(length: int) -> None:
    with pytest.raises(DataError):
        unseal(seal()[:length])


def test_a_reader_may_leave_early() -> None:
    with opened(BytesIO(seal()), [KEY]) as file:
        assert file.read(100) == CONTENT[:100]


class _Full(BytesIO):
    def write(self, data: Any) -> int:
        if self.tell() > 100_000:
            raise OSError(28, "No space left on device")
        return super().write(data)


def test_a_full_disk_is_told_as_one() -> None:
    def fill() -> None:
        with sealed(_Full(), [KEY.to_public()]) as into:
            for _ in range(50):
                into.write(CONTENT)

    with pytest.raises(OSError, match="No space left"):
        fill()


def test_keys_are_read_as_age_keygen_writes_them_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    path.write_text(f"# created: today\n# public key: {KEY.to_public()}\n{KEY}\n")
    assert [str(one) for one in identities(path)] == [str(KEY)]
    assert [str(one) for one in recipients([str(KEY.to_public())])] == [str(KEY.to_public())]
    with pytest.raises(SettingsError, match="number 2 is not a recipient") as refused:
        recipients([str(KEY.to_public()), str(KEY)])
    assert str(KEY) not in str(refused.value)
    path.write_text(f"{str(KEY)[:-4]}")
    with pytest.raises(SettingsError, match="not a file of identities") as refused:
        identities(path)
    assert str(KEY)[:-4] not in str(refused.value)
    for text, said in (("# nothing\n", "has no identity"), (None, "cannot be read")):
        path.write_text(text) if text else path.unlink()
        with pytest.raises(SettingsError, match=said):
            identities(path)


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
def test_age_itself_opens_what_we_seal(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(str(KEY))
    done = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key"], input=seal(), capture_output=True, check=True
    )
    assert done.stdout == CONTENT
