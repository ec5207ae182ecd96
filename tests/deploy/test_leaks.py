"""No secret is committed, and the search for them finds what it should."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from pyrage import x25519

from chocolib.app.settings import key_names
from deploy.leaks import FAKES, ROOT, in_the_history, in_the_tree, leaks, random_looking

#: Drawn by a hash, so that no file has to hold what looks like a key.
DRAWN = base64.urlsafe_b64encode(hashlib.sha512(b"chocolate").digest()).decode().rstrip("=")
SECRETS = ROOT / "deploy" / "secrets"
MADE = {
    "age identity": str(x25519.Identity.generate()),
    "private key": f"-----BEGIN PRIVATE KEY-----\n{'MIIEvQIBADANBgkqhkiG' * 3}\n",
    "Anthropic key": "sk-" + "ant-" + "api03-" + DRAWN,
    "Tailscale key": "tskey-" + "auth-" + "kAbCdEf12CNTRL-" + "aB3" * 10,
    "GitHub token": "gh" + "p_" + "aB3dE6gH9" * 4,
    "JSON web token": ".".join(
        ["ey" + "J" + "hbGciOiJIUzI1", "ey" + "J" + "zdWIiOiIxMjM", "x" * 25]
    ),
    "AWS key": "AK" + "IA" + "ABCDEFGHIJKLMNOP",
    "Telegram bot token": "123456789:" + "AA" + "b" * 33,
    "Slack token": "xox" + "b-" + "1" * 24,
    "value of a key": f'AEMET_API_KEY = "{DRAWN}"',
}


def test_the_tree_holds_no_secret() -> None:
    assert in_the_tree() == []


def test_the_history_holds_no_secret() -> None:
    assert in_the_history() == []


@pytest.mark.parametrize("kind", MADE)
def test_a_secret_is_found_and_not_shown(kind: str) -> None:
    (leak,) = leaks("file.py", f"first line\n{MADE[kind]}\n")
    assert str(leak) == f"file.py:2: {kind}"


@pytest.mark.parametrize("quote", ["", '"', "'"])
@pytest.mark.parametrize("name", ["INFLUXDB_TOKEN", "telegram_token", "password", "TS_AUTHKEY"])
def test_what_is_assigned_to_a_key_is_found(name: str, quote: str) -> None:
    for sign in ("=", ": ", " = "):
        assert [*leaks("a", f"{name}{sign}{quote}{DRAWN}{quote}")], sign


@pytest.mark.parametrize(
    "written",
    [
        "AEMET_API_KEY=your-key-from-opendata-goes-here",
        "token = settings.influxdb_token.get_secret_value()",
        'API_TOKEN: "${CHOCOLIB_API_TOKEN:?set it}"',
        "CHOCOLIB_SECRETS_FILE=/etc/chocolib/prod.sops.yaml",
        "password: ENC[AES256_GCM,data:K+owLb+AfIViGh2vQHtvw3x]",
    ],
)
def test_what_people_write_is_no_secret(written: str) -> None:
    assert not [*leaks("a", written)]


def test_a_known_fake_is_passed_over() -> None:
    assert not [*leaks("a", MADE["AWS key"], [MADE["AWS key"][4:]])]
    assert random_looking(DRAWN)


def test_every_fake_has_its_reason() -> None:
    lines = [line for line in FAKES.read_text().splitlines() if not line.startswith("#")]
    assert all(len(line.split()) > 3 for line in lines)


def test_the_history_finds_what_was_removed_again(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        name = ("-c", "user.name=a", "-c", "user.email=a@example.test")
        subprocess.run(["git", *name, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "keys.env").write_text(MADE["value of a key"])
    git("add", ".")
    git("commit", "-qm", "a mistake")
    git("rm", "-q", "keys.env")
    git("commit", "-qm", "too late")
    assert in_the_tree(tmp_path) == []
    (leak,) = in_the_history(tmp_path)
    assert re.fullmatch(r"keys\.env \(\w{10}\):1: value of a key", str(leak))


def test_what_lies_with_the_secrets_is_encrypted_or_a_template() -> None:
    plain = {"prod.template.yaml", "fakes.txt"}
    for path in SECRETS.iterdir():
        if path.name not in plain:
            assert yaml.safe_load(path.read_text())["sops"]["mac"], path


def test_the_template_has_every_key_and_no_value() -> None:
    template = yaml.safe_load((SECRETS / "prod.template.yaml").read_text())
    assert set(key_names()) <= set(template)
    assert set(template.values()) == {""}


def test_every_encrypted_file_has_a_rule_that_names_its_recipients() -> None:
    rules = yaml.safe_load((ROOT / ".sops.yaml").read_text())["creation_rules"]
    for name in ("deploy/secrets/prod.sops.yaml", "deploy/secrets/dev.sops.yaml"):
        (rule,) = [rule for rule in rules if re.search(rule["path_regex"], name)]
        assert rule["age"].count("age1") >= 2
