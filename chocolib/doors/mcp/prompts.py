"""The usual questions as prompts, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mcp import types

from chocolib.core.errors import SettingsError
from chocolib.core.i18n import Lang, as_lang, t


@dataclass(frozen=True, slots=True)
class Usual:
    """A question that is asked every day: the keys of its title and its text."""

    title: str
    text: str


USUAL: dict[str, Usual] = {
    "when_to_produce": Usual("mcp.prompt.when.title", "mcp.prompt.when.text"),
    "why_is_tomorrow_dear": Usual("mcp.prompt.dear.title", "mcp.prompt.dear.text"),
    "alerts": Usual("mcp.prompt.alerts.title", "mcp.prompt.alerts.text"),
    "savings": Usual("mcp.prompt.savings.title", "mcp.prompt.savings.text"),
    "status": Usual("mcp.prompt.status.title", "mcp.prompt.status.text"),
    "week_plan": Usual("mcp.prompt.week.title", "mcp.prompt.week.text"),
}


def listed(lang: Lang) -> list[types.Prompt]:
    """Every usual question, its title in a language."""
    choice = types.PromptArgument(
        name="lang", description=t("mcp.prompt.lang", lang), required=False
    )
    return [
        types.Prompt(
            name=name,
            title=t(usual.title, lang),
            description=t(usual.text, lang).strip(),
            arguments=[choice],
        )
        for name, usual in USUAL.items()
    ]


def asked(name: str, given: Mapping[str, str], lang: Lang) -> types.GetPromptResult:
    """The text of a usual question, which a client puts before its model.

    Args:
        given: `lang`, or nothing.
        lang: the language where none is given.

    Raises:
        SettingsError: no such question, argument or language.
    """
    if name not in USUAL:
        raise SettingsError(f"there is no prompt {name[:80]!r}", hint=f"one of: {', '.join(USUAL)}")
    if set(given) - {"lang"}:
        raise SettingsError("a prompt takes lang and nothing else", hint="lang: es or en")
    spoken = as_lang(given["lang"]) if given.get("lang") else lang
    text = f"{t(USUAL[name].text, spoken).strip()} {t('mcp.prompt.brief', spoken)}"
    words = types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
    return types.GetPromptResult(description=t(USUAL[name].title, spoken), messages=[words])
