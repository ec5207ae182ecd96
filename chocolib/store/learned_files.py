"""What a model has learnt as two files: arrays without pickle, facts as JSON."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO

import numpy as np

from chocolib.core.errors import ModelRejected
from chocolib.core.learned import Learned

ARRAYS, FACTS = "arrays.npz", "facts.json"


def to_files(learned: Learned) -> dict[str, bytes]:
    """Contents by file name."""
    into = BytesIO()
    np.savez_compressed(into, allow_pickle=False, **learned.arrays)
    return {ARRAYS: into.getvalue(), FACTS: json.dumps(learned.facts).encode()}


def from_files(files: Mapping[str, bytes]) -> Learned:
    """The inverse of `to_files`.

    Raises:
        ModelRejected: a file is missing or not of that format.
    """
    try:
        with np.load(BytesIO(files[ARRAYS]), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        return Learned(arrays, json.loads(files[FACTS]))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise ModelRejected(
            f"the files of a trained model cannot be read: {error}",
            hint="chocolib models train makes a new version",
        ) from None
