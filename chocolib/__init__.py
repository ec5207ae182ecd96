"""chocolib: when a small chocolate factory should run its machines.

    import chocolib
    wb = chocolib.open()
    wb.plan()

Importing this package imports nothing heavy; each part is loaded when used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chocolib.core.roles import Role
    from chocolib.doors.workbench import Workbench

__version__ = "0.1.0"
__all__ = ["open"]


def open(  # noqa: A001
    as_of: str | None = None,
    lang: str | None = None,
    *,
    user: str = "",
    role: Role = "admin",
) -> Workbench:
    """The analyst's workbench on the store of this machine.

    Args:
        as_of: replay a past moment ("2025-11-20T21:00", Madrid time); default now.
        lang: "es" or "en"; default `CHOCOLIB_LANG`.
        user, role: who asks in `wb.chat()`; the dashboards say it of their readers.

    Raises:
        SettingsError: an `as_of` or language that cannot be read.
    """
    from chocolib.doors.workbench import open_workbench

    return open_workbench(as_of=as_of, lang=lang, user=user, role=role)
