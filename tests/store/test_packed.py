"""The gzip file that knows its SHA-256: whole, or refused, whichever byte it is."""

from __future__ import annotations

import gzip
import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.errors import DataError
from chocolib.store.packed import PIECE, Packer, unpack


def packed(*pieces: bytes) -> bytes:
    file = BytesIO()
    packer = Packer(file)
    for piece in pieces:
        packer.write(piece)
    packer.close()
    packer.sign(file)
    return file.getvalue()


def unpacked(data: bytes, *, vouched: bool = False) -> bytes:
    return b"".join(unpack(BytesIO(data), vouched=vouched))


@given(st.lists(st.binary(max_size=5000), max_size=5))
def test_what_was_packed_is_unpacked_by_us_and_by_others(pieces: list[bytes]) -> None:
    data = packed(*pieces)
    assert unpacked(data) == gzip.decompress(data) == b"".join(pieces)


def test_every_flipped_bit_and_every_cut_is_found() -> None:
    whole = packed(b"prices " * 40, random.Random(1).randbytes(300))
    for at in range(len(whole)):
        for bit in range(8):
            flipped = bytearray(whole)
            flipped[at] ^= 1 << bit
            with pytest.raises(DataError):
                unpacked(bytes(flipped))
        with pytest.raises(DataError):
            unpacked(whole[:at])
    for more in (b"\0", whole):
        with pytest.raises(DataError):
            unpacked(whole + more)


def test_a_bomb_comes_in_small_pieces() -> None:
    data = packed(*[bytes(PIECE)] * 64)
    assert len(data) < PIECE
    assert max(len(piece) for piece in unpack(BytesIO(data), vouched=False)) <= PIECE


def test_a_file_of_another_program_is_refused() -> None:
    with pytest.raises(DataError, match="not an archive of chocolib"):
        unpacked(gzip.compress(b"x" * 100))


def test_where_somebody_else_vouches_no_digest_is_needed() -> None:
    file = BytesIO()
    packer = Packer(file)
    packer.write(b"x")
    packer.close()
    assert unpacked(file.getvalue(), vouched=True) == b"x"
    with pytest.raises(DataError, match="not as it was written"):
        unpacked(file.getvalue())
