"""Files of SOPS: read as they were written, and nothing else."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chocolib.app.secrets.sops import names_of, secrets_of
from chocolib.core.errors import DataError, SettingsError
from deploy.npm import SOPS_AGE, NotHad, installed
from tests.app.secrets.sops_files import Document, Owner, encrypted, write

KEYS = {"AEMET_API_KEY": "clave-ñ-1", "INFLUXDB_TOKEN": "t0ken, with: signs #", "ESIOS_TOKEN": "e"}


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner.new(tmp_path)


@pytest.mark.parametrize("name", ["keys.sops.yaml", "keys.sops.json"])
def test_every_recipient_reads_what_was_written(name: str, owner: Owner, tmp_path: Path) -> None:
    second = Owner.new(tmp_path, "second.txt")
    file = write(tmp_path / name, encrypted({**KEYS, "EMPTY": "", "PORT": 587}, owner, second))
    assert "clave" not in file.read_text()
    for one in (owner, second):
        assert secrets_of(file, one.identity) == {**KEYS, "EMPTY": "", "PORT": "587"}
    assert names_of(file) == (*KEYS, "EMPTY", "PORT")


def _swap(document: Document) -> None:
    document["AEMET_API_KEY"], document["ESIOS_TOKEN"] = (
        document["ESIOS_TOKEN"],
        document["AEMET_API_KEY"],
    )


def _reorder(document: Document) -> None:
    document["AEMET_API_KEY"] = document.pop("AEMET_API_KEY")


def _flip(document: Document) -> None:
    first, data = document["ESIOS_TOKEN"].split("data:")
    document["ESIOS_TOKEN"] = f"{first}data:{'A' if data[0] != 'A' else 'B'}{data[1:]}"


FAULTS: dict[str, tuple[Callable[[Document], object], str]] = {
    "swapped values": (_swap, "AEMET_API_KEY was changed"),
    "a changed value": (_flip, "ESIOS_TOKEN was changed"),
    "a dropped key": (lambda d: d.pop("ESIOS_TOKEN"), "dropped, added or moved"),
    "an emptied value": (lambda d: d.update({"ESIOS_TOKEN": ""}), "dropped, added or moved"),
    "moved keys": (_reorder, "dropped, added or moved"),
    "another time": (lambda d: d["sops"].update(lastmodified="2020-01-01T00:00:00Z"), "mac was"),
    "no mac": (lambda d: d["sops"].pop("mac"), "mac is missing"),
    "an empty mac": (lambda d: d["sops"].update(mac=""), "mac is missing"),
    "a value in clear": (lambda d: d.update({"ESIOS_TOKEN": "e"}), "ESIOS_TOKEN stands in clear"),
    "a nested value": (lambda d: d.update(MORE={"A": "b"}), "MORE is nested"),
    "no sops": (lambda d: d.pop("sops"), "values stand in clear"),
    "no recipient": (lambda d: d["sops"].update(age=[]), "not encrypted with age"),
    "a half mac": (lambda d: d["sops"].update(mac_only_encrypted=True), "mac_only_encrypted"),
    "shares": (lambda d: d["sops"].update(key_groups=[{}]), "key_groups"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_changed_is_refused_and_never_shown(
    fault: str, owner: Owner, tmp_path: Path
) -> None:
    document = encrypted(KEYS, owner)
    change, says = FAULTS[fault]
    change(document)
    file = write(tmp_path / "keys.json", document)
    with pytest.raises(DataError, match=says) as refused:
        secrets_of(file, owner.identity)
    assert not any(value in str(refused.value) for value in KEYS.values() if len(value) > 1)


def test_another_key_opens_nothing(owner: Owner, tmp_path: Path) -> None:
    file = write(tmp_path / "keys.yaml", encrypted(KEYS, owner))
    stranger = Owner.new(tmp_path, "stranger.txt")
    with pytest.raises(SettingsError, match=r"none of those.*\n.*sops updatekeys"):
        secrets_of(file, stranger.identity)


@pytest.mark.parametrize("text", ["{", "- a\n- b: [", "plain words", ""])
def test_a_file_of_another_form_is_refused(text: str, owner: Owner, tmp_path: Path) -> None:
    file = tmp_path / "keys.yaml"
    file.write_text(text)
    with pytest.raises(DataError):
        secrets_of(file, owner.identity)


def test_files_that_are_not_there_are_named_with_their_setting(
    owner: Owner, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=r"CHOCOLIB_SECRETS_FILE: .*cannot be read"):
        secrets_of(tmp_path / "none.yaml", owner.identity)
    file = write(tmp_path / "keys.yaml", encrypted(KEYS, owner))
    with pytest.raises(SettingsError, match=r"CHOCOLIB_SECRETS_IDENTITY: .*cannot be read"):
        secrets_of(file, tmp_path / "none.txt")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(st.from_regex(r"[A-Z][A-Z_]{0,8}", fullmatch=True), st.text()))
def test_any_text_comes_back(values: dict[str, str], owner: Owner, tmp_path: Path) -> None:
    file = write(tmp_path / "keys.json", encrypted(values, owner))
    assert secrets_of(file, owner.identity) == values


def test_another_reader_of_sops_reads_the_same(owner: Owner, tmp_path: Path) -> None:
    try:
        folder = installed(*SOPS_AGE)
    except NotHad as reason:
        pytest.skip(str(reason))
    script = (
        "import('sops-age').then(async ({decryptSops}) => console.log(JSON.stringify("
        "await decryptSops({path: process.argv[1], secretKey: process.argv[2]}))))"
    )
    key = owner.identity.read_text().splitlines()[-1]
    for name in ("keys.sops.yaml", "keys.sops.json"):
        file = write(tmp_path / name, encrypted(KEYS, owner))
        asked = ["node", "-e", script, str(file), key]
        done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == secrets_of(file, owner.identity) == KEYS
