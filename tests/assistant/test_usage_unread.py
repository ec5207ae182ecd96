"""What the built-in mode says while the access log was not read, or not read on."""

from __future__ import annotations

from pathlib import Path

import pytest

from chocolib.core.roles import Role
from tests.assistant.test_usage_said import MOST, SLOW, WHO, Opens, at, home, said
from tests.usage_home import use

__all__ = ["at", "home"]


def test_a_log_that_was_never_read_is_told_as_such_to_everybody(at: Opens) -> None:
    for role in ("admin", "viewer"):
        told = said(at(role), WHO)
        assert told.startswith("De quién usa el panel no se sabe nada")
        assert "chocolib usage read" in told
        assert "no se ha leído nunca" in said(at(role), MOST)
        assert "ninguna petición" in said(at(role), SLOW)
    english = said(at(), "Who is using the dashboard?")
    assert "Nothing is known of who uses the dashboards" in english


@pytest.mark.parametrize("role", ["admin", "viewer"])
def test_that_the_log_is_not_read_on_is_not_called_nobody(
    role: Role, at: Opens, home: Path
) -> None:
    use(home)
    later = at(role, "2025-11-23T21:00")
    assert said(later, WHO).startswith("Quién está ahora en el panel no se sabe")
    assert "Hoy: quién usó el panel no se sabe" in said(later, "¿Quién usó el panel hoy?")
