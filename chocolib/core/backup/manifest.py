"""The first member of a backup: what else is in it, and how each part is known again."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Annotated, Literal

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from chocolib.core.errors import DataError
from chocolib.core.time import iso, utc

#: Grows when a backup is laid out otherwise; older ones stay readable.
FORMAT = 1
NAME = "MANIFEST.json"
#: A manifest is read whole: nothing longer is taken for one.
LONGEST_BYTES = 64 * 2**20
#: Where the store lies among the files.
STORE = "store/chocolib.sqlite"
#: The key of the models' seals, which only its owner reads.
PRIVATE = "models/key"
#: The first part of every name: nothing else is ever unpacked.
PLACES = ("store", "models", "reports", "notebooks", "notices", "jobs", "usage", "settings")


def safe(name: str) -> str:
    """The name of a file in a backup, if it can only lead below the folder it is unpacked to.

    Raises:
        ValueError: it is absolute, goes up, or is of no place a backup has.
    """
    path = PurePosixPath(name)
    plain = str(path) == name and not path.is_absolute() and ".." not in path.parts
    if not plain or path.parts[0] not in PLACES or len(path.parts) < 2 or set(name) & set("\\:\0"):
        raise ValueError(f"{name!r} is not the name of a file of a backup")
    return name


def _moment(text: str) -> str:
    return iso(utc(text))


Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class File(_Part):
    """One file: its name in the archive, bytes and SHA-256."""

    name: Annotated[str, AfterValidator(safe)]
    size: Count
    sha256: Hash


class Rows(_Part):
    """One measurement of the store.

    Attributes:
        rows: keys.
        versions: values that were ever known of them.
        sha256: of all versions, as `chocolib store copy` tells it of any store.
        revision: of the store that was backed up, when that was done.
    """

    rows: Count
    versions: Count
    sha256: Hash
    revision: Count


class Manifest(_Part):
    """All of a backup.

    Attributes:
        made_at: when the store was as it is here, UTC, ISO.
        chocolib: the version that made it.
        store: address of the store that was backed up; it never holds a key.
        synthetic: whether its rows are demonstration data.
        rows: by measurement.
        files: in the order of the archive.
        came_from: where files of the settings were, by their name here.
    """

    kind: Literal["chocolib backup"] = "chocolib backup"
    format: Count = FORMAT
    made_at: Annotated[str, AfterValidator(_moment)]
    chocolib: str
    store: str
    synthetic: bool
    rows: dict[str, Rows]
    files: tuple[File, ...] = Field(strict=False)
    came_from: dict[str, str] = {}

    @model_validator(mode="after")
    def _once_each(self) -> Manifest:
        names = [file.name for file in self.files]
        if len(names) != len(set(names)):
            raise ValueError("a file is named twice")
        if STORE not in names:
            raise ValueError("it has no store")
        return self

    @property
    def moment(self) -> pd.Timestamp:
        """When it was made, UTC."""
        return utc(self.made_at)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def written(self) -> bytes:
        """As it stands in the archive."""
        return (self.model_dump_json(indent=1) + "\n").encode()


def read(text: bytes) -> Manifest:
    """A manifest as it was written.

    Raises:
        DataError: not of a backup, of a newer chocolib, or it cannot be one.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("kind") != "chocolib backup":
        raise DataError("it is not a backup of chocolib", hint="chocolib backup list shows them")
    number = found.get("format")
    if isinstance(number, int) and number > FORMAT:
        raise DataError(
            f"a newer chocolib made it ({found.get('chocolib')}, format {number})",
            hint="restore it with that chocolib",
        )
    try:
        return Manifest.model_validate(found)
    except ValidationError as error:
        said = error.errors()[0]
        where = ".".join(str(part) for part in said["loc"])
        raise DataError(f"its manifest cannot be one: {where} {said['msg']}") from None
