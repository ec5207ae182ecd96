"""Small valid files of every kind we read, as bytes, and ways to damage them."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pandas as pd
from hypothesis import strategies as st

AUTUMN_DAY = pd.date_range("2025-10-26", periods=25, freq="h", tz="Europe/Madrid")

SIAR_HEADER = (
    "IdProvincia;IdEstacion;Fecha;Año;Dia;Temp Media (ºC);Temp Max (ºC);Hora Temp Max;"
    "Temp Mínima (ºC);Hora Temp Min;Humedad Media (%);Humedad Max (%);Hora Hum Max;"
    "Humedad Min (%);Hora Hum Mín;Velviento (m/s);DirViento (º);VelVientoMax (m/s);"
    "Hora VelMax;Dir viento Vel Max (º);Radiación (MJ/m2);Precipitación (mm);PePMon;EtPMon"
)
SIAR_DAY = (
    "23;9;24/08/2000;2000;237;25,63;27,72;19:03;22,89;23:57;40,6;56,29;12:08;33,69;17:05;"
    "1,17;149,5;3,64;19:05;168;7,42;0;0,1;3,01"
)
SIAR_EMPTY_DAY = "23;17;13/06/2018;2018;164" + ";" * 19


def csv_bytes(prices: list[tuple[str, str]], header: str = "timestamp,price_eur_kwh") -> bytes:
    """A CSV of prices as we document it."""
    return "\n".join([header, *(f"{time},{price}" for time, price in prices), ""]).encode()


def indicator(values: list[dict[str, Any]], number: int = 1001) -> dict[str, Any]:
    """A document of ESIOS indicators/1001."""
    return {"indicator": {"name": "PVPC", "id": number, "step_type": "linear", "values": values}}


def indicator_values(times: pd.DatetimeIndex) -> list[dict[str, Any]]:
    """Its values: the Peninsula at 100, 101, ... EUR/MWh and the Canaries at 1."""
    return [
        {
            "value": 100.0 + i if geo == 8741 else 1.0,
            "datetime": time.isoformat("T", "milliseconds"),
            # as ESIOS does it: the second 02:00 of autumn gets the UTC hour of the first
            "datetime_utc": time.tz_localize(None)
            .tz_localize("Europe/Madrid", ambiguous=True)
            .tz_convert("UTC")
            .strftime("%Y-%m-%dT%H:%M:%SZ"),
            "geo_id": geo,
        }
        for i, time in enumerate(times)
        for geo in (8741, 8742)
    ]


def archive(day: str, labels: list[str]) -> dict[str, Any]:
    """A document of ESIOS archives/70: 100,5, 101,5, ... EUR/MWh."""
    return {
        "PVPC": [
            {"Dia": day, "Hora": label, "PCB": f"{100 + i},50", "CYM": "1,00"}
            for i, label in enumerate(labels)
        ]
    }


def labels(hours: int) -> list[str]:
    """00-01, 01-02, ..."""
    return [f"{hour:02d}-{hour + 1:02d}" for hour in range(hours)]


def siar_bytes(*days: str, header: str = SIAR_HEADER) -> bytes:
    """A file as SIAR writes it."""
    return ("\r\n".join([header, *days]) + "\r\n").encode("utf-16-le")


VALID_PRICES = [
    csv_bytes([("2025-03-01T00:00:00Z", "0.11"), ("2025-03-01T02:00:00+01:00", "0.12")]),
    gzip.compress(csv_bytes([("2025-03-01T00:00:00Z", "0.11")] * 3), mtime=0),
    json.dumps(indicator(indicator_values(AUTUMN_DAY))).encode(),
    json.dumps(archive("12/03/2025", labels(24))).encode(),
]
VALID_SIAR = [siar_bytes(SIAR_DAY, SIAR_EMPTY_DAY), f"{SIAR_HEADER}\n{SIAR_DAY}\n".encode()]


@st.composite
def damaged(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """A valid file after a few cuts, insertions and replacements, or no file at all."""
    data = draw(st.sampled_from([*originals, b""]))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.sampled_from([0, 1, 1, 2, 40, len(data)]))
        new = draw(
            st.binary(max_size=4)
            | st.sampled_from([b",", b";", b"\n", b'"', b"\0", b"9", b"-", b"nan", b"null", b"1e9"])
        )
        data = data[:at] + new + data[at + gone :]
    return data
