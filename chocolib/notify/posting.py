"""The one way of the channels to httpx: one POST, tried again while it may help.

Addresses hold keys (a Telegram token, a webhook's path, an ntfy topic): messages name
the host alone, and httpx, which would write addresses to the log, is silent.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib.metadata import version

import httpx

from chocolib.core.errors import NotDelivered, SettingsError
from chocolib.notify.patience import Patience

logging.getLogger("httpx").addFilter(lambda record: record.levelno >= logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

_MAY_GET_BETTER = {408, 425, 429, 500, 502, 503, 504}


def post(
    channel: str,
    url: str,
    document: Mapping[str, object],
    *,
    headers: Mapping[str, str] | None = None,
    patience: Patience,
) -> None:
    """POST a JSON document; redirects are not followed, for the address is a key.

    Args:
        channel: who it is for, in messages.

    Raises:
        NotDelivered: after every try no connection, no answer, or any status but 2xx.
        SettingsError: the address cannot be one.
    """
    for attempt in patience.tries():
        with attempt:
            _post(channel, url, document, dict(headers or {}), patience)


def _post(
    channel: str,
    url: str,
    document: Mapping[str, object],
    headers: dict[str, str],
    patience: Patience,
) -> None:
    host = _host(channel, url)
    agent = {"User-Agent": f"chocolib/{version('chocolib')}"}
    timeout = httpx.Timeout(patience.answer_s, connect=patience.connect_s)
    try:
        answer = httpx.post(url, json=dict(document), headers=agent | headers, timeout=timeout)
    except (httpx.TransportError, httpx.DecodingError) as error:
        what = f"{channel}: {host} did not take it ({type(error).__name__})"
        raise NotDelivered(what, again=True) from None
    if not answer.is_success:
        raise NotDelivered(
            f"{channel}: {host} answered {answer.status_code}",
            again=answer.status_code in _MAY_GET_BETTER,
            hint="" if answer.status_code in _MAY_GET_BETTER else "check its address and its key",
        )


def _host(channel: str, url: str) -> str:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL("")
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise SettingsError(f"the address of {channel} cannot be one", hint="it begins https://")
    return parts.host
