"""Trained models on disk: every version whole, sealed and never changed again.

```
models/key                     what seals are made with; whoever lacks it cannot make one
models/champion/latest         the version in use, and those that were before it
models/champion/decisions.jsonl
models/champion/20260121T013000Z-5f0c2a91/manifest.json, manifest.seal, arrays.npz, facts.json
```

A manifest names the SHA-256 of each file, its seal is an HMAC-SHA256 of the manifest with
the key of this shelf. Nothing is read before both agree, so a damaged or foreign
version is refused before any of it is looked at.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.core.errors import DataError, ModelRejected, SettingsError
from chocolib.store.durable import replace, write, write_once
from chocolib.store.locks import locked

_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_MANIFEST, _SEAL, _LATEST, _DECISIONS = (
    "manifest.json", "manifest.seal", "latest", "decisions.jsonl",
)  # fmt: skip
_KEY_BYTES = 32
#: How long one process waits for another that changes what is in use.
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its kind ("champion"), name, manifest, and files by name."""

    kind: str
    name: str
    manifest: dict[str, Any]
    files: dict[str, bytes]


class Shelf:
    """The versions under a folder, which is made when the first is put there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(
        self, kind: str, as_of: pd.Timestamp, facts: Mapping[str, Any], files: Mapping[str, bytes]
    ) -> str:
        """Keep a new version, whole or not at all; returns its name.

        Args:
            kind: the model's registered name.
            as_of: when it was trained, UTC: versions sort by it.
            facts: what JSON can hold.
            files: contents by file name.

        Raises:
            DataError: the folder cannot be written.
        """
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        manifest = {**facts, "kind": kind, "as_of": f"{as_of:%Y-%m-%dT%H:%M:%SZ}", "files": hashes}
        text = json.dumps(manifest, indent=2, allow_nan=False, sort_keys=True).encode()
        name = _name(as_of, text)
        place = self.folder / kind / name
        draft = place.with_name(f".{name}.{os.getpid()}")
        try:
            draft.mkdir(parents=True)
            seal = _seal(self._key(make=True), text).encode()
            for file, content in {**files, _MANIFEST: text, _SEAL: seal}.items():
                write(draft / file, content)
            if place.exists():  # the same version, trained twice in one second
                shutil.rmtree(draft)
            else:
                draft.rename(place)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            raise DataError(
                f"the version cannot be kept ({error.strerror})", path=str(place)
            ) from None
        return name

    def names(self, kind: str) -> list[str]:
        """Names of the versions there are, the newest first."""
        place = self.folder / kind
        found = (entry.name for entry in place.iterdir()) if place.is_dir() else ()
        return sorted((name for name in found if _NAME.fullmatch(name)), reverse=True)

    def kinds(self) -> list[str]:
        """Kinds of models that have a version."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(place.name for place in found if place.is_dir() and self.names(place.name))

    def manifest(self, kind: str, name: str) -> dict[str, Any]:
        """What is written of a version, its seal checked.

        Raises:
            SettingsError: there is no such version.
            ModelRejected: damaged, or not sealed by this shelf.
        """
        place = self.folder / kind / name
        if not _NAME.fullmatch(name) or not place.is_dir():
            raise SettingsError(
                f"there is no version {name!r} of {kind!r}", hint="chocolib models list shows them"
            )
        text, seal = (_read(place / file) for file in (_MANIFEST, _SEAL))
        key = self._key()
        if not key or not hmac.compare_digest(seal, _seal(key, text).encode()):
            raise _refused(kind, name, "its seal is not of this registry (damaged, or foreign)")
        found: dict[str, Any] = json.loads(text)
        if found["kind"] != kind:
            raise _refused(kind, name, f"it is a version of {found['kind']!r}")
        if name != _name(pd.Timestamp(found["as_of"]), text):
            raise _refused(kind, name, "it stands under another name than its own")
        return found

    def load(self, kind: str, name: str) -> Version:
        """A version, every file compared with its hash before anything is made of it.

        Raises:
            SettingsError: there is no such version.
            ModelRejected: a file is damaged, missing, or not of this registry.
        """
        manifest = self.manifest(kind, name)
        files = {file: _read(self.folder / kind / name / file) for file in manifest["files"]}
        for file, wanted in manifest["files"].items():
            if hashlib.sha256(files[file]).hexdigest() != wanted:
                raise _refused(kind, name, f"{file} is not as it was written")
        return Version(kind, name, manifest, files)

    def promoted(self, kind: str) -> list[str]:
        """The version in use and those in use before it, the latest first.

        Raises:
            ModelRejected: the pointer is damaged; says what to do.
        """
        path = self.folder / kind / _LATEST
        if not path.exists():
            return []
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = None
        if not isinstance(found, list) or not all(_NAME.fullmatch(str(name)) for name in found):
            raise ModelRejected(
                f"{path.name} of {kind} does not name a version",
                hint=f"chocolib models promote {kind} VERSION writes it anew",
            )
        return found

    def point(self, kind: str, chain: Sequence[str]) -> None:
        """Make the first of `chain` the version in use, in one step.

        Raises:
            DataError: the folder cannot be written.
        """
        replace(self.folder / kind / _LATEST, json.dumps(list(chain)).encode())

    def remove(self, kind: str, name: str) -> None:
        """Delete a version.

        Raises:
            DataError: it cannot be deleted.
        """
        place = self.folder / kind / name
        try:
            shutil.rmtree(place)
        except OSError as error:
            raise DataError(f"cannot be deleted ({error.strerror})", path=str(place)) from None

    @contextmanager
    def alone(self, kind: str) -> Iterator[None]:
        """Keep other processes from changing what is in use of a kind meanwhile.

        Raises:
            DataError: another one keeps it, or the folder cannot be written.
        """
        with locked(self.folder / kind / ".lock", patience_s=PATIENCE_S):
            yield

    def decide(self, kind: str, decision: Mapping[str, Any]) -> None:
        """Add a decision to the record of a kind, one JSON line."""
        path = self.folder / kind / _DECISIONS
        line = json.dumps(dict(decision), allow_nan=False) + "\n"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            torn = path.exists() and not path.read_bytes().endswith(b"\n")
            with path.open("a", encoding="utf-8") as record:
                record.write("\n" * torn + line)
        except OSError as error:
            raise DataError(f"cannot be written ({error.strerror})", path=str(path)) from None

    def decisions(self, kind: str) -> list[dict[str, Any]]:
        """The record of a kind, oldest first; a line torn by a crash is left out."""
        path = self.folder / kind / _DECISIONS
        try:
            lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        except OSError as error:
            raise DataError(f"cannot be read ({error.strerror})", path=str(path)) from None
        return [found for line in lines if (found := _decision(line)) is not None]

    def recorded(self, kind: str) -> list[str]:
        """What `promoted` should say by the record of decisions, the latest first."""
        chain: list[str] = []
        for one in self.decisions(kind):
            if one.get("promoted"):
                gone = {one["version"], one.get("instead_of")}
                chain = [one["version"], *(name for name in chain if name not in gone)]
        return chain

    def _key(self, *, make: bool = False) -> bytes:
        path = self.folder / "key"
        if make and not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            write_once(path, secrets.token_hex(_KEY_BYTES).encode())
        try:
            return path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise ModelRejected(
                f"the key of the registry cannot be read ({error.strerror})",
                hint=f"only who owns {path.name} in {self.folder.name} can use its versions",
            ) from None


def _name(as_of: pd.Timestamp, manifest: bytes) -> str:
    return f"{as_of:%Y%m%dT%H%M%SZ}-{hashlib.sha256(manifest).hexdigest()[:8]}"


def _decision(line: str) -> dict[str, Any] | None:
    """A line of the record, or None where a crash has torn it."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _seal(key: bytes, text: bytes) -> str:
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        kind, name = path.parts[-3:-1]
        raise _refused(kind, name, f"{path.name} cannot be read ({error.strerror})") from None


def _refused(kind: str, name: str, why: str) -> ModelRejected:
    return ModelRejected(
        f"version {name} of {kind} is refused: {why}",
        hint=f"chocolib models train {kind} makes a new one",
    )
