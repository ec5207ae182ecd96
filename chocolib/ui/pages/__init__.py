"""Whole pages made of cards: a view in, markup out."""

from chocolib.ui.pages.frame import demo_banner, document, heading, nav, sheet
from chocolib.ui.pages.production import production_fragment
from chocolib.ui.pages.today import today_fragment

__all__ = [
    "demo_banner",
    "document",
    "heading",
    "nav",
    "production_fragment",
    "sheet",
    "today_fragment",
]
