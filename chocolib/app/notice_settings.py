"""The settings of who is told, and by which channel: a part of `app.settings`."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from chocolib.core.notices import Urgency
from chocolib.notify.mail import Security


class NoticeSettings(BaseSettings):
    """Nobody is told anything until `CHOCOLIB_NOTIFY` names a channel."""

    notify: str = Field(
        "",
        validation_alias="CHOCOLIB_NOTIFY",
        description="channels by which people are told, with commas between: mail, webhook, "
        "ntfy, telegram; without any, nobody is",
    )
    notify_least: Urgency = Field(
        "warning",
        validation_alias="CHOCOLIB_NOTIFY_LEAST",
        description="what is at least so urgent is told: critical, warning or info",
    )
    smtp_host: str | None = Field(
        None, validation_alias="CHOCOLIB_SMTP_HOST", description="mail: the SMTP server"
    )
    smtp_port: int = Field(
        587,
        ge=1,
        le=65535,
        validation_alias="CHOCOLIB_SMTP_PORT",
        description="mail: its port; 465 with tls",
    )
    smtp_security: Security = Field(
        "starttls",
        validation_alias="CHOCOLIB_SMTP_SECURITY",
        description="mail: starttls, tls, or none (only inside a house)",
    )
    smtp_user: str = Field(
        "", validation_alias="CHOCOLIB_SMTP_USER", description="mail: who logs in; empty: nobody"
    )
    smtp_password: SecretStr | None = Field(
        None, validation_alias="CHOCOLIB_SMTP_PASSWORD", description="mail: the password"
    )
    smtp_from: str | None = Field(
        None, validation_alias="CHOCOLIB_SMTP_FROM", description="mail: the sender's address"
    )
    smtp_to: str = Field(
        "",
        validation_alias="CHOCOLIB_SMTP_TO",
        description="mail: the readers' addresses, with commas between",
    )
    webhook_url: SecretStr | None = Field(
        None,
        validation_alias="CHOCOLIB_WEBHOOK_URL",
        description="webhook: an address that takes a JSON document; kept as a secret",
    )
    ntfy_url: SecretStr | None = Field(
        None,
        validation_alias="CHOCOLIB_NTFY_URL",
        description="ntfy: server and topic, https://ntfy.sh/my-topic; kept as a secret",
    )
    ntfy_token: SecretStr | None = Field(
        None, validation_alias="CHOCOLIB_NTFY_TOKEN", description="ntfy: token, where one is asked"
    )
    telegram_token: SecretStr | None = Field(
        None, validation_alias="CHOCOLIB_TELEGRAM_TOKEN", description="telegram: token of the bot"
    )
    telegram_chat: str | None = Field(
        None,
        validation_alias="CHOCOLIB_TELEGRAM_CHAT",
        description="telegram: number of the chat, or @name of a channel",
    )
    telegram_url: str = Field(
        "https://api.telegram.org",
        validation_alias="CHOCOLIB_TELEGRAM_URL",
        description="address of Telegram, for a proxy or a test",
    )
