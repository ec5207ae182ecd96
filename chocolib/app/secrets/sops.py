"""Files of SOPS (https://getsops.io) with age, read without its program: a part of the format.

Read are flat YAML and JSON files, every value encrypted: AES-256-GCM with the value's key as
associated data, under one data key that age sealed for each recipient; a SHA-512 of all values
in their order, encrypted with the time of the last change, says that none was dropped, added
or moved (SOPS 3, `aes/cipher.go` and `sops.go`). Whatever else SOPS can write is refused, never
guessed: nested values, values in clear, other key services, `mac_only_encrypted`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from chocolib.core.errors import DataError, SettingsError
from chocolib.store.sealing import identities, unsealed

_VALUE = re.compile(
    r"ENC\[AES256_GCM,data:(?P<data>[^,]*),iv:(?P<iv>[^,]+),tag:(?P<tag>[^,]+),type:(?P<type>\w+)\]"
)
_KEY_BYTES = 32
_FORGED = "was changed after SOPS wrote it"
_AGAIN = "take the file from git again, or write it anew: sops edit"
#: Selects other values, or checks them in another way, than is read here.
_OTHER_WAYS = ("mac_only_encrypted", "encrypted_regex", "encrypted_suffix", "shamir_threshold")


def secrets_of(path: Path, identity: Path) -> dict[str, str]:
    """The values of a SOPS file, by name.

    Args:
        path: a file that ends in .json, or YAML.
        identity: file of an age identity as `age-keygen` writes it.

    Raises:
        SettingsError: a file cannot be read, or no identity in it opens the values.
        DataError: the file is not of SOPS, of a kind that is not read here, or was changed.
    """
    return opened(_read(path), identities(identity, named="CHOCOLIB_SECRETS_IDENTITY"), str(path))


def names_of(path: Path) -> tuple[str, ...]:
    """The names a SOPS file has, which it keeps in clear.

    Raises:
        SettingsError, DataError: as `secrets_of`, as far as it can be said without a key.
    """
    return tuple(_parted(_read(path), str(path))[0])


def opened(document: object, by: Sequence[Any], path: str = "") -> dict[str, str]:
    """The values of a SOPS document, by name, each as text.

    Args:
        document: as YAML or JSON read it.
        by: identities of age.
        path: named in errors.

    Raises:
        SettingsError: no identity opens it.
        DataError: as `secrets_of`.
    """
    values, about = _parted(document, path)
    key = _data_key(about, by, path)
    clear, digest = {}, hashlib.sha512()
    for name, value in values.items():
        plain = _decrypted(value, key, f"{name}:", path=path, what=name)
        digest.update(plain)
        clear[name] = _text(plain, name, path)
    mac = _decrypted(_one(about, "mac", path), key, _one(about, "lastmodified", path), path=path)
    if not hmac.compare_digest(mac, digest.hexdigest().upper().encode()):
        raise DataError(f"{_FORGED}: a value was dropped, added or moved", path=path, hint=_AGAIN)
    return clear


def _read(path: Path) -> object:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            return json.loads(text)
        return yaml.BaseLoader(text).get_single_data()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not a text"
        raise SettingsError(f"CHOCOLIB_SECRETS_FILE: {path} cannot be read ({why})") from None
    except (ValueError, yaml.YAMLError):
        raise DataError("neither YAML nor JSON", path=str(path), hint=_AGAIN) from None


def _parted(document: object, path: str) -> tuple[dict[str, str], Mapping[str, Any]]:
    """The encrypted values, and what SOPS says of them."""
    about = document.get("sops") if isinstance(document, Mapping) else None
    if not isinstance(document, Mapping) or not isinstance(about, Mapping):
        hint = "sops encrypt --in-place FILE; never commit it before"
        raise DataError("not a file of SOPS: its values stand in clear", path=path, hint=hint)
    other = [way for way in _OTHER_WAYS if about.get(way) not in (None, "", "0", 0, False, "false")]
    if other or about.get("key_groups"):
        what = other[0] if other else "key_groups"
        raise DataError(f"written with {what}, which chocolib does not read", path=path)
    values = {str(name): value for name, value in document.items() if name != "sops"}
    for name, value in values.items():
        _flat(name, value, path)
    return values, about


def _flat(name: str, value: object, path: str) -> None:
    if isinstance(value, Mapping | list):
        raise DataError(f"{name} is nested: one line for each key", path=path)
    if value != "" and not (isinstance(value, str) and _VALUE.fullmatch(value)):
        hint = "sops edit FILE, and renew that key where it was issued"
        raise DataError(f"the value of {name} stands in clear", path=path, hint=hint)


def _data_key(about: Mapping[str, Any], by: Sequence[Any], path: str) -> bytes:
    """The key of the values, from the first seal that an identity opens."""
    seals = about.get("age") or []
    if not isinstance(seals, list) or not seals:
        raise DataError("not encrypted with age", path=path, hint="see docs/secrets.md")
    for seal in seals:
        key = unsealed(_one(seal, "enc", path), by)
        if key is not None and len(key) == _KEY_BYTES:
            return key
    raise SettingsError(
        f"{path}: the identity of this machine is none of those it is encrypted for",
        hint="on a machine that can open it: add this one's recipient to .sops.yaml, then "
        "sops updatekeys",
    )


def _one(about: object, name: str, path: str) -> str:
    value = about.get(name) if isinstance(about, Mapping) else None
    if not isinstance(value, str) or not value:
        raise DataError(f"SOPS's {name} is missing", path=path, hint=_AGAIN)
    return value


def _decrypted(value: str, key: bytes, bound_to: str, *, path: str, what: str = "mac") -> bytes:
    """The bytes of one value; an empty one is not encrypted (SOPS does not either)."""
    if value == "":
        return b""
    found = _VALUE.fullmatch(value)
    if not found:
        raise DataError(f"{what} {_FORGED}", path=path, hint=_AGAIN)
    try:
        data, iv, tag = (base64.b64decode(found[part], validate=True) for part in _PARTS)
        opener = Cipher(algorithms.AES(key), modes.GCM(iv, tag)).decryptor()
        opener.authenticate_additional_data(bound_to.encode())
        return opener.update(data) + opener.finalize()
    except (InvalidTag, binascii.Error, ValueError):
        raise DataError(f"{what} {_FORGED}", path=path, hint=_AGAIN) from None


_PARTS = ("data", "iv", "tag")


def _text(plain: bytes, name: str, path: str) -> str:
    try:
        return plain.decode()
    except UnicodeDecodeError:
        raise DataError(f"the value of {name} is not a text", path=path) from None
