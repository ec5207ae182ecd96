"""Any file we can read, known by what is in it."""

from __future__ import annotations

from pathlib import Path

from chocolib.sources.files import read_bytes
from chocolib.sources.pvpc_files import read_pvpc
from chocolib.sources.siar import read_siar
from chocolib.sources.weather_files import Read, read_json, read_weather

_BOM = b"\xef\xbb\xbf"
_SIAR = (b"IdEstacion", "IdEstacion".encode("utf-16-le"))
_PRICES = {"indicator", "PVPC"}


def read_any(path: Path) -> Read:
    """Rows of a CSV of prices, a saved answer of ESIOS, a SIAR file or saved weather.

    Returns:
        The measurement the rows belong to and its frame, as `read_pvpc`, `read_siar` or
        `read_weather` makes it.

    Raises:
        DataError: none of these, or damaged; says what was expected and found.
    """
    data = read_bytes(path)
    if any(name in data[:400] for name in _SIAR):
        return "siar_daily", read_siar(path)
    if data.removeprefix(_BOM).lstrip()[:1] not in {b"{", b"["}:
        return "energy_prices", read_pvpc(path)
    document = read_json(path)
    if isinstance(document, dict) and _PRICES & document.keys():
        return "energy_prices", read_pvpc(path)
    return read_weather(path)
