"""`Remark`: something to know of a result, as a text of the catalogue and its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from chocolib.core.facts import Fact
from chocolib.core.i18n import Lang, t


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that people should know of a result.

    Attributes:
        key: of the catalogue.
        values: by blank of the text: facts with their units, other remarks (of several the
            text says one or the other), or plain words and whole numbers.
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def text(self, lang: Lang) -> str:
        """The remark in a language; times are Madrid's."""
        return t(self.key, lang, **{name: _shown(v, lang) for name, v in self.values.items()})

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the JSON documents: the facts, and the text in English."""
        values = {name: _plain(value) for name, value in self.values.items()}
        return {"key": self.key, "values": values, "text": self.text("en")}

    @classmethod
    def from_dict(cls, item: Mapping[str, Any] | str) -> Remark:
        """The inverse of `to_dict`; documents of earlier versions have plain sentences."""
        if isinstance(item, str):
            return cls("remark.plain", {"text": item})
        return cls(item["key"], {name: _value(value) for name, value in item["values"].items()})


Value: TypeAlias = Fact | Remark | tuple[Remark, ...] | str | int


def _shown(value: Value, lang: Lang) -> str | int:
    if isinstance(value, tuple):
        return t("remark.or", lang).join(one.text(lang) for one in value)
    if isinstance(value, Remark):
        return value.text(lang)
    return value.shown(lang) if isinstance(value, Fact) else value


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [one.to_dict() for one in value]
    return value.to_dict() if isinstance(value, Fact | Remark) else value


def _value(item: Any) -> Value:
    if isinstance(item, list):
        return tuple(map(Remark.from_dict, item))
    if isinstance(item, dict):
        return Remark.from_dict(item) if "key" in item else Fact.from_dict(item)
    plain: str | int = item
    return plain
