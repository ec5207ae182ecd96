"""The settings of the chat: whose model answers, what it may cost, what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class ChatSettings(BaseSettings):
    """Without `ANTHROPIC_API_KEY` the chat answers by itself and costs nothing."""

    chat_model: str = Field(
        "claude-haiku-5-5",
        min_length=1,
        validation_alias="CHOCOLIB_CHAT_MODEL",
        description="chat: the model that is asked where a key is set",
    )
    chat_url: str = Field(
        "https://api.anthropic.com",
        validation_alias="CHOCOLIB_CHAT_URL",
        description="address of the Messages API, for a proxy or a test",
    )
    chat_max_tokens: int = Field(
        500,
        ge=50,
        le=8000,
        validation_alias="CHOCOLIB_CHAT_MAX_TOKENS",
        description="chat: the longest reply of the model, tokens, its thinking included",
    )
    chat_per_minute: int = Field(
        20,
        ge=1,
        validation_alias="CHOCOLIB_CHAT_PER_MINUTE",
        description="chat: questions that one user may ask in 60 seconds",
    )
    chat_daily_eur: float = Field(
        0.50,
        ge=0,
        allow_inf_nan=False,
        validation_alias="CHOCOLIB_CHAT_DAILY_EUR",
        description="chat: what the model may cost in a Madrid day, EUR, of all users together; "
        "after that chocolib answers by itself",
    )
    chat_eur_per_usd: float = Field(
        1.0,
        gt=0,
        allow_inf_nan=False,
        validation_alias="CHOCOLIB_CHAT_EUR_PER_USD",
        description="chat: euros that a dollar is counted as, for prices of models are in dollars; "
        "the default is on the safe side, set it to what your bank takes",
    )
    chat_prices: Path | None = Field(
        None,
        validation_alias="CHOCOLIB_CHAT_PRICES",
        description="chat: TOML with prices of models, which come before those of chocolib; its "
        "form is that of chocolib/assistant/claude/prices.toml",
    )
    chat_timeout_s: float = Field(
        60.0,
        ge=1,
        le=600,
        validation_alias="CHOCOLIB_CHAT_TIMEOUT_S",
        description="chat: seconds that an answer of the model may take as a whole",
    )
    chat_keep_text: Literal["off", "on"] = Field(
        "off",
        validation_alias="CHOCOLIB_CHAT_KEEP_TEXT",
        description="chat: keep question and reply beside what they cost; off: only the figures",
    )
    chat_keep_days: int = Field(
        400,
        ge=1,
        validation_alias="CHOCOLIB_CHAT_KEEP_DAYS",
        description="chat: days that the figures of an answer are kept",
    )
