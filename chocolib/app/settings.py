"""The one reader of the environment."""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from typing import TypeGuard, get_args
from urllib.parse import unquote

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from chocolib.app.backup_settings import BackupSettings
from chocolib.app.chat_settings import ChatSettings
from chocolib.app.door_settings import DoorSettings
from chocolib.app.notice_settings import NoticeSettings
from chocolib.app.probe_settings import ProbeSettings
from chocolib.app.secret_settings import SecretSettings
from chocolib.app.secrets.given import given
from chocolib.app.usage_settings import UsageSettings
from chocolib.core.errors import SettingsError
from chocolib.core.i18n import LANGS, Lang

#: A shorter word would be found in ordinary text.
_SHORTEST_KEY = 4


class Settings(
    ChatSettings,
    DoorSettings,
    NoticeSettings,
    BackupSettings,
    UsageSettings,
    ProbeSettings,
    SecretSettings,
):
    """What can be set from outside; an empty variable counts as not set.

    The environment comes first, then what `app.secrets` finds in files that it names.

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
        description="sqlite:///PATH or influxdb://HOST:PORT/ORG/BUCKET of the store; "
        "default: chocolib.sqlite in the home",
    )
    lang: Lang = Field(
        "es",
        validation_alias="CHOCOLIB_LANG",
        description="language of pages and reports: es or en",
    )
    factory: Path | None = Field(
        None,
        validation_alias="CHOCOLIB_FACTORY",
        description="TOML of the factory, or heavy or small-10kw; default: the plant of Linares",
    )
    as_of: str | None = Field(
        None,
        validation_alias="CHOCOLIB_AS_OF",
        description="replay everything as of this moment (Madrid time)",
    )
    schedule: Path | None = Field(
        None,
        validation_alias="CHOCOLIB_SCHEDULE",
        description="TOML of the jobs; default: the schedule that comes with chocolib",
    )
    ree_url: str = Field(
        "https://apidatos.ree.es",
        validation_alias="CHOCOLIB_REE_URL",
        description="address of REE apidatos, for a proxy or a test",
    )
    esios_url: str = Field(
        "https://api.esios.ree.es",
        validation_alias="CHOCOLIB_ESIOS_URL",
        description="address of ESIOS, which stands in for REE apidatos",
    )
    aemet_url: str = Field(
        "https://opendata.aemet.es/opendata",
        validation_alias="CHOCOLIB_AEMET_URL",
        description="address of AEMET OpenData",
    )
    openweathermap_url: str = Field(
        "https://api.openweathermap.org",
        validation_alias="CHOCOLIB_OPENWEATHERMAP_URL",
        description="address of OpenWeatherMap",
    )
    open_meteo_url: str = Field(
        "https://api.open-meteo.com",
        validation_alias="CHOCOLIB_OPEN_METEO_URL",
        description="address of Open-Meteo, or off; its free service is for non-commercial "
        "use only: a business needs a subscription, or turns it off",
    )
    open_meteo_archive_url: str = Field(
        "https://archive-api.open-meteo.com",
        validation_alias="CHOCOLIB_OPEN_METEO_ARCHIVE_URL",
        description="address of Open-Meteo's archive, for hours older than three months",
    )
    esios_token: SecretStr | None = Field(
        None, validation_alias="ESIOS_TOKEN", description="token of ESIOS (x-api-key)"
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

    trusted_proxy: str = Field(
        "",
        validation_alias="CHOCOLIB_TRUSTED_PROXY",
        description="address or network of the proxy whose Tailscale-User-Login header the "
        "dashboards believe, several with commas; empty: nobody's",
    )
    admins: str = Field(
        "",
        validation_alias="CHOCOLIB_ADMINS",
        description="logins, with commas, that see every page behind the trusted proxy",
    )
    warm_kernels: int = Field(
        2,
        ge=0,
        le=16,
        validation_alias="CHOCOLIB_WARM_KERNELS",
        description="kernels that wait warm for a page with controls; 0: none waits",
    )
    most_kernels: int = Field(
        12,
        ge=1,
        le=200,
        validation_alias="CHOCOLIB_MOST_KERNELS",
        description="pages with controls that have a kernel at the same time",
    )
    kernel_idle_s: int = Field(
        600,
        ge=10,
        validation_alias="CHOCOLIB_KERNEL_IDLE_S",
        description="seconds after which a kernel that nobody used is ended",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where settings come from, the first one counts first; pydantic asks for it."""
        files = InitSettingsSource(settings_cls, dict(given(os.environ, keys=key_names())))
        return init_settings, env_settings, files

    @field_validator("trusted_proxy", mode="after")
    @classmethod
    def _networks(cls, written: str) -> str:
        for one in parts(written):
            ip_network(one, strict=False)
        return written

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    def secrets(self) -> tuple[str, ...]:
        """Every key that is set, so that texts can be cleaned of them."""
        values = (getattr(self, name) for name in type(self).model_fields)
        keys = [value.get_secret_value().strip() for value in values if _is_secret(value)]
        for address in (self.store_url or "", self.influxdb_url or ""):
            in_address, at, _ = address.partition("://")[2].rpartition("@")
            written = in_address.rpartition(":")[2] if at else ""
            keys += [written, unquote(written)]
        return tuple(key for key in keys if len(key) >= _SHORTEST_KEY)

    @property
    def notices(self) -> Path:
        """Folder of what is remembered of the notices that were sent."""
        return self.home / "notices"

    @property
    def access_logs(self) -> tuple[str, ...]:
        """Where the access logs are, as paths or patterns."""
        return parts(self.access_log) or (str(self.home / "access" / "access.json"),)

    @property
    def reports(self) -> Path:
        """Folder of the executed reports."""
        return self.home / "reports"


def key_names() -> tuple[str, ...]:
    """The variables that hold keys, in the order of the settings."""
    fields = Settings.model_fields.values()
    keys = (f.validation_alias for f in fields if SecretStr in get_args(f.annotation))
    return tuple(name for name in keys if isinstance(name, str))


def parts(written: str) -> tuple[str, ...]:
    """What stands between the commas of a setting."""
    return tuple(one.strip() for one in written.split(",") if one.strip())


def _is_secret(value: object) -> TypeGuard[SecretStr]:
    return isinstance(value, SecretStr)


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
