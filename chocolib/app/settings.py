"""The one reader of the environment."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from chocolib.core.errors import SettingsError
from chocolib.core.i18n import LANGS, Lang


class Settings(BaseSettings):
    """What can be set from outside; an empty variable counts as not set.

    Keys are secrets: they never show in a repr, a log or an error.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("chocolib"),
        validation_alias="CHOCOLIB_HOME",
        description="folder of the store and the reports",
    )
    store_url: str | None = Field(
        None,
        validation_alias="CHOCOLIB_STORE_URL",
        description="sqlite:///PATH of the store; default: chocolib.sqlite in the home",
    )
    lang: Lang = Field(
        "es",
        validation_alias="CHOCOLIB_LANG",
        description="language of pages and reports: es or en",
    )
    factory: Path | None = Field(
        None,
        validation_alias="CHOCOLIB_FACTORY",
        description="TOML of the factory; default: the plant of Linares",
    )
    as_of: str | None = Field(
        None,
        validation_alias="CHOCOLIB_AS_OF",
        description="replay everything as of this moment (Madrid time)",
    )
    ree_url: str = Field(
        "https://apidatos.ree.es",
        validation_alias="CHOCOLIB_REE_URL",
        description="address of REE apidatos, for a proxy or a test",
    )
    aemet_api_key: SecretStr | None = Field(
        None, validation_alias="AEMET_API_KEY", description="key of AEMET OpenData"
    )
    openweathermap_api_key: SecretStr | None = Field(
        None, validation_alias="OPENWEATHERMAP_API_KEY", description="key of OpenWeatherMap"
    )
    anthropic_api_key: SecretStr | None = Field(
        None, validation_alias="ANTHROPIC_API_KEY", description="key of the chatbot's model"
    )
    influxdb_url: str | None = Field(
        None, validation_alias="INFLUXDB_URL", description="address of InfluxDB 2.7"
    )
    influxdb_token: SecretStr | None = Field(
        None, validation_alias="INFLUXDB_TOKEN", description="token for InfluxDB"
    )
    influxdb_org: str = Field(
        "chocolate_factory", validation_alias="INFLUXDB_ORG", description="InfluxDB organisation"
    )
    influxdb_bucket: str = Field(
        "energy_data", validation_alias="INFLUXDB_BUCKET", description="InfluxDB bucket"
    )

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @property
    def reports(self) -> Path:
        """Folder of the executed reports."""
        return self.home / "reports"


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: a variable whose value cannot be used; names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        allowed = f"use one of: {', '.join(LANGS)}" if name == "CHOCOLIB_LANG" else ""
        raise SettingsError(f"{name} cannot be used: {first['msg']}", hint=allowed) from None
