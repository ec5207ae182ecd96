"""Which keys are there, which are needed, and what goes without one; never a key itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chocolib.app.secrets.given import files_of
from chocolib.app.settings import Settings, key_names, parts

Asks = Callable[[Settings], bool]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the settings.

    Attributes:
        name: its variable.
        present: whether it is set, by whatever way.
        needed: whether what else is set cannot do without it.
        without: what is so while it is not set.
    """

    name: str
    present: bool
    needed: bool
    without: str


def keys_of(settings: Settings) -> tuple[Key, ...]:
    """Every key that can be set, in the order of the settings."""
    fields = {field.validation_alias: name for name, field in type(settings).model_fields.items()}
    return tuple(
        Key(name, bool(getattr(settings, fields[name])), asks(settings), without)
        for name, (asks, without) in ((name, _ABOUT.get(name, _PLAIN)) for name in key_names())
    )


def where(settings: Settings) -> str:
    """Which files keys come from, in words."""
    files = files_of(settings.secrets_file, settings.env_file)
    return ", then ".join(["the environment and NAME_FILE", *files])


def _never(_: Settings) -> bool:
    return False


def _channel(name: str) -> Asks:
    return lambda settings: name in parts(settings.notify)


def _influx(settings: Settings) -> bool:
    return (settings.store_url or "").startswith("influxdb") or bool(settings.influxdb_url)


def _login(settings: Settings) -> bool:
    return _channel("mail")(settings) and bool(settings.smtp_user)


_PLAIN: tuple[Asks, str] = (_never, "not set")
_ABOUT: dict[str, tuple[Asks, str]] = {
    "AEMET_API_KEY": (_never, "AEMET is not asked"),
    "OPENWEATHERMAP_API_KEY": (_never, "OpenWeatherMap is not asked"),
    "ESIOS_TOKEN": (_never, "ESIOS is asked for its archive only"),
    "INFLUXDB_TOKEN": (_influx, "needed for an influxdb:// store"),
    "ANTHROPIC_API_KEY": (_never, "the chat answers by itself"),
    "CHOCOLIB_API_TOKEN": (_never, "the HTTP API and MCP listen on this machine only"),
    "CHOCOLIB_SMTP_PASSWORD": (_login, "needed where CHOCOLIB_SMTP_USER logs in"),
    "CHOCOLIB_WEBHOOK_URL": (_channel("webhook"), "needed for the channel webhook"),
    "CHOCOLIB_NTFY_URL": (_channel("ntfy"), "needed for the channel ntfy"),
    "CHOCOLIB_NTFY_TOKEN": (_never, "needed where the ntfy server asks for one"),
    "CHOCOLIB_TELEGRAM_TOKEN": (_channel("telegram"), "needed for the channel telegram"),
}
