"""A page as plain text, for readers that have no eyes: words, lists and tables, no pictures."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: What is cut off is said at the end.
LONGEST = 40_000

_SKIPPED = frozenset({"style", "script", "svg", "head", "template"})
_HEADINGS = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### "}
_LINES = frozenset(
    {"p", "div", "section", "li", "tr", "table", "header", "summary", "details", "figure", "ul"}
)
_CELLS = frozenset({"td", "th"})
_APART = frozenset({"span", "b", "small", "i"})


class _Plain(HTMLParser):
    """Gathers the words of a page, with a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag in _HEADINGS:
            self.words.append(f"\n\n{_HEADINGS[tag]}")
        elif tag in _LINES or tag == "br":
            self.words.append("\n- " if tag == "li" else "\n")
        elif tag in _APART:
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped = max(0, self._skipped - 1)
        elif tag in _CELLS:
            self.words.append(" | ")
        elif tag in _LINES or tag in _HEADINGS:
            self.words.append("\n")
        elif tag in _APART:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.words.append(re.sub(r"\s+", " ", data))


def plain(html: str, *, longest: int = LONGEST) -> str:
    """The words of a page in lines, headings and cells marked as Markdown does.

    Args:
        longest: characters; a longer text is cut at the end of a line, and says so.
    """
    page = _Plain()
    page.feed(html)
    page.close()
    lines = (re.sub(r" {2,}", " ", line).strip() for line in "".join(page.words).split("\n"))
    text = "\n".join(line.removesuffix("|").rstrip() for line in lines if line not in ("", "-"))
    if len(text) <= longest:
        return text
    whole = text[:longest].rpartition("\n")[0]
    return f"{whole}\n[cut here: {len(text) - len(whole)} more characters]"
