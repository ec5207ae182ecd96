"""The page "ask": the place of the chat, with what can be asked, until a kernel is there."""

from __future__ import annotations

from chocolib.core.i18n import t
from chocolib.core.views.ask import AskView
from chocolib.ui.cards.parts import INGEST, empty, line
from chocolib.ui.live.asks import usual
from chocolib.ui.pages.frame import heading, sheet
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card, chat_css


def ask_fragment(view: AskView) -> str:
    """The "ask" page to embed in a notebook output or a dashboard."""
    lang = view.lang
    top = heading(t("page.ask.title", lang), view.as_of, lang)
    body = line(t("ask.text", lang)) + tag("div", _waiting(view), data_widget="chat")
    asked = card(
        t("ask.title", lang), body, lang=lang, synthetic=view.synthetic, name="ask", on_paper=False
    )
    return sheet(view, f"<style>{chat_css()}</style>" + top + _nothing(view) + asked)


def _nothing(view: AskView) -> str:
    """Where no price is stored: which command changes that."""
    if view.newest_price is not None:
        return ""
    lang = view.lang
    return empty(t("ui.no_data", lang), t("ask.nothing", lang), INGEST, lang=lang, name="ask-none")


def _waiting(view: AskView) -> str:
    """The chat as it will stand there, which cannot be used yet, and why."""
    lang = view.lang
    chips = "".join(
        tag("button", esc(question), type="button", class_="cc-ask", disabled="")
        for question in usual(lang)
    )
    box = (
        f'<textarea rows="1" disabled aria-label="{esc(t("ask.label", lang))}" '
        f'placeholder="{esc(t("ask.hint", lang))}"></textarea>'
    )
    send = tag("button", esc(t("ask.send", lang)), type="button", class_="cc-send", disabled="")
    said = tag("p", esc(t("ask.waiting", lang)), class_="cc-mute cc-count", role="status")
    foot = tag(
        "div",
        tag("div", chips, class_="cc-asks"),
        tag("div", box, send, said, class_="cc-write"),
        class_="cc-foot",
    )
    return tag("div", foot, class_="cc-chat", data_empty="")
