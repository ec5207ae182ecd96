"""The real store of the tools' tests, for the assistant's."""

from tests.tools.conftest import home_until, opened, real, real_home

__all__ = ["home_until", "opened", "real", "real_home"]
