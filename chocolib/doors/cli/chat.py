"""`chocolib chat`: what the chat was asked and what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json

if TYPE_CHECKING:
    from chocolib.app.chat_stats import ChatStats, Share

_GROUP = typer.Typer(name="chat", help="The books of the chat.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    app.add_typer(_GROUP)


@_GROUP.command()
def stats(
    days: Annotated[int, typer.Option(min=1, max=3660, help="Madrid days, today one.")] = 30,
    as_json: Json = False,
) -> None:
    """Questions, who answered them, how soon, and what they cost.

    Example: chocolib chat stats --days 7
    """
    from chocolib.app.chat_stats import chat_stats
    from chocolib.app.context import open_context

    found = chat_stats(open_context(), days=days)
    if as_json:
        present.document(found.to_dict())
        return
    typer.echo("\n".join(_lines(found, days)))
    for title, shares in (
        ("who answered", found.by_mode),
        ("how it ended", found.by_outcome),
        ("about", found.by_category),
        ("user", found.by_user),
    ):
        if shares:
            typer.echo()
            present.table([_row(title, share) for share in shares], empty="")


def _lines(found: ChatStats, days: int) -> list[str]:
    waiting = f", {found.waiting} not answered (yet)" if found.waiting else ""
    return [
        f"Questions of {days} days: {found.questions}{waiting}",
        f"Tokens: {found.read_tokens} read, {found.cache_read_tokens} from the cache, "
        f"{found.cache_written_tokens} to the cache, {found.written_tokens} written",
        f"Cost: {found.cost_today_eur:.4f} EUR today of {found.daily_eur:.2f}, "
        f"{found.cost_month_eur:.4f} EUR this month, {found.cost_eur:.4f} EUR in these days",
    ]


def _row(title: str, share: Share) -> dict[str, Any]:
    return {
        title: share.name,
        "questions": share.questions,
        "EUR": f"{share.cost_eur:.4f}",
        "first text s": "-" if share.first_text_s is None else f"{share.first_text_s:.2f}",
        "all s": "-" if share.seconds is None else f"{share.seconds:.2f}",
        "numbers without source": share.unmatched,
    }
