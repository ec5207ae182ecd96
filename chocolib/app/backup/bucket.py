"""The rows of a backup into a bucket of InfluxDB, which never gives anything back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from chocolib.app import copying
from chocolib.app.backup.contents import contents, differences, strangers
from chocolib.app.backup.place import Tell
from chocolib.app.context import real_store
from chocolib.app.settings import Settings
from chocolib.core.backup.manifest import Manifest
from chocolib.core.errors import DataError
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import Window
from chocolib.store.sqlite import SqliteStore


def refuse_strangers(settings: Settings, file: Path) -> None:
    """Let only an empty bucket pass, or one that a stopped restore of this backup began.

    Raises:
        DataError: it holds a version that the backup does not have.
    """
    with closing(real_store(settings)) as bucket, closing(SqliteStore(file)) as backup:
        for name in MEASUREMENTS:
            if count := strangers(bucket, backup, name):
                raise DataError(
                    f"the bucket holds {count} versions of {name} that are not in the backup",
                    path=bucket.address,
                    hint="name an empty one: INFLUXDB_BUCKET or CHOCOLIB_STORE_URL",
                )


def fill_bucket(settings: Settings, file: Path, wanted: Manifest, tell: Tell) -> None:
    """Copy every version, and compare the bucket with the manifest in the end.

    Cut off at any moment, the same restore again goes on.

    Raises:
        DataError: no answer, rows refused, or the bucket is not as the manifest says.
    """
    with closing(real_store(settings)) as bucket, closing(SqliteStore(file)) as backup:
        windows = copying.spans(backup)
        total, done = max(sum(map(len, windows.values())), 1), 0

        def copied(measurement: str, window: Window) -> None:
            nonlocal done
            done += 1
            tell(f"{measurement} {window.start:%Y-%m-%d} into the bucket", done / total)

        for name in windows:
            copying.copy(backup, bucket, name, windows[name], tell=copied)
        found = {name: contents(bucket, name) for name in MEASUREMENTS}
        if faults := list(differences(wanted.rows, found)):
            raise DataError("the bucket is not as the backup: " + "; ".join(faults))
