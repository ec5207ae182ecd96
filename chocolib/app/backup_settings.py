"""The settings of the backups: a part of `app.settings`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings


class BackupSettings(BaseSettings):
    """Backups lie in the home, readable, until something else is set."""

    backups: Path | None = Field(
        None,
        validation_alias="CHOCOLIB_BACKUPS",
        description="folder of the backups; default: backups in the home, which does not "
        "outlive its disk",
    )
    backup_recipients: str = Field(
        "",
        validation_alias="CHOCOLIB_BACKUP_RECIPIENTS",
        description="recipients of age (age1...), with commas: backups are encrypted for them; "
        "empty: they are not",
    )
    backup_identity: Path | None = Field(
        None,
        validation_alias="CHOCOLIB_BACKUP_IDENTITY",
        description="file with the identity of age that opens encrypted backups; needed for "
        "verify, restore and drill, not for create",
    )
    backup_daily: int = Field(
        7,
        ge=1,
        validation_alias="CHOCOLIB_BACKUP_DAILY",
        description="so many of the last days with a backup keep their newest one",
    )
    backup_weekly: int = Field(
        4, ge=0, validation_alias="CHOCOLIB_BACKUP_WEEKLY", description="so many weeks do"
    )
    backup_monthly: int = Field(
        3, ge=0, validation_alias="CHOCOLIB_BACKUP_MONTHLY", description="so many months do"
    )
