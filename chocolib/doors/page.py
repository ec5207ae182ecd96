"""A page that shows itself in a notebook."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """Markup that Jupyter displays."""

    html: str

    def _repr_html_(self) -> str:
        return self.html
