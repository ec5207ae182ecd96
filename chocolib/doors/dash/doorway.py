"""A notebook that is only a doorway to a page, told apart from one that has to be run."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chocolib.doors.dash.site import Asked

#: The first two lines of every doorway, as Python writes them.
OPENING = ("import chocolib", "wb = chocolib.open()")
#: Calls of the workbench that are a page by their name.
SHORT = {"wb.today()": "today"}


@dataclass(frozen=True, slots=True)
class Doorway:
    """The page a notebook shows, and the calls of the workbench that make its widgets."""

    page: str
    widgets: tuple[str, ...] = ()

    def code(self, asked: Asked, user: str) -> str:
        """What a kernel runs for the widgets: the notebook without its page, at this moment.

        Args:
            user: who the reader is, or a name that stands for them.
        """
        facts = {"as_of": asked.at, "lang": asked.lang, "user": user, "role": asked.role}
        opened = f"wb = chocolib.open({', '.join(f'{k}={v!r}' for k, v in facts.items())})"
        return "\n".join([OPENING[0], opened, *self.widgets])


def doorway(path: Path) -> Doorway | None:
    """The doorway that the notebook is, or `None` where it has to be run (or cannot be read)."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return _read(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int, _size: int) -> Doorway | None:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        kinds = {cell["cell_type"] for cell in cells}
        lines = _lines("\n".join("".join(cell["source"]) for cell in cells))
    except (OSError, ValueError, KeyError, TypeError, SyntaxError):
        return None
    return _doorway(lines) if kinds == {"code"} else None


def _lines(source: str) -> tuple[str, ...]:
    """Every statement in one way of writing."""
    return tuple(ast.unparse(statement) for statement in ast.parse(source).body)


def _doorway(lines: tuple[str, ...]) -> Doorway | None:
    if lines[: len(OPENING)] != OPENING or len(lines) == len(OPENING):
        return None
    shown, *widgets = lines[len(OPENING) :]
    page = SHORT.get(shown) or _named(shown)
    return Doorway(page, tuple(widgets)) if page and all(map(_is_widget, widgets)) else None


def _named(line: str) -> str | None:
    """NAME of `wb.page('NAME')`."""
    match ast.parse(line, mode="exec").body[0]:
        case ast.Expr(
            ast.Call(
                ast.Attribute(ast.Name("wb"), "page"), [ast.Constant(str() as name)], keywords=[]
            )
        ):
            return name
    return None


def _is_widget(line: str) -> bool:
    """Whether the line is `wb.NAME()`, and not another page."""
    match ast.parse(line).body[0]:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("wb"), name), args=[], keywords=[])):
            return name not in ("page", "today") and not name.startswith("_")
    return False
