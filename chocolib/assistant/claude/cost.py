"""What tokens cost: the price table, and exact sums by it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chocolib.app.settings import Settings
from chocolib.assistant.parts import Tokens
from chocolib.core.errors import DataError, SettingsError

_SHIPPED = Path(__file__).with_name("prices.toml")
_MILLION = 1_000_000
#: Euros are kept to this: a token of the cheapest price is 1e-8.
_EUR_DIGITS = 10


class Rates(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: Decimal = Field(ge=0)
    written: Decimal = Field(ge=0)
    cache_read: Decimal = Field(ge=0)
    cache_written: Decimal = Field(ge=0)

    def usd(self, tokens: Tokens) -> Decimal:
        """What the tokens of one request cost, US dollars."""
        parts = (
            self.read * tokens.read,
            self.written * tokens.written,
            self.cache_read * tokens.cache_read,
            self.cache_written * tokens.cache_written,
        )
        return sum(parts, Decimal(0)) / _MILLION


class LongRates(Rates):
    """Those of requests whose prompt is longer than `above` tokens."""

    above: int = Field(gt=0)


class Price(Rates):
    """What a model costs, and whether it takes an effort."""

    long: LongRates | None = None
    effort: bool = True

    def of(self, tokens: Tokens) -> Decimal:
        """What one request costs, US dollars; the length of its prompt decides the rates."""
        prompt = tokens.read + tokens.cache_read + tokens.cache_written
        dear = self.long is not None and prompt > self.long.above
        return self.long.usd(tokens) if self.long is not None and dear else self.usd(tokens)


class Tariff:
    """The price of one model in euros."""

    def __init__(self, model: str, price: Price, *, eur_per_usd: float) -> None:
        self.model, self.price = model, price
        self._rate = Decimal(str(eur_per_usd))

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """That of the model of the settings.

        Raises:
            SettingsError: no price is known for it: nothing could be accounted.
            DataError: the file of prices cannot be used.
        """
        own = read_prices(settings.chat_prices) if settings.chat_prices else {}
        known = {**read_prices(_SHIPPED), **own}
        if settings.chat_model not in known:
            raise SettingsError(
                f"no price is known for CHOCOLIB_CHAT_MODEL {settings.chat_model!r}",
                hint=f"use one of {', '.join(known)}, or name its price in CHOCOLIB_CHAT_PRICES",
            )
        price = known[settings.chat_model]
        return cls(settings.chat_model, price, eur_per_usd=settings.chat_eur_per_usd)

    def eur(self, requests: Iterable[Tokens]) -> float:
        """What some requests cost together, EUR."""
        usd = sum((self.price.of(tokens) for tokens in requests), Decimal(0))
        return float(round(usd * self._rate, _EUR_DIGITS))


@cache
def read_prices(path: Path) -> dict[str, Price]:
    """The prices of a file, by model; the form is that of prices.toml.

    Raises:
        DataError: it cannot be read, or says something else; names the first fault.
    """
    hint = "its form is that of chocolib/assistant/claude/prices.toml"
    try:
        read: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return {model: Price.model_validate(price) for model, price in read.items()}
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DataError(f"{place}: {first['msg']}", path=str(path), hint=hint) from None
    except (OSError, ValueError) as error:
        raise DataError(f"cannot be read ({error})", path=str(path), hint=hint) from None
