"""Make sure the tests of a release find a real registry and skopeo, a client that is not ours.

Debian's docker-registry is what compose's image `registry` has, by an older version: 2.8 in
Debian 12, 3.0 in compose. Both are only unpacked, into the user's cache folder.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

from deploy.debian import NotHad, run, unpack, unpack_all

#: skopeo of Debian 12, and the libraries that a small system has not.
SKOPEO = ("skopeo", "libgpgme11", "libassuan0", "libdevmapper1.02.1", "libgpg-error0")
#: Starts it with the libraries that were unpacked beside it.
STARTER = """\
#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH={folders} exec "$here/usr/bin/skopeo" "$@"
"""


def registry() -> Path:
    """The path of a registry that runs.

    Raises:
        NotHad: there is none, and none could be fetched.
    """
    found = Path(shutil.which("docker-registry") or user_cache_path("chocolib") / "docker-registry")
    if not found.exists():
        unpack("docker-registry", "usr/bin/docker-registry", found)
    run([str(found), "--version"])
    return found


def skopeo() -> Path:
    """The path of a skopeo that runs: it copies images from and to registries.

    Raises:
        NotHad: there is none, and none could be fetched.
    """
    found = shutil.which("skopeo")
    starter = Path(found) if found else _unpacked(user_cache_path("chocolib") / "skopeo")
    run([str(starter), "--version"])
    return starter


def _unpacked(folder: Path) -> Path:
    """Its packages in a folder, and what starts it there."""
    starter = folder / "start"
    if not starter.exists():
        if not folder.exists():
            unpack_all(SKOPEO, folder)
        parents = {library.parent.relative_to(folder) for library in folder.rglob("lib*.so.*")}
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as new:
            new.write(STARTER.format(folders=":".join(f"$here/{one}" for one in sorted(parents))))
        Path(new.name).chmod(0o700)
        os.replace(new.name, starter)
    return starter


def main() -> None:
    """Say where they are, or that they cannot be had."""
    for wanted in (registry, skopeo):
        try:
            print(wanted())
        except NotHad as reason:
            print(f"No {wanted.__name__}: {reason}. The tests of it say so and are skipped.")


if __name__ == "__main__":
    main()
