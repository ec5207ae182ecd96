"""Plain files in a stream: ours come back, nothing else is followed."""

from __future__ import annotations

import tarfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.errors import DataError
from chocolib.store.members import Members, finish, put

FILES = st.lists(
    st.tuples(
        st.text("abcñ日/.-_", min_size=1, max_size=30).filter(lambda n: not n.endswith("/")),
        st.binary(max_size=3000),
    ),
    max_size=4,
)


def archive(files: list[tuple[str, bytes]]) -> bytes:
    into = BytesIO()
    for name, content in files:
        assert b"".join(put(into, name, len(content), BytesIO(content))) == content
    finish(into)
    return into.getvalue()


def read(data: bytes, step: int = 700) -> list[tuple[str, bytes]]:
    members = Members(iter([b"", *(data[at : at + step] for at in range(0, len(data), step))]))
    found = []
    while (head := members.next()) is not None:
        found.append((head[0], b"".join(members.content(head[1]))))
    return found


@given(FILES, st.integers(1, 2000))
def test_files_come_back_however_the_stream_is_cut(
    files: list[tuple[str, bytes]], step: int
) -> None:
    assert read(archive(files), step) == files


@given(FILES)
def test_tar_itself_reads_them(files: list[tuple[str, bytes]]) -> None:
    with tarfile.open(fileobj=BytesIO(archive(files))) as tar:
        found = [(one.name, tar.extractfile(one)) for one in tar]
    assert [(name, file.read()) for name, file in found if file] == files


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE,
     tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE, tarfile.XHDTYPE, tarfile.XGLTYPE,
     tarfile.CONTTYPE, tarfile.AREGTYPE],
)  # fmt: skip
def test_what_is_no_plain_file_is_refused(kind: bytes) -> None:
    head = tarfile.TarInfo("reports/a")
    head.type, head.linkname = kind, "/etc/passwd"
    with pytest.raises(DataError, match="not a plain file"):
        read(head.tobuf(tarfile.GNU_FORMAT) + bytes(1024))


def test_more_less_and_other_padding_are_refused() -> None:
    whole = archive([("reports/a", b"x" * 100)])
    for data in (whole + b"\0", whole[:-1], whole[:700], whole[:512], b"", b"x" * 512):
        with pytest.raises(DataError):
            read(data)
    dirty = bytearray(whole)
    dirty[512 + 200] = 1
    with pytest.raises(DataError, match="damaged"):
        read(bytes(dirty))


def test_a_file_that_shrinks_or_has_too_long_a_name_is_told_by_name() -> None:
    with pytest.raises(DataError, match="reports/a: it became shorter"):
        list(put(BytesIO(), "reports/a", 10, BytesIO(b"123")))
    with pytest.raises(DataError, match="cannot be put into an archive"):
        list(put(BytesIO(), "reports/" + "a" * 200, 0, BytesIO()))
    grown = BytesIO()
    list(put(grown, "reports/a", 3, BytesIO(b"12345")))
    finish(grown)
    assert read(grown.getvalue()) == [("reports/a", b"123")]
