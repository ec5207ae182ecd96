"""Writes files as SOPS does, for tests: with any keys, and with any fault."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

WRITTEN = "2026-11-20T21:00:00Z"
Document = dict[str, Any]


@dataclass(frozen=True)
class Owner:
    """Somebody with an age key of this run."""

    identity: Path
    recipient: str

    @classmethod
    def new(cls, folder: Path, name: str = "keys.txt") -> Owner:
        key = pyrage.x25519.Identity.generate()
        path = folder / name
        path.write_text(f"# created: now\n# public key: {key.to_public()}\n{key}\n")
        path.chmod(0o600)
        return cls(path, str(key.to_public()))


def encrypted(values: Mapping[str, object], *owners: Owner) -> Document:
    """The document SOPS would write of flat values."""
    key, digest = os.urandom(32), hashlib.sha512()
    document: Document = {}
    for name, value in values.items():
        plain = str(value).encode()
        digest.update(plain)
        document[name] = _sealed(plain, key, f"{name}:", _kind(value)) if plain else ""
    seals = [{"recipient": one.recipient, "enc": _for(key, one.recipient)} for one in owners]
    mac = _sealed(digest.hexdigest().upper().encode(), key, WRITTEN, "str")
    about = {"age": seals, "lastmodified": WRITTEN, "mac": mac, "version": "3.13.2"}
    return {**document, "sops": {**about, "unencrypted_suffix": "_unencrypted", "pgp": None}}


def _kind(value: object) -> str:
    return {bool: "bool", int: "int", float: "float"}.get(type(value), "str")


def _for(key: bytes, recipient: str) -> str:
    to = [pyrage.x25519.Recipient.from_str(recipient)]
    return pyrage.encrypt(key, to, armored=True).decode()


def _sealed(plain: bytes, key: bytes, bound_to: str, kind: str) -> str:
    nonce = os.urandom(32)
    both = AESGCM(key).encrypt(nonce, plain, bound_to.encode())
    data, iv, tag = (base64.b64encode(part).decode() for part in (both[:-16], nonce, both[-16:]))
    return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:{kind}]"


def yaml_of(document: Document) -> str:
    """As SOPS lays it out: four blanks, seals as literal blocks."""
    about = document["sops"]
    lines = [
        f"{name}: {value or chr(39) * 2}" for name, value in document.items() if name != "sops"
    ]
    lines = [
        "#ENC[AES256_GCM,data:aGk=,iv:aGk=,tag:aGk=,type:comment]",
        *lines,
        "sops:",
        "    age:",
    ]
    for seal in about["age"]:
        lines += [f"        - recipient: {seal['recipient']}", "          enc: |"]
        lines += [f"            {line}" for line in seal["enc"].splitlines()]
    lines += [f'    lastmodified: "{about["lastmodified"]}"', f"    mac: {about['mac']}"]
    return "\n".join([*lines, "    unencrypted_suffix: _unencrypted", "    version: 3.13.2", ""])


def write(path: Path, document: Document) -> Path:
    """The document in a file: JSON with tabs as SOPS writes it, or YAML."""
    as_json: Callable[[Document], str] = lambda what: json.dumps(what, indent="\t")  # noqa: E731
    path.write_text((as_json if path.suffix == ".json" else yaml_of)(document))
    return path
