"""Keys from files: which one counts, what is refused, and what the doctor says of them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import demo_store
from chocolib.app.doctor import Finding, diagnose, looked_at
from chocolib.app.settings import Settings, key_names, read_settings
from chocolib.core.errors import DataError, SettingsError
from tests.app.secrets.sops_files import Owner, encrypted, write

NOW = pd.Timestamp("2025-11-20T21:00Z")
Env = pytest.MonkeyPatch


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner.new(tmp_path)


def sops(env: Env, folder: Path, owner: Owner, **values: str) -> Path:
    file = write(folder / "keys.sops.yaml", encrypted(values, owner))
    env.setenv("CHOCOLIB_SECRETS_FILE", str(file))
    env.setenv("CHOCOLIB_SECRETS_IDENTITY", str(owner.identity))
    return file


def dotenv(env: Env, folder: Path, text: str) -> Path:
    file = folder / "keys.env"
    file.write_text(text)
    file.chmod(0o600)
    env.setenv("CHOCOLIB_ENV_FILE", str(file))
    return file


def aemet() -> str | None:
    key = read_settings().aemet_api_key
    return key and key.get_secret_value()


def test_the_environment_counts_first_then_a_mounted_file_then_sops_then_env(
    monkeypatch: Env, tmp_path: Path, owner: Owner
) -> None:
    dotenv(monkeypatch, tmp_path, "AEMET_API_KEY='from env file'\n# a remark\nEMPTY=\n")
    assert aemet() == "from env file"
    sops(monkeypatch, tmp_path, owner, AEMET_API_KEY="from sops", TS_AUTHKEY="another's")
    assert aemet() == "from sops"
    (tmp_path / "key").write_text("from a mounted file\n")
    monkeypatch.setenv("AEMET_API_KEY_FILE", str(tmp_path / "key"))
    assert aemet() == "from a mounted file"
    monkeypatch.delenv("AEMET_API_KEY_FILE")
    monkeypatch.setenv("AEMET_API_KEY", "from the environment")
    assert aemet() == "from the environment"


def test_keys_of_a_file_are_cleaned_from_texts_like_any_other(
    monkeypatch: Env, tmp_path: Path, owner: Owner
) -> None:
    sops(monkeypatch, tmp_path, owner, AEMET_API_KEY="wonderful", CHOCOLIB_LANG="en")
    settings = read_settings()
    assert settings.lang == "en"
    assert settings.secrets() == ("wonderful",)
    assert "wonderful" not in repr(settings)


@pytest.mark.parametrize("name", key_names())
def test_every_key_may_come_in_a_file_of_its_own(
    name: str, monkeypatch: Env, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("https://example.test/0123456789\r\n")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "key"))
    assert read_settings().secrets() == ("https://example.test/0123456789",)


def test_a_key_that_is_given_twice_is_refused(monkeypatch: Env, tmp_path: Path) -> None:
    monkeypatch.setenv("AEMET_API_KEY", "one")
    monkeypatch.setenv("AEMET_API_KEY_FILE", str(tmp_path / "two"))
    with pytest.raises(SettingsError, match="are both set"):
        read_settings()


@pytest.mark.parametrize("text", [None, "", "\n", b"\xff\xfe"])
def test_a_mounted_file_without_a_key_is_refused(
    text: str | bytes | None, monkeypatch: Env, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    monkeypatch.setenv("ESIOS_TOKEN_FILE", str(file))
    with pytest.raises(SettingsError, match=r"ESIOS_TOKEN_FILE: .*(is empty|cannot be read)"):
        read_settings()


def test_an_env_file_that_others_may_read_is_refused(monkeypatch: Env, tmp_path: Path) -> None:
    dotenv(monkeypatch, tmp_path, "AEMET_API_KEY=x\n").chmod(0o640)
    with pytest.raises(SettingsError, match=r"may be read by others\n.*chmod 600"):
        read_settings()


def test_a_sops_file_needs_an_identity(monkeypatch: Env, tmp_path: Path, owner: Owner) -> None:
    sops(monkeypatch, tmp_path, owner)
    monkeypatch.delenv("CHOCOLIB_SECRETS_IDENTITY")
    with pytest.raises(SettingsError, match="not which identity opens it"):
        read_settings()


def test_a_damaged_sops_file_stops_the_settings_and_the_doctor_says_so(
    monkeypatch: Env, tmp_path: Path, owner: Owner
) -> None:
    file = sops(monkeypatch, tmp_path, owner, AEMET_API_KEY="wonderful", TS_AUTHKEY="another's")
    lines = file.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith("TS_")))
    with pytest.raises(DataError, match="dropped"):
        read_settings()
    (finding,) = diagnose()
    assert (finding.what, finding.status) == ("settings", "error")
    assert "dropped" in finding.detail


def found(settings: Settings) -> dict[str, Finding]:
    settings.home.mkdir(exist_ok=True)
    with closing(demo_store(settings)) as store:
        return {one.what: one for one in looked_at(settings, store, NOW)}


def test_the_doctor_names_every_key_that_is_missing_and_shows_none(
    monkeypatch: Env, tmp_path: Path, owner: Owner
) -> None:
    sops(monkeypatch, tmp_path, owner, AEMET_API_KEY="wonderful")
    monkeypatch.setenv("CHOCOLIB_NOTIFY", "telegram")
    said = found(read_settings())
    assert said["AEMET_API_KEY"].status == "ok"
    assert said["CHOCOLIB_TELEGRAM_TOKEN"].status == "missing"
    assert said["CHOCOLIB_NTFY_URL"].status == "not set"
    assert set(key_names()) <= set(said)
    assert "keys.sops.yaml (SOPS)" in said["keys"].detail
    assert "wonderful" not in str(said)


@pytest.mark.parametrize(
    ("name", "value", "needs"),
    [
        ("CHOCOLIB_STORE_URL", "influxdb://localhost:8086/o/b", "INFLUXDB_TOKEN"),
        ("CHOCOLIB_NOTIFY", "mail, ntfy", "CHOCOLIB_NTFY_URL"),
        ("CHOCOLIB_NOTIFY", "webhook", "CHOCOLIB_WEBHOOK_URL"),
    ],
)
def test_a_key_is_missing_only_where_something_needs_it(
    name: str, value: str, needs: str, monkeypatch: Env
) -> None:
    assert found(read_settings())[needs].status == "not set"
    monkeypatch.setenv(name, value)
    assert found(read_settings())[needs].status == "missing"
