"""Debian's packages are unpacked whole or not at all: with an apt-get and a dpkg of our own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.debian import NotHad, unpack, unpack_all

#: Packages that can be had: a word for each; what is in one is a file with its name.
APT = """\
#!/bin/sh
[ "$1" = update ] && exit 0
for word in "$@"; do
    case $word in
    download | -*) ;;
    missing) echo "E: Unable to locate package missing" >&2; exit 100 ;;
    *) echo "$word" > "${word}_1%3a2.0_amd64.deb" ;;
    esac
done
"""
DPKG = '#!/bin/sh\nmkdir -p "$3/usr/bin" && cp "$2" "$3/usr/bin/$(cat "$2")"\n'


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in {"apt-get": APT, "dpkg": DPKG}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin:/bin")
    return folder


def left(cache: Path) -> set[str]:
    return {str(one.relative_to(cache)) for one in cache.rglob("*") if one.is_file()}


def test_one_file_of_a_package_is_kept_and_nothing_else(tools: Path, tmp_path: Path) -> None:
    unpack("cocoa", "usr/bin/cocoa", tmp_path / "cache" / "cocoa")
    assert left(tmp_path / "cache") == {"cocoa"}


def test_packages_are_kept_in_one_folder(tools: Path, tmp_path: Path) -> None:
    for _ in range(2):  # the second time they are there
        unpack_all(["cocoa", "libmilk1.02"], tmp_path / "cache" / "bar")
    assert left(tmp_path / "cache") == {"bar/usr/bin/cocoa", "bar/usr/bin/libmilk1.02"}


def test_where_one_package_is_missing_none_is_kept(tools: Path, tmp_path: Path) -> None:
    with pytest.raises(NotHad, match="Unable to locate package missing"):
        unpack_all(["cocoa", "missing"], tmp_path / "cache" / "bar")
    assert left(tmp_path / "cache") == set()


def test_a_machine_without_apt_says_so(tools: Path, tmp_path: Path) -> None:
    (tools / "apt-get").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(tools))
        with pytest.raises(NotHad, match="no apt-get to fetch Debian's cocoa with"):
            unpack_all(["cocoa"], tmp_path / "bar")
