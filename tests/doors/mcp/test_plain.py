"""A page as plain text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chocolib.doors.mcp.plain import plain


def test_headings_lists_and_tables_keep_their_form() -> None:
    page = (
        "<h1>Plan</h1><ul><li>Mezcla<span>06:00</span></li><li>Templado</li></ul>"
        "<table><tr><th>Lote</th><th>€</th></tr><tr><td>S1</td><td>18,01</td></tr></table>"
    )
    assert plain(page) == "# Plan\n- Mezcla 06:00\n- Templado\nLote | €\nS1 | 18,01"


def test_pictures_styles_and_scripts_are_left_out() -> None:
    page = (
        "<style>p{}</style><script>alert(1)</script><svg><text>7</text></svg><p>Hoy&nbsp;&lt;3</p>"
    )
    assert plain(page) == "Hoy <3"


def test_a_long_page_is_cut_at_a_line_and_says_so() -> None:
    text = plain("<p>una línea</p>" * 100, longest=50)
    assert text.splitlines()[:2] == ["una línea", "una línea"]
    assert len(text) < 100
    assert text.splitlines()[-1] == f"[cut here: {100 * 10 - 1 - 49} more characters]"


@given(st.text())
def test_anything_is_a_page_and_words_without_marks_stay(text: str) -> None:
    plain(text)
    words = " ".join("".join(c for c in text if c.isalnum() or c == " ").split())
    assert plain(f"<p>{words}</p>") == words
