"""Why each batch of the plan is when it is: a list to choose from, and the explanation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import traitlets

from chocolib.core.errors import SettingsError
from chocolib.ui.live.asking import Asking


class Reasons(Asking):
    """Batches to choose from; a browser sends `asked`, `{"batch": NAME}`."""

    _esm = Path(__file__).with_name("reasons.js")
    batches: traitlets.List[str] = traitlets.List(read_only=True).tag(sync=True)

    def __init__(
        self, batches: Sequence[str], words: Mapping[str, str], explain: Callable[[str], str]
    ) -> None:
        """The list.

        Args:
            batches: names, in the order they are shown.
            words: texts of the script: `choose`, `none`, `busy`, `lang`; `wrong` is what is
                said of a batch that is none, `failed` of an answer that never came.
            explain: from a batch to markup; a `ChocolibError` is shown as its message.
        """
        self._explain = explain
        super().__init__(words, batches=list(batches))

    def answered(self, given: object) -> str:
        """The explanation of a batch, drawn; see `Asking.answered`."""
        batch = given.get("batch") if isinstance(given, dict) else None
        if not isinstance(batch, str) or batch not in self.batches:
            raise SettingsError(str(self.words["wrong"]))
        return self._explain(batch)
