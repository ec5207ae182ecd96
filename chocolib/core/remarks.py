"""`Remark`: what people should know of a result, in the words of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chocolib.core.i18n import Lang, t


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that people should know of a result: a text of the catalogue and its values."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, lang: Lang) -> str:
        """The remark in a language."""
        return t(self.key, lang, **self.values)

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the JSON documents: the facts, and the text in English."""
        return {"key": self.key, "values": self.values, "text": self.text("en")}

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Remark:
        """The inverse of `to_dict`."""
        return cls(item["key"], item["values"])
