"""What a report takes, checked before anything runs: its notebook, parameters and kernel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from chocolib.app.notebooks import folder
from chocolib.core.errors import SettingsError

#: Parameters that every report has from its context.
OURS = {"as_of", "lang"}


def read_parameters(given: Iterable[str]) -> dict[str, str]:
    """Parameters as people write them: "weeks=4".

    Raises:
        SettingsError: without a name or a value.
    """
    pairs = {text: text.partition("=") for text in given}
    for text, (name, equals, value) in pairs.items():
        if not (name and equals and value):
            raise SettingsError(f"{text!r} is not NAME=VALUE", hint="for example --set weeks=4")
    return {name: value for name, _, value in pairs.values()}


def report_notebook(name: str, home: Path) -> Path:
    """The notebook of a report: a shipped one, or an analyst's in `notebooks` of the home.

    Raises:
        SettingsError: there is none of that name, it is no notebook, its kernel is not
            here, or it has no parameters cell.
    """
    path = next((one for one in notebooks(home) if one.stem == name), None)
    if path is None:
        names = ", ".join(sorted(one.stem for one in notebooks(home) if _declares(one)))
        raise SettingsError(
            f"no report is called {name!r}",
            hint=f"use one of: {names}; your own notebooks go to {home / 'notebooks'}",
        )
    _check_kernel(path)
    if not taken(path):
        raise SettingsError(
            f"{path} has no parameters cell, so it cannot be told its moment",
            hint="give its first code cell the tag 'parameters', with as_of and lang in it",
        )
    return path


def notebooks(home: Path) -> list[Path]:
    """Every notebook that could be a report; shipped ones first."""
    own = sorted((home / "notebooks").glob("*.ipynb"))
    return [*sorted(folder("notebooks").glob("*.ipynb")), *own]


def taken(path: Path) -> dict[str, str]:
    """The parameters of a notebook with the names of their types; none without such a cell."""
    import papermill

    found = papermill.inspect_notebook(str(path))
    return {name: one["inferred_type_name"] for name, one in found.items()}


def _declares(path: Path) -> bool:
    """Whether a cell is tagged as parameters; a file that is no notebook has none."""
    return '"parameters"' in path.read_text(encoding="utf-8", errors="replace")


def values(path: Path, given: Mapping[str, str]) -> dict[str, str | int]:
    """Values of a notebook's own types; unknown ones are refused, papermill would only warn.

    Raises:
        SettingsError: no such parameter, or not of its type.
    """
    kinds = taken(path)
    lacking = OURS - set(kinds)
    if lacking:
        raise SettingsError(
            f"the parameters cell of {path} has no {', '.join(sorted(lacking))}",
            hint='every report takes as_of and lang: add the line `as_of: str = ""  # ...`',
        )
    unknown = (set(given) - set(kinds)) | (set(given) & OURS)
    if unknown:
        others = ", ".join(sorted(set(kinds) - OURS)) or "none"
        raise SettingsError(
            f"{path.name} takes no parameter {', '.join(sorted(unknown))}",
            hint=f"it takes: {others}; the moment and the language are --as-of and --lang",
        )
    return {key: _typed(key, text, kinds[key]) for key, text in given.items()}


def _check_kernel(path: Path) -> None:
    """See that the kernel a notebook asks for is there.

    Raises:
        SettingsError: it is no notebook, it names no kernel, or one that is not installed.
    """
    import nbformat
    from jupyter_client.kernelspec import KernelSpecManager

    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (ValueError, OSError, nbformat.ValidationError) as error:
        said = " ".join(str(error).split())[:200]
        raise SettingsError(
            f"{path} is not a notebook that can be read ({said})",
            hint="open it in `chocolib lab` and save it there",
        ) from None
    spec = notebook.metadata.get("kernelspec", {})
    name = spec.get("name", "")
    there = sorted(KernelSpecManager().find_kernel_specs())
    if name not in there or not spec.get("language", notebook.metadata.get("language_info")):
        said = f"asks for the kernel {name!r}, which is not here" if name else "names no kernel"
        raise SettingsError(
            f"{path} {said}",
            hint=f"open it in `chocolib lab`, choose one of: {', '.join(there)}; and save it",
        )


def _typed(name: str, text: str, kind: str) -> str | int:
    if kind != "int":
        return text
    try:
        return int(text)
    except ValueError:
        raise SettingsError(f"{name} is a whole number, not {text!r}") from None
