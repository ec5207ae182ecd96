from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.errors import DataError
from chocolib.core.gate import check
from chocolib.core.schema import SIAR_DAILY
from chocolib.sources.siar import read_siar, siar_files
from tests.conftest import NOW
from tests.sources.files_on_disk import (
    SIAR_DAY,
    SIAR_EMPTY_DAY,
    SIAR_HEADER,
    VALID_PRICES,
    VALID_SIAR,
    damaged,
    siar_bytes,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "J09.csv"


def reading(file: Path, content: bytes) -> pd.DataFrame:
    file.write_bytes(content)
    return read_siar(file)


def refusal(file: Path, content: bytes) -> DataError:
    with pytest.raises(DataError) as caught:
        reading(file, content)
    assert caught.value.path == str(file)
    return caught.value


def test_a_line_becomes_a_row_at_madrid_midnight(file: Path) -> None:
    frame = reading(file, siar_bytes(SIAR_DAY))
    row = frame.iloc[0]
    assert frame.index.tolist() == [pd.Timestamp("2000-08-23T22:00Z")]
    assert frame.index.dtype == frame["available_at"].dtype == "datetime64[us, UTC]"
    assert row["available_at"] == pd.Timestamp("2000-08-25T08:00Z")
    assert (row["station"], row["source"]) == ("J09", "siar")
    assert row[list(SIAR_DAILY.field_names)].tolist() == [
        25.63, 27.72, 22.89, 40.6, 56.29, 33.69, 1.17, 149.5, 3.64, 168, 7.42, 0, 0.1, 3.01,
    ]  # fmt: skip


def test_an_empty_line_of_values_is_kept_as_missing(file: Path) -> None:
    frame = reading(file, siar_bytes(SIAR_EMPTY_DAY))
    assert frame["station"].tolist() == ["J17"]
    assert frame[list(SIAR_DAILY.field_names)].isna().all(axis=None)
    assert len(check(frame, SIAR_DAILY, received_at=NOW).good) == 1


TEXT = f"{SIAR_HEADER}\r\n{SIAR_DAY}\r\n"


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe" + siar_bytes(SIAR_DAY),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\r", "").rstrip().encode(),
        TEXT.replace("ñ", "n").replace("í", "i").replace("ó", "o").replace("º", "°").encode(),
        TEXT.replace("Temp Mínima (ºC)", "Temp  Min").replace("MJ/m2", "MJ/m²").encode(),
        TEXT.replace("PePMon;EtPMon", "PePMon (mm);EtPMon (mm)").upper().encode("utf-16-le"),
    ],
)
def test_copies_saved_again_are_read_the_same(file: Path, content: bytes) -> None:
    frame = reading(file, siar_bytes(SIAR_DAY))
    pd.testing.assert_frame_equal(reading(file, content), frame)


def test_columns_are_found_by_name(file: Path) -> None:
    header, day = ["X", *SIAR_HEADER.split(";")[::-1]], ["?", *SIAR_DAY.split(";")[::-1]]
    frame = reading(file, siar_bytes(";".join(day), header=";".join(header)))
    pd.testing.assert_frame_equal(frame, reading(file, siar_bytes(SIAR_DAY)))


def test_stations_of_other_provinces_keep_their_numbers(file: Path) -> None:
    days = [SIAR_DAY, SIAR_DAY.replace("23;9;", "14;3;"), SIAR_DAY.replace("23;9;", "23;102;")]
    assert reading(file, siar_bytes(*days))["station"].tolist() == ["J09", "14-03", "J102"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("25,63", "25.63", 'tempmedia: expected a number like 25,63, found "25.63"'),
        ("25,63", "25,6,3", "expected a number"),
        ("25,63", "nan", "expected a number"),
        ("25,63", "٣", "expected a number"),
        ("24/08/2000", "2000-08-24", "fecha: expected a date like 31/01/2025"),
        ("24/08/2000", "31/02/2000", "expected a date"),
        ("24/08/2000", "24/08/1900", "expected a date"),
        ("24/08/2000", "", "expected a date"),
        ("23;9;", "23;;", "idestacion: expected a number"),
        ("23;9;", "-23;9;", "idprovincia: expected a number"),
        (";0,1;", ";", "expected 24 columns, found 23"),
        (";0,1;", ";0,1;;", "expected 24 columns, found 25"),
    ],
)
def test_a_cell_that_is_wrong_is_refused_with_its_line(
    file: Path, old: str, new: str, words: str
) -> None:
    error = refusal(file, siar_bytes(SIAR_DAY, SIAR_DAY.replace(old, new, 1), SIAR_DAY))
    assert error.line == 3
    assert words in str(error)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xff\xfe\n\0", "empty"),
        (siar_bytes(), "not a single day"),
        (siar_bytes(SIAR_DAY)[:-1], "cut in the middle"),
        (siar_bytes(SIAR_DAY)[:-16], "expected 24 columns"),
        (TEXT.encode("latin-1"), "expected UTF-8 text, found the byte 0xf1"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "binary"),
        (TEXT.replace("EtPMon", "ETP").encode(), "expected the columns of a SIAR file"),
        (TEXT.replace("PePMon", "EtPMon").encode(), "expected the columns of a SIAR file"),
        (TEXT.replace("m/s", "km/h").encode(), 'unit m/s, found "Velviento (km/h)"'),
        (TEXT.replace("ºC", "ºF").encode(), "expected the unit c"),
        *[(content, "expected") for content in VALID_PRICES],
        (b"<html></html>", "expected the columns of a SIAR file"),
    ],
)
def test_a_file_that_is_something_else_is_refused(file: Path, content: bytes, words: str) -> None:
    assert words in str(refusal(file, content))


def test_files_and_folders_are_listed_once_in_order(tmp_path: Path) -> None:
    names = ["b.csv", "A.CSV", "note.txt", "c.Csv"]
    for name in names:
        (tmp_path / name).touch()
    folder = [tmp_path / "A.CSV", tmp_path / "b.csv", tmp_path / "c.Csv"]
    assert siar_files([tmp_path]) == folder
    assert siar_files([tmp_path / "note.txt", tmp_path, tmp_path / "b.csv"]) == [
        tmp_path / "note.txt",
        *folder,
    ]


def test_a_missing_path_and_a_folder_without_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder"):
        siar_files([tmp_path / "none"])
    with pytest.raises(DataError, match=r"expected SIAR files \(\*\.csv\)"):
        siar_files([tmp_path])
    with pytest.raises(DataError, match="there is no such file"):
        read_siar(tmp_path / "none.csv")
    with pytest.raises(DataError, match="is a folder"):
        read_siar(tmp_path)


def test_every_real_day_is_read_and_none_is_refused(real_data: Path) -> None:
    paths = siar_files([real_data / "siar"])
    frames = [read_siar(path) for path in paths]
    for path, frame in zip(paths, frames, strict=True):
        lines = [line for line in path.read_bytes().decode("utf-16-le").split("\r\n") if line]
        assert len(frame) == len(lines) - 1
        assert set(frame["station"]) == {path.name[:3]}
        checked = check(frame, SIAR_DAILY, received_at=NOW)
        assert (len(checked.good), len(checked.refused)) == (len(frame), 0)
        assert frame.index.is_unique


def test_real_values_agree_with_a_plain_reading(real_data: Path) -> None:
    path = real_data / "siar" / "J17_Linares_01_01_2024_31_12_2024.csv"
    frame = read_siar(path)
    plain = pd.read_csv(path, sep=";", decimal=",", encoding="utf-16-le")
    columns = [c for c in plain.columns[5:] if not c.startswith("Hora")]
    order = list(SIAR_DAILY.field_names)
    np.testing.assert_array_equal(frame[order].to_numpy(), plain[columns].to_numpy(dtype=float))


@settings(max_examples=120, deadline=None)
@given(content=damaged(VALID_SIAR))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "damaged-siar"
    file.write_bytes(content)
    try:
        frame = read_siar(file)
    except DataError:
        return
    check(frame, SIAR_DAILY, received_at=NOW)
    assert len(frame)


@settings(max_examples=30, deadline=None)
@given(
    values=st.lists(
        st.none() | st.decimals(-30, 400, places=2).map(float), min_size=14, max_size=14
    ),
    day=st.dates(pd.Timestamp("1991-01-01").date(), pd.Timestamp("2099-12-31").date()),
)
def test_values_survive_the_round_trip(
    tmp_path_factory: pytest.TempPathFactory, values: list[float | None], day: pd.Timestamp
) -> None:
    cells = ["" if value is None else f"{value:.2f}".replace(".", ",") for value in values]
    for at in (2, 4, 7, 9, 13):
        cells.insert(at, "12:00")
    line = f"23;9;{day:%d/%m/%Y};{day.year};1;" + ";".join(cells)
    frame = reading(tmp_path_factory.getbasetemp() / "siar-round-trip", siar_bytes(line))
    found = frame[list(SIAR_DAILY.field_names)].iloc[0]
    assert [None if pd.isna(value) else value for value in found] == values
    assert frame.index[0].tz_convert("Europe/Madrid").date() == day
