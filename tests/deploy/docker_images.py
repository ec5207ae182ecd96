"""What the stand-in for docker does in earnest where it is given a skopeo: images, in a registry.

Its folder then holds `images/` (a folder of skopeo for each image, by its digest) and `names.json`
(`HOST/NAME:TAG` and `HOST/NAME@DIGEST` -> digest). Build makes a small image of the file `layer`;
login, pull and push are skopeo's; compose pulls as the overlay of production has it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(os.environ["DOCKER_DOUBLE"])
IMAGES, NAMES = HERE / "images", HERE / "names.json"
LOGIN = Path(os.environ.get("DOCKER_CONFIG", HERE / "nobody")) / "config.json"
OCI = "application/vnd.oci.image"


def answer(words: list[str]) -> int:
    """Do what docker was asked."""
    if words[:2] == ["image", "inspect"]:
        return inspect(words[3], words[-1])
    ways = {"login": login, "build": build, "push": push, "tag": tag, "compose": compose}
    if words[0] == "pull":
        return pull(words[-1])
    return ways[words[0]](words[1:])


def login(words: list[str]) -> int:
    return skopeo("login", f"--authfile={LOGIN}", "--tls-verify=false", *words)


def build(words: list[str]) -> int:
    labels = dict(words[at + 1].split("=", 1) for at, word in enumerate(words) if word == "--label")
    file = HERE / "layer"
    raw = tar(file.read_bytes() if file.exists() else b"cocoa")
    layer, kinds = gzip.compress(raw, mtime=0), ("config.v1+json", "layer.v1.tar+gzip")
    config = as_json(
        architecture="amd64",
        os="linux",
        config={"Labels": labels},
        rootfs={"type": "layers", "diff_ids": [digest(raw)]},
    )
    of_config, of_layer = (
        {"mediaType": f"{OCI}.{kind}", "size": len(blob), "digest": digest(blob)}
        for kind, blob in zip(kinds, (config, layer), strict=True)
    )
    manifest = as_json(
        schemaVersion=2, mediaType=f"{OCI}.manifest.v1+json", config=of_config, layers=[of_layer]
    )
    with tempfile.TemporaryDirectory(dir=HERE) as new:
        for blob in (config, layer):
            (Path(new) / digest(blob).removeprefix("sha256:")).write_bytes(blob)
        (Path(new) / "version").write_text("Directory Transport Version: 1.1\n")
        (Path(new) / "manifest.json").write_bytes(manifest)
        keep(new, words[words.index("--tag") + 1])
    return 0


def push(words: list[str]) -> int:
    name = words[-1]
    if name not in names():
        return refuse(f"An image does not exist locally with the tag: {name}")
    exact = names()[name]
    code = skopeo(
        "copy", *COPY, "--dest-tls-verify=false", f"dir:{place(exact)}", f"docker://{name}"
    )
    if not code:
        called(f"{name.rpartition(':')[0]}@{exact}", exact)
    return code


def pull(name: str) -> int:
    with tempfile.TemporaryDirectory(dir=HERE) as new:
        code = skopeo("copy", *COPY, "--src-tls-verify=false", f"docker://{name}", f"dir:{new}")
        if not code:
            exact = keep(new, name)
            called(f"{re.split('@|:[^/]*$', name)[0]}@{exact}", exact)
    return code


def tag(words: list[str]) -> int:
    if words[0] not in names():
        return refuse(f"No such image: {words[0]}")
    called(words[1], names()[words[0]])
    return 0


def inspect(asked: str, name: str) -> int:
    if name not in names():
        return refuse(f"No such image: {name}")
    exact = names()[name]
    if "RepoDigests" in asked:
        print(*(one for one, of in names().items() if "@" in one and of == exact))
        return 0
    config = json.loads((place(exact) / "manifest.json").read_text())["config"]["digest"]
    labels = json.loads((place(exact) / config.removeprefix("sha256:")).read_text())["config"]
    print(labels["Labels"].get(re.findall(r'"([\w.]+)"', asked)[0], ""))
    return 0


def compose(words: list[str]) -> int:
    """`--pull` overrules the files, which say `always`, as deploy/compose.prod.yaml does."""
    image = os.environ["CHOCOLIB_IMAGE"]
    policy = words[words.index("--pull") + 1] if "--pull" in words else "always"
    if (policy == "always" or image not in names()) and (code := pull(image)):
        return code
    if "up" in words:
        (HERE / "running").write_text(image)
    return 0


COPY = ("--quiet", "--preserve-digests", f"--authfile={LOGIN}")


def skopeo(command: str, *words: str) -> int:
    os.makedirs(LOGIN.parent, exist_ok=True)
    program = os.environ["DOCKER_DOUBLE_SKOPEO"]
    return subprocess.run([program, "--insecure-policy", command, *words], check=False).returncode


def keep(folder: str, name: str) -> str:
    """An image that came, by its digest."""
    exact = digest((Path(folder) / "manifest.json").read_bytes())
    shutil.copytree(folder, place(exact), dirs_exist_ok=True)
    called(name, exact)
    return exact


def called(name: str, exact: str) -> None:
    NAMES.write_text(json.dumps(names() | {name: exact}))


def names() -> dict[str, str]:
    return json.loads(NAMES.read_text()) if NAMES.exists() else {}


def place(exact: str) -> Path:
    return IMAGES / exact.removeprefix("sha256:")


def refuse(why: str) -> int:
    print(f"Error response from the double: {why}", file=sys.stderr)
    return 1


def digest(blob: bytes) -> str:
    return f"sha256:{hashlib.sha256(blob).hexdigest()}"


def as_json(**parts: Any) -> bytes:
    return json.dumps(parts).encode()


def tar(content: bytes) -> bytes:
    with io.BytesIO() as kept:
        with tarfile.open(fileobj=kept, mode="w") as archive:
            entry = tarfile.TarInfo("cocoa")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        return kept.getvalue()
