from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.errors import DataError
from chocolib.core.gate import check
from chocolib.core.schema import ENERGY_PRICES
from chocolib.core.time import HOUR, day_window, published_at
from chocolib.sources.pvpc_files import read_pvpc
from tests.conftest import NOW
from tests.sources.files_on_disk import (
    AUTUMN_DAY,
    SIAR_DAY,
    SIAR_HEADER,
    VALID_PRICES,
    archive,
    csv_bytes,
    damaged,
    indicator,
    indicator_values,
    labels,
    siar_bytes,
)

TWO = [("2025-03-01T00:00:00Z", "0.11633"), ("2025-03-01T01:00:00Z", "-0.001")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prices.csv"


def reading(file: Path, content: bytes | dict[str, Any]) -> pd.DataFrame:
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return read_pvpc(file)


def refusal(file: Path, content: bytes | dict[str, Any]) -> DataError:
    with pytest.raises(DataError) as caught:
        reading(file, content)
    assert caught.value.path == str(file)
    assert str(caught.value).startswith(str(file))
    return caught.value


class TestCsv:
    def test_a_csv_becomes_a_frame_of_prices(self, file: Path) -> None:
        frame = reading(file, csv_bytes(TWO))
        assert list(frame.columns) == ["region", "price_eur_kwh", "source", "available_at"]
        assert frame.index.tolist() == [pd.Timestamp(time) for time, _ in TWO]
        assert frame["price_eur_kwh"].tolist() == [0.11633, -0.001]
        assert set(frame["source"]) == {"csv"}
        assert (frame["available_at"] == published_at(pd.DatetimeIndex(frame.index))).all()

    @pytest.mark.parametrize(
        "content",
        [
            gzip.compress(csv_bytes(TWO), mtime=0),
            b"\xef\xbb\xbf" + csv_bytes(TWO),
            csv_bytes(TWO).replace(b"\n", b"\r\n"),
            csv_bytes(TWO).rstrip(),
            csv_bytes(TWO) + b"\n\n",
            b"\n" + csv_bytes(TWO),
            b"price_eur_kwh,note,timestamp\n"
            b'0.11633,"a,b",2025-03-01T00:00:00Z\n-0.001,,2025-03-01T01:00Z\n',
            b" timestamp , price_eur_kwh\n2025-03-01T01:00:00+01:00, 0.11633\n"
            b"2025-03-01 02:00:00.000+0100,-1e-3\n",
        ],
        ids=["gz", "bom", "crlf", "no end", "blank end", "blank start", "columns", "zones"],
    )
    def test_what_does_not_matter_does_not_matter(self, file: Path, content: bytes) -> None:
        frame = reading(file, content)
        pd.testing.assert_frame_equal(frame, reading(file, csv_bytes(TWO)))

    @pytest.mark.parametrize(
        ("price", "words"),
        [
            ("", 'expected a price in EUR/kWh, like 0.12345, found ""'),
            ("  ", "leave out the row of an hour without price"),
            ("nan", 'found "nan"'),
            ("inf", 'found "inf"'),
            ("1e999", "found"),
            ("0,12", "expected 2 columns, found 3"),
            ('"0,12"', 'found "0,12"'),
            ("1_0", "found"),
            ("٣", "found"),
            ("0.1 EUR", "found"),
            ("0.1,9", "expected 2 columns, found 3"),
        ],
    )
    def test_a_price_that_is_none_is_refused_with_its_line(
        self, file: Path, price: str, words: str
    ) -> None:
        error = refusal(file, csv_bytes([*TWO, ("2025-03-01T02:00:00Z", price), *TWO]))
        assert error.line == 4
        assert "line 4" in str(error)
        assert words in str(error)

    @pytest.mark.parametrize(
        ("moment", "words"),
        [
            ("2025-03-01T02:00:00", "expected a time with its zone, like 2025-01-31T00:00:00Z"),
            ("2025-03-01", "expected a time with its zone"),
            ("01/03/2025 02:00Z", "expected a time with its zone"),
            ("", "expected a time with its zone"),
            ("2025-13-01T02:00:00Z", "expected a time that exists"),
            ("2025-02-29T02:00:00Z", "expected a time that exists"),
            ("2025-03-01T25:00:00Z", "expected a time that exists"),
            ("1025-03-01T02:00:00Z", "expected a time that exists"),
        ],
    )
    def test_a_time_that_is_none_is_refused_with_its_line(
        self, file: Path, moment: str, words: str
    ) -> None:
        error = refusal(file, csv_bytes([*TWO, (moment, "0.1")]))
        assert error.line == 4
        assert words in str(error)

    def test_lines_are_counted_as_an_editor_does(self, file: Path) -> None:
        content = csv_bytes(TWO) + b"\n\n" + b"2025-03-01T02:00:00Z\n"
        error = refusal(file, content)
        assert (error.line, "expected 2 columns, found 1" in str(error)) == (6, True)

    @pytest.mark.parametrize(
        ("header", "hint"),
        [
            ("timestamp,price_eur_mwh", "divide them by 1000"),
            ("datetime,price_eur_kwh", ""),
            ("timestamp;price_eur_kwh", ""),
            ("timestamp,price_eur_kwh,price_eur_kwh", ""),
            ("2025-03-01T00:00:00Z,0.11", ""),
        ],
    )
    def test_other_columns_are_refused_and_named(self, file: Path, header: str, hint: str) -> None:
        error = refusal(file, csv_bytes(TWO, header))
        assert error.line == 1
        assert "expected a CSV with the columns timestamp" in str(error)
        assert header.split(",", maxsplit=1)[0] in str(error)
        assert hint in error.hint

    def test_duplicates_and_odd_minutes_are_left_to_the_gate(self, file: Path) -> None:
        frame = reading(file, csv_bytes([*TWO, TWO[0], ("2025-03-01T01:10:00Z", "0.2")]))
        checked = check(frame, ENERGY_PRICES, received_at=NOW)
        assert (len(frame), checked.repeated) == (4, 1)
        assert checked.refused["reason"].tolist() == ["not on the hour"]


class TestWrongFiles:
    def test_a_missing_file_and_a_folder_are_said_so(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="there is no such file"):
            read_pvpc(tmp_path / "none.csv")
        with pytest.raises(DataError, match="is a folder"):
            read_pvpc(tmp_path)
        with pytest.raises(DataError):
            read_pvpc(tmp_path / "a\0b")
        with pytest.raises(DataError, match="not an ordinary file"):
            read_pvpc(Path("/dev/null"))

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "empty"),
            (b" \r\n", "empty"),
            (b"\xef\xbb\xbf\n", "empty"),
            (gzip.compress(b"", mtime=0), "empty"),
            (b"timestamp,price_eur_kwh\n", "not a single price"),
            (gzip.compress(csv_bytes(TWO), mtime=0)[:-12], "cut short"),
            (gzip.compress(csv_bytes(TWO), mtime=0)[:-1], "damaged"),
            (b"\x1f\x8b" + b"\0" * 40, "damaged"),
            (csv_bytes(TWO).decode().encode("utf-16"), "UTF-16"),
            (csv_bytes(TWO).decode().encode("utf-16-le"), "UTF-16"),
            (b"\x89PNG\r\n\x1a\n\0\0\0", "binary"),
            (siar_bytes(SIAR_DAY), "looks like a SIAR file"),
            (f"{SIAR_HEADER}\n{SIAR_DAY}".encode(), "looks like a SIAR file"),
            (b"<html><body>404</body></html>", "found a web page"),
            (b'{"indicator": {"id": 1001, "val', "damaged or cut JSON"),
            (b"[" * 100_000, "JSON"),
            (b"{}", "expected indicator 1001 or archive 70"),
            (b"[" * 400 + b"]" * 400, "expected indicator 1001 or archive 70"),
            (b"[1, 2]", "expected indicator 1001 or archive 70"),
            (b'{"data": {}, "included": []}', 'found "data, included"'),
            (b'{"indicator": null}', "expected the ESIOS indicator 1001"),
            (b'{"PVPC": 7}', "PVPC: expected a list"),
            (b'{"PVPC": []}', "found none"),
            (b'timestamp,price_eur_kwh\n"2025', "not a CSV"),
        ],
    )
    def test_a_file_that_is_something_else_is_refused(
        self, file: Path, content: bytes, words: str
    ) -> None:
        assert words in str(refusal(file, content))

    def test_a_byte_that_is_not_utf8_has_its_line(self, file: Path) -> None:
        error = refusal(file, csv_bytes(TWO) + b"2025-03-01T02:00:00Z,0.1\xf1\n")
        assert (error.line, "0xf1" in str(error)) == (4, True)

    def test_the_line_where_json_breaks_is_named(self, file: Path) -> None:
        assert refusal(file, b'{\n"PVPC": [\n}').line == 3

    def test_a_message_stays_on_one_short_line(self, file: Path) -> None:
        error = refusal(file, b"\x1b[31m" + b"x" * 5000 + b"\n")
        assert len(str(error)) < 300
        assert "\x1b" not in str(error)


class TestIndicator:
    def test_the_peninsula_is_taken_and_autumn_has_25_hours(self, file: Path) -> None:
        frame = reading(file, indicator(indicator_values(AUTUMN_DAY)))
        assert list(frame.index) == list(AUTUMN_DAY)
        assert frame["price_eur_kwh"].tolist() == [round(0.1 + i / 1000, 6) for i in range(25)]
        assert set(frame["source"]) == {"esios-1001"}

    def test_quarters_are_averaged_and_nulls_left_out(self, file: Path) -> None:
        times = pd.date_range("2025-10-27", periods=96, freq="15min", tz="Europe/Madrid")
        values = indicator_values(times)
        values[2 * 4 * 5]["value"] = None
        frame = reading(file, indicator(values))
        expected = [round(0.1015 + 0.004 * i, 6) for i in range(24) if i != 5]
        assert frame["price_eur_kwh"].tolist() == pytest.approx(expected)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"value": "100"}, r"expected a number, found \"100\""),
            ({"datetime": None}, "expected a time"),
            ({"datetime": "2025-10-26T00:07:00+02:00"}, "quarters"),
        ],
    )
    def test_a_value_that_is_not_as_documented_is_refused(
        self, file: Path, change: dict[str, Any], words: str
    ) -> None:
        values = indicator_values(AUTUMN_DAY)
        values[0].update(change)
        with pytest.raises(DataError, match=words):
            reading(file, indicator(values))

    def test_another_indicator_or_another_region_is_refused(self, file: Path) -> None:
        values = indicator_values(AUTUMN_DAY)
        assert 'found "600"' in str(refusal(file, indicator(values, 600)))
        assert "8741" in str(refusal(file, indicator([v for v in values if v["geo_id"] == 8742])))


class TestArchive:
    @pytest.mark.parametrize(
        ("day", "names"),
        [
            ("12/03/2025", labels(24)),
            ("30/03/2025", labels(23)),
            ("30/03/2025", [*labels(2), *labels(24)[3:]]),
            ("26/10/2025", labels(25)),
            ("26/10/2025", [*labels(3), *labels(24)[2:]]),
        ],
    )
    def test_rows_are_the_hours_of_their_day(self, file: Path, day: str, names: list[str]) -> None:
        frame = reading(file, archive(day, names))
        hours = day_window(pd.to_datetime(day, dayfirst=True).date()).hours()
        assert list(frame.index) == list(hours)
        assert frame["price_eur_kwh"].iloc[[0, -1]].tolist() == pytest.approx(
            [0.1005, 0.0995 + len(hours) / 1000]
        )
        assert set(frame["source"]) == {"esios-archive-70"}

    @pytest.mark.parametrize(
        ("document", "words"),
        [
            (archive("12/03/2025", labels(23)), "2025-03-12: expected 24 hours, found 23"),
            (archive("30/03/2025", labels(24)), "expected 23 hours, found 24"),
            (archive("26/10/2025", labels(24)), "expected 25 hours, found 24"),
            (archive("12/03/2025", labels(24)[::-1]), "in order"),
            (archive("2025-03-12", labels(24)), "expected a Dia like 31/01/2025"),
            (archive("31/02/2025", labels(24)), "expected a Dia"),
            (archive("12/03/0025", labels(24)), "expected a Dia"),
        ],
    )
    def test_a_day_without_all_its_hours_is_refused(
        self, file: Path, document: dict[str, Any], words: str
    ) -> None:
        assert words in str(refusal(file, document))

    @pytest.mark.parametrize("price", ["", "131.04", "1.131,04", "x", None, 131.04])
    def test_a_price_without_decimal_comma_is_refused(self, file: Path, price: object) -> None:
        document = archive("12/03/2025", labels(24))
        document["PVPC"][7]["PCB"] = price
        assert "2025-03-12, 07-08, PCB: expected a number like" in str(refusal(file, document))


class TestRealData:
    def test_every_real_hour_is_read_and_none_is_refused(
        self, pvpc_csv: Path, real_prices: pd.Series
    ) -> None:
        frame = read_pvpc(pvpc_csv)
        assert len(frame) == 40_873
        assert frame["price_eur_kwh"].tolist() == real_prices.tolist()
        checked = check(frame, ENERGY_PRICES, received_at=NOW)
        assert (len(checked.good), len(checked.refused), checked.repeated) == (40_873, 0, 0)
        flagged = checked.good.index[checked.good["flag"] == "outlier"]
        assert {pd.Timestamp("2025-01-01T08:00Z"), pd.Timestamp("2025-01-01T16:00Z")} == set(
            flagged
        )

    @pytest.mark.parametrize(
        ("name", "first", "hours"),
        [
            ("esios_indicator_1001_2021-10-31.json", "2021-10-30T22:00Z", 25),
            ("esios_indicator_1001_2024-03-09.json", "2024-03-08T23:00Z", 24),
            ("esios_archive_70_2021-10-30.json", "2021-10-29T22:00Z", 24),
        ],
    )
    def test_esios_and_the_csv_say_the_same_hour_by_hour(
        self, real_data: Path, real_prices: pd.Series, name: str, first: str, hours: int
    ) -> None:
        frame = read_pvpc(real_data / "api" / name)
        assert frame.index.tolist() == [pd.Timestamp(first) + i * HOUR for i in range(hours)]
        assert frame["price_eur_kwh"].tolist() == real_prices.loc[frame.index].tolist()
        assert check(frame, ENERGY_PRICES, received_at=NOW).refused.empty

    def test_real_files_of_other_kinds_are_refused(self, real_data: Path) -> None:
        others = [
            *sorted((real_data / "siar").glob("*.csv"))[:1],
            *sorted((real_data / "api").glob("aemet*")),
            *sorted((real_data / "ree").glob("*")),
            *sorted((real_data / "influx").glob("*")),
        ]
        for path in others:
            with pytest.raises(DataError):
                read_pvpc(path)


@settings(max_examples=150, deadline=None)
@given(content=damaged(VALID_PRICES))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "damaged-prices"
    file.write_bytes(content)
    try:
        frame = read_pvpc(file)
    except DataError:
        return
    check(frame, ENERGY_PRICES, received_at=NOW)
    assert len(frame)


@settings(max_examples=40, deadline=None)
@given(
    prices=st.lists(st.decimals(-1, 3, places=6).map(float), min_size=1, max_size=30),
    start=st.integers(0, 60_000),
    packed=st.booleans(),
)
def test_prices_survive_the_round_trip(
    tmp_path_factory: pytest.TempPathFactory, prices: list[float], start: int, packed: bool
) -> None:
    file = tmp_path_factory.getbasetemp() / "round-trip"
    first = pd.Timestamp("2020-01-01T00:00Z") + start * HOUR
    rows = [(str(first + i * HOUR), repr(price)) for i, price in enumerate(prices)]
    file.write_bytes(gzip.compress(csv_bytes(rows), mtime=0) if packed else csv_bytes(rows))
    frame = read_pvpc(file)
    assert frame["price_eur_kwh"].tolist() == prices
    assert frame.index.tolist() == [first + i * HOUR for i in range(len(prices))]


def test_a_long_file_cut_inside_its_last_number_is_refused(file: Path) -> None:
    rows = [(f"2025-03-{day:02d}T00:00:00Z", "0.11234") for day in range(1, 31)]
    whole = csv_bytes(rows).rstrip()
    file.write_bytes(whole)
    assert len(read_pvpc(file)) == 30
    for cut in range(1, 6):
        file.write_bytes(whole[:-cut])
        with pytest.raises(DataError, match="line 31"):
            read_pvpc(file)
    file.write_bytes(whole[:-1] + b"\n")
    assert len(read_pvpc(file)) == 30
