"""What files give to the settings: `NAME_FILE`, a SOPS file, a `.env`, in that order.

The environment itself comes before all of them. A mounted secret (`NAME_FILE`, as compose and
many images have it) holds one key, the others many.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from chocolib.core.errors import SettingsError

_SECRETS, _IDENTITY, _ENV = (
    "CHOCOLIB_SECRETS_FILE",
    "CHOCOLIB_SECRETS_IDENTITY",
    "CHOCOLIB_ENV_FILE",
)
_HIDE = "chmod 600 lets only its owner read it"


def given(environment: Mapping[str, str], *, keys: Iterable[str]) -> dict[str, str]:
    """What files say, by name; files are those that the environment names.

    Args:
        environment: of the process.
        keys: names that may come as `NAME_FILE`.

    Raises:
        SettingsError: a file that cannot be used, or a key given twice.
        DataError: a SOPS file that is damaged.
    """
    env, sops = environment.get(_ENV), environment.get(_SECRETS)
    return {
        **(lines_of(Path(env)) if env else {}),
        **(_sops(Path(sops), environment.get(_IDENTITY)) if sops else {}),
        **mounted(environment, keys),
    }


def files_of(sops: Path | None, env: Path | None) -> tuple[str, ...]:
    """The files that hold many keys, in words, the first one counts first."""
    told = (sops and f"{sops} (SOPS)", env and f"{env} (in clear)")
    return tuple(one for one in told if one)


def mounted(environment: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """The keys whose files are named by `NAME_FILE`; the end of the last line does not count.

    Raises:
        SettingsError: no such file, an empty one, or the key is set as well.
    """
    found = {}
    for name in keys:
        where = environment.get(f"{name}_FILE")
        if not where:
            continue
        if environment.get(name):
            what = f"{name} and {name}_FILE are both set"
            raise SettingsError(what, hint="unset one of them: which is meant cannot be known")
        found[name] = _only_line(f"{name}_FILE", Path(where))
    return found


def lines_of(path: Path) -> dict[str, str]:
    """The lines NAME=VALUE of a file.

    Raises:
        SettingsError: it cannot be read, or others may read it.
    """
    from dotenv import dotenv_values

    if _text(_ENV, path) and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(f"{_ENV}: {path} may be read by others", hint=_HIDE)
    found = dotenv_values(path, interpolate=False)
    return {name: value for name, value in found.items() if value}


def _sops(path: Path, identity: str | None) -> dict[str, str]:
    from chocolib.app.secrets.sops import secrets_of

    if not identity:
        what = f"{_SECRETS} is set, but not which identity opens it"
        raise SettingsError(what, hint=f"{_IDENTITY} names the file that age-keygen wrote")
    return secrets_of(path, Path(identity).expanduser())


def _only_line(named: str, path: Path) -> str:
    text = _text(named, path).rstrip("\r\n")
    if not text:
        raise SettingsError(f"{named}: {path} is empty", hint="put the key into it, or unset it")
    return text


def _text(named: str, path: Path) -> str:
    try:
        return path.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not a text"
        raise SettingsError(f"{named}: {path} cannot be read ({why})") from None
