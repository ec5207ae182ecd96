"""Use case: the drill. A backup is restored to a place of its own, compared, and used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from chocolib.app import daily
from chocolib.app.backup import place as shelf
from chocolib.app.backup.contents import contents, strangers
from chocolib.app.backup.looking import Looked, identities, look
from chocolib.app.backup.parts import SETTINGS
from chocolib.app.backup.place import Tell
from chocolib.app.backup.restoring import as_home
from chocolib.app.context import REAL_STORE, Context, real_store
from chocolib.app.settings import Settings
from chocolib.app.versions import shelf as models_of
from chocolib.core.backup.manifest import Manifest
from chocolib.core.errors import ChocolibError, NotEnoughData
from chocolib.core.factory import FactorySpec
from chocolib.core.ports import Store
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import iso
from chocolib.store.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried; `ok` is None where there was nothing to try it on."""

    what: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Drill:
    """All that was tried, and how long it took, s."""

    archive: str
    at: pd.Timestamp
    seconds: float
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong."""
        return all(check.ok is not False for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib backup drill --json`."""
        return {
            "backup": self.archive,
            "at": iso(self.at),
            "ok": self.ok,
            "seconds": self.seconds,
            "checks": [asdict(check) for check in self.checks],
        }


def drill(settings: Settings, archive: Path, *, now: pd.Timestamp, tell: Tell) -> Drill:
    """Restore a backup for a moment, and put on record how that went.

    Its rows are compared with its manifest, and with the store in use: the same where that
    has not moved on, else at least all there. Then each model in use is loaded, and a
    forecast made.

    Raises:
        SettingsError: it is encrypted, and no identity is set.
        DataError: another backup or drill goes on, or there is no room for it.
    """
    place, began = shelf.folder(settings), perf_counter()
    with shelf.drafting(place) as draft:
        found = look(archive, draft / "home", identities(settings, archive), tell, everything=True)
        checks = list(_checks(settings, found, draft / "home", tell))
        done = Drill(archive.name, now, round(perf_counter() - began, 2), tuple(checks))
        shelf.keep_drill(place, done.to_dict())
    return done


def _checks(settings: Settings, found: Looked, home: Path, tell: Tell) -> Iterator[Check]:
    if found.manifest is None or found.faults:
        yield Check("archive", ok=False, detail="; ".join(found.faults))
        return
    manifest = found.manifest
    yield Check("archive", ok=True, detail=f"{len(manifest.files)} files, each as it was written")
    as_home(home)
    with closing(SqliteStore(home / REAL_STORE)) as store:
        yield from _compared(settings, store, manifest, tell)
        context = _context(settings, store, home, manifest)
        yield from _models(context)
        yield _forecast(context)


def _compared(
    settings: Settings, restored: Store, manifest: Manifest, tell: Tell
) -> Iterator[Check]:
    """Each measurement that has rows, beside the manifest (see `looking`) and the live store."""
    try:
        there = real_store(settings, existing=True)
    except ChocolibError as error:
        yield Check("store in use", ok=None, detail=error.message)
        return
    with closing(there) as live:
        for number, (name, wanted) in enumerate(manifest.rows.items()):
            tell(f"{name} beside the store in use", number / len(manifest.rows))
            if wanted.versions:
                same = f"{wanted.rows} rows in {wanted.versions} versions as in the manifest"
                ok, said = _beside(live, restored, name, manifest)
                yield Check(name, ok=ok, detail=f"{same}; {said}")


def _beside(live: Store, restored: Store, name: str, manifest: Manifest) -> tuple[bool, str]:
    """The store in use may have moved on; of the world's rows it must not have lost any."""
    if live.address != manifest.store:
        return True, f"not compared: it is of {manifest.store}"
    now = contents(live, name)
    if now.revision == manifest.rows[name].revision:
        same = now.sha256 == manifest.rows[name].sha256
        return same, "the store in use is the same" if same else "the store in use DIFFERS"
    if not MEASUREMENTS[name].observed:
        return True, "the store in use has moved on"
    lost = strangers(restored, live, name)
    return not lost, f"the store in use has {now.versions}, and lacks {lost} of these"


def _context(settings: Settings, store: Store, home: Path, manifest: Manifest) -> Context:
    """The restored home at the moment of the backup, or when its newest price became known."""
    own = home / SETTINGS["CHOCOLIB_FACTORY"]
    there = settings.model_copy(update={"home": home, "store_url": None, "as_of": None})
    factory = own if own.exists() else settings.factory
    return Context(
        settings=there,
        store=store,
        as_of=manifest.moment,
        now=manifest.moment,
        lang=settings.lang,
        factory=FactorySpec.read(factory) if factory else FactorySpec.default(),
    )


def _models(context: Context) -> Iterator[Check]:
    here = models_of(context)
    for kind in here.kinds():
        try:
            version = next(iter(here.promoted(kind)), None)
            if version is not None:
                files = here.load(kind, version).files
                yield Check(f"model {kind}", ok=True, detail=f"{version}: {len(files)} files")
        except ChocolibError as error:
            yield Check(f"model {kind}", ok=False, detail=error.message)


def _forecast(context: Context) -> Check:
    """A forecast as of the backup; as of its newest price, where that is old."""
    newest = context.store.latest("energy_prices")
    if newest.empty:
        return Check("forecast", ok=None, detail="no prices are stored")
    for as_of in (context.as_of, pd.Timestamp(newest["available_at"].max())):
        try:
            made = daily.forecast(_at(context, as_of))
        except NotEnoughData as lacking:
            said = lacking.message
        else:
            by = f"version {made.version}" if made.version else "a model fitted for it"
            hours = f"{len(made.frame)} hours as of {iso(as_of)} by {by}"
            return Check("forecast", ok=True, detail=hours)
    return Check("forecast", ok=False, detail=said)


def _at(context: Context, as_of: pd.Timestamp) -> Context:
    return replace(context, as_of=as_of, now=as_of)
