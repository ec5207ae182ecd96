"""The channels that the settings turn on."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from chocolib.app.settings import Settings
from chocolib.core.errors import SettingsError
from chocolib.core.ports import Notifier
from chocolib.notify.hooks import Ntfy, Telegram, Webhook
from chocolib.notify.mail import Mail
from chocolib.notify.patience import USUAL, Patience


def channels(settings: Settings, *, patience: Patience = USUAL) -> list[Notifier]:
    """The channels of `CHOCOLIB_NOTIFY`; none by default.

    Raises:
        SettingsError: there is no such channel, or it lacks a setting; names it.
    """
    names = [name.strip() for name in settings.notify.split(",") if name.strip()]
    unknown = [name for name in names if name not in _MAKERS]
    if unknown:
        raise SettingsError(
            f"CHOCOLIB_NOTIFY: there is no channel {unknown[0]!r}",
            hint=f"use one or more of: {', '.join(_MAKERS)}",
        )
    return [_MAKERS[name](settings, patience) for name in dict.fromkeys(names)]


def _mail(settings: Settings, patience: Patience) -> Notifier:
    to = [one.strip() for one in settings.smtp_to.split(",") if one.strip()]
    return Mail(
        host=_given(settings.smtp_host, "CHOCOLIB_SMTP_HOST", "mail"),
        port=settings.smtp_port,
        security=settings.smtp_security,
        sender=_given(settings.smtp_from, "CHOCOLIB_SMTP_FROM", "mail"),
        to=to or [_given(None, "CHOCOLIB_SMTP_TO", "mail")],
        user=settings.smtp_user,
        password=_secret(settings.smtp_password),
        patience=patience,
    )


def _webhook(settings: Settings, patience: Patience) -> Notifier:
    url = _given(_secret(settings.webhook_url), "CHOCOLIB_WEBHOOK_URL", "webhook")
    return Webhook(url, patience)


def _ntfy(settings: Settings, patience: Patience) -> Notifier:
    url = _given(_secret(settings.ntfy_url), "CHOCOLIB_NTFY_URL", "ntfy")
    return Ntfy(url, _secret(settings.ntfy_token), patience)


def _telegram(settings: Settings, patience: Patience) -> Notifier:
    token = _given(_secret(settings.telegram_token), "CHOCOLIB_TELEGRAM_TOKEN", "telegram")
    chat = _given(settings.telegram_chat, "CHOCOLIB_TELEGRAM_CHAT", "telegram")
    return Telegram(token, chat, settings.telegram_url, patience)


_MAKERS: dict[str, Callable[[Settings, Patience], Notifier]] = {
    "mail": _mail,
    "webhook": _webhook,
    "ntfy": _ntfy,
    "telegram": _telegram,
}


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value().strip() if value else ""


def _given(value: str | None, variable: str, channel: str) -> str:
    if not value:
        raise SettingsError(f"the channel {channel} lacks {variable}", hint="see docs/settings.md")
    return value
