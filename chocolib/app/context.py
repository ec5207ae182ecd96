"""What a use case needs, built once at the edge: settings, store, clock, factory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from chocolib.app.logs import keep_logs
from chocolib.app.settings import Settings, read_settings
from chocolib.app.stores import open_store
from chocolib.core.factory import FactorySpec
from chocolib.core.i18n import Lang, as_lang
from chocolib.core.ports import Store
from chocolib.core.roles import Role
from chocolib.core.time import HOUR, parse_as_of
from chocolib.store.sqlite import SqliteStore

REAL_STORE = "chocolib.sqlite"
DEMO_STORE = "demo.sqlite"


@dataclass(frozen=True, slots=True)
class Context:
    """Everything from outside that a use case may use.

    Attributes:
        as_of: nothing computed may see a row known only after it, UTC.
        now: the clock when the context was opened, UTC.
        role: who asks; what answers may tell of people depends on it.
    """

    settings: Settings
    store: Store
    as_of: pd.Timestamp
    now: pd.Timestamp
    lang: Lang
    factory: FactorySpec
    role: Role = "viewer"

    @property
    def replay(self) -> bool:
        """Whether it stands at a past moment rather than at now."""
        return self.now - self.as_of > HOUR


def clock() -> pd.Timestamp:
    """The time now, UTC, to the second: the only place where a clock is read."""
    return pd.Timestamp.now("UTC").floor("s")


def open_context(
    *,
    as_of: str | None = None,
    lang: str | None = None,
    factory: Path | None = None,
    store: Store | None = None,
    role: Role = "viewer",
) -> Context:
    """The context of this process.

    Args:
        as_of: Madrid time or ISO with a zone; default `CHOCOLIB_AS_OF`, else now.
        lang: "es" or "en"; default `CHOCOLIB_LANG`.
        factory: a factory TOML; default `CHOCOLIB_FACTORY`, else the plant of Linares.
        store: default the one that `reading_store` chooses.
        role: who asks.

    Raises:
        SettingsError: a setting or argument that cannot be used.
        DataError: the store or the factory file cannot be read.
    """
    settings = read_settings()
    now = clock()
    path = factory or settings.factory
    return Context(
        settings=settings,
        store=store or reading_store(settings),
        as_of=parse_as_of(as_of or settings.as_of, now=now),
        now=now,
        lang=as_lang(lang) if lang else settings.lang,
        factory=FactorySpec.read(path) if path else FactorySpec.default(),
        role=role,
    )


def open_for_writing() -> tuple[Settings, Store]:
    """The settings and the real store of a command that writes; its logs begin.

    Raises:
        SettingsError, DataError: a setting or the store cannot be used.
    """
    settings = read_settings()
    keep_logs(settings)
    return settings, real_store(settings)


def real_store(settings: Settings, *, existing: bool = False) -> Store:
    """The store of real rows that `CHOCOLIB_STORE_URL` names; its file is made if need be.

    Args:
        existing: refuse to make a file that is not there.

    Raises:
        SettingsError, DataError: the address or the store cannot be used.
    """
    address = settings.store_url or f"sqlite://{settings.home / REAL_STORE}"
    return open_store(address, settings, existing=existing)


def demo_store(settings: Settings) -> SqliteStore:
    """The store of demonstration rows: a file of its own, so that nothing can mix."""
    return SqliteStore(settings.home / DEMO_STORE, synthetic=True)


def reading_store(settings: Settings) -> Store:
    """The real store once it has prices, else the demonstration where there is one."""
    real = real_store(settings)
    has_demo = (settings.home / DEMO_STORE).exists()
    if not has_demo or real.revision("energy_prices"):
        return real
    real.close()
    return demo_store(settings)
