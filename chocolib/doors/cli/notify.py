"""The command that tries the channels to people: notify test."""

from __future__ import annotations

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json, Lang

notify = typer.Typer(
    help="Notices to people: e-mail, webhook, ntfy, Telegram.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.add_typer(notify, name="notify")


@notify.callback()
def _group() -> None:
    """Keep `test` a command of its own."""


@notify.command("test")
def notify_test(lang: Lang = None, as_json: Json = False) -> None:
    """Send a notice through every channel that is on, and say which took it.

    Example: chocolib notify test
    """
    from chocolib.app.context import clock
    from chocolib.app.notices import try_channels
    from chocolib.app.settings import read_settings
    from chocolib.core.i18n import as_lang, t
    from chocolib.core.notices import Notice

    settings = read_settings()
    tongue = as_lang(lang) if lang else settings.lang
    title, text = t("notice.test", tongue), t("notice.test_text", tongue)
    found = try_channels(settings, Notice("test", "info", title, text, clock()))
    if as_json:
        present.document(found)
    else:
        for channel, wrong in found.items():
            typer.echo(wrong or f"{channel}: taken")
    if any(found.values()):
        raise typer.Exit(1)
