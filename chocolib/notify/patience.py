"""How long a channel waits, and how often it tries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import stamina
from stamina.instrumentation import set_on_retry_hooks

from chocolib.core.errors import NotDelivered

# Out of the box stamina logs the arguments of what it tries again.
set_on_retry_hooks(())


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds, and how often a notice is tried in all.

    Attributes:
        first_wait_s: pause before the second try; doubles, with jitter.
    """

    connect_s: float = 5.0
    answer_s: float = 10.0
    attempts: int = 3
    first_wait_s: float = 1.0
    longest_wait_s: float = 10.0

    def tries(self) -> Iterable[stamina.Attempt]:
        """The tries of one notice; what cannot get better is not tried again."""
        return stamina.retry_context(
            on=_may_get_better,
            attempts=self.attempts,
            timeout=None,
            wait_initial=self.first_wait_s,
            wait_max=self.longest_wait_s,
            wait_jitter=self.first_wait_s / 2,
        )


USUAL = Patience()


def _may_get_better(error: Exception) -> bool:
    return isinstance(error, NotDelivered) and error.again
