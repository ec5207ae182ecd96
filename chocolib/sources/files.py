"""Files as text: opened, unpacked and decoded, or refused with a reason."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from chocolib.core.errors import DataError

#: Files of up to a day's rows are typed by hand, and may end as they like.
_SHORT = 25
_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
#: Five years of prices are 1.2 MB; nothing honest is longer than this.
LONGEST_BYTES = 100_000_000


def files_at(paths: Iterable[Path], endings: Sequence[str], kind: str) -> list[Path]:
    """The files to read: files as given, and those of folders that end so, by name.

    A file that comes twice is listed once; case does not matter in an ending.

    Args:
        kind: what such files are called in a message.

    Raises:
        DataError: a path that does not exist, or a folder without any such file.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found |= dict.fromkeys(_files_at(path, tuple(endings), kind))
    return list(found)


def _files_at(path: Path, endings: tuple[str, ...], kind: str) -> list[Path]:
    try:
        if not path.is_dir():
            if path.exists():
                return [path]
            raise DataError("there is no such file or folder", path=str(path))
        inside = [file for file in path.iterdir() if file.name.lower().endswith(endings)]
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", path=str(path)) from None
    if not inside:
        stars = ", ".join(f"*{ending}" for ending in endings)
        what = f"expected {kind} ({stars}) in this folder, found none"
        raise DataError(what, path=str(path))
    return sorted(inside)


def read_bytes(path: Path) -> bytes:
    """The content of a file, unpacked when it is gzip (by its first bytes, not its name).

    Raises:
        DataError: no such file, a folder, not readable, empty, damaged or too long.
    """
    data = _unpacked(_content(path), path)
    if len(data) > LONGEST_BYTES:
        raise DataError(f"is longer than {LONGEST_BYTES / 1e6:g} MB", path=str(path))
    if not data.strip(b"\0 \t\r\n"):
        raise DataError("the file is empty", path=str(path))
    return data


def text_of(data: bytes, path: Path) -> str:
    """UTF-8 text, with or without a byte order mark.

    Raises:
        DataError: UTF-16, binary or nothing but a mark; says which line is not UTF-8.
    """
    if data.startswith(_UTF16) or b"\0" in data[:1000]:
        raise DataError(
            "expected UTF-8 text, found UTF-16 or binary data", path=str(path), hint=_hint(data)
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"expected UTF-8 text, found the byte 0x{data[error.start]:02x}",
            path=str(path),
            line=data.count(b"\n", 0, error.start) + 1,
        ) from None
    if not text.strip():
        raise DataError("the file is empty", path=str(path))
    return text


def refuse_cut_tail(text: str, last_cell: str, cells: list[str], path: Path) -> None:
    """Raise DataError where a file ends inside its last number, as a cut file does.

    A long file without a line break at its end whose last number is shorter than
    others of its column cannot be told from one that was cut: a person must look.

    Args:
        text: the whole file.
        last_cell: the number the file ends with.
        cells: all numbers of that column.
    """
    if text.endswith(("\n", "\r")) or len(cells) <= _SHORT:
        return
    if len(last_cell) < max(map(len, cells)):
        raise DataError(
            f"the file ends without a line break, perhaps inside the number {last_cell}",
            path=str(path),
            line=len(text.splitlines()),
            hint="fetch it again; or, if it is whole, end its last line with a line break",
        )


def _hint(data: bytes) -> str:
    is_siar = "IdEstacion".encode("utf-16-le") in data[:200]
    return "this looks like a SIAR file: daily weather, not prices" if is_siar else ""


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise DataError("is a folder, expected a file", path=str(path))
        if not path.exists():
            raise DataError("there is no such file", path=str(path))
        if not path.is_file() or path.stat().st_size > LONGEST_BYTES:
            raise DataError(
                f"is not an ordinary file of up to {LONGEST_BYTES / 1e6:g} MB", path=str(path)
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise DataError(f"cannot be read ({why})", path=str(path)) from None


def _unpacked(data: bytes, path: Path) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            return packed.read(LONGEST_BYTES + 1)
    except EOFError:
        why = "it was cut short"
    except (OSError, zlib.error) as error:
        why = str(error)
    raise DataError(f"the gzip file is damaged: {why}", path=str(path))
