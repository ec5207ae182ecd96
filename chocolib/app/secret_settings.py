"""The settings of where keys are kept: a part of `app.settings`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings


class SecretSettings(BaseSettings):
    """Keys come from the environment, until a file is named."""

    secrets_file: Path | None = Field(
        None,
        validation_alias="CHOCOLIB_SECRETS_FILE",
        description="file of SOPS with keys, YAML or .json, encrypted for age; it is decrypted in "
        "memory only",
    )
    secrets_identity: Path | None = Field(
        None,
        validation_alias="CHOCOLIB_SECRETS_IDENTITY",
        description="file with the identity of age that opens CHOCOLIB_SECRETS_FILE",
    )
    env_file: Path | None = Field(
        None,
        validation_alias="CHOCOLIB_ENV_FILE",
        description="file with lines NAME=VALUE, where SOPS is not; only its owner may read it",
    )
