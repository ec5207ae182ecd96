"""Register a runner with Forgejo offline: what its server is told, and the runner's own file.

    python3 -m deploy.runner prod https://git.example.ts.net --labels prod:host

Written are, readable by their owner only: `SECRET` (40 hexadecimal characters, the runner's
password) and `config.yaml`, which names it by its file. Printed is the command for the server:
the first 16 characters of the secret are the runner's id, so both sides know it without a word
between them (Forgejo, docs/admin/actions/registration).
"""

from __future__ import annotations

import argparse
import secrets
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

#: A job on a runner that reaches docker would otherwise share it with the next one.
ONE_AT_A_TIME = 1
CONFIG = """\
# Made by deploy/runner.py. Start with: forgejo-runner daemon --config {config}
server:
  connections:
    forgejo:
      url: {server}
      uuid: {uuid}
      token_url: file:{secret}
      labels:
{labels}
runner:
  capacity: {capacity}
  timeout: 2h
"""


def runner_id(secret: str) -> str:
    """The id that Forgejo makes of a secret: its first 16 characters, as the bytes of a UUID."""
    return str(uuid.UUID(bytes=secret[:16].encode("ascii")))


def make(folder: Path, server: str, labels: Sequence[str]) -> str:
    """Write secret and configuration; the runner's id. A secret that is there is kept.

    Args:
        labels: "docker:docker://node:22-bookworm", "prod:host".
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "SECRET"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(20), encoding="ascii")
    ours = runner_id(kept.read_text(encoding="ascii"))
    config = folder / "config.yaml"
    config.write_text(
        CONFIG.format(
            config=config,
            server=server,
            uuid=ours,
            secret=kept,
            labels="\n".join(f'        - "{label}"' for label in labels),
            capacity=ONE_AT_A_TIME,
        ),
        encoding="utf-8",
    )
    return ours


def main(words: Sequence[str] | None = None) -> int:
    """Write the files and say what is to be done on the server."""
    parser = argparse.ArgumentParser(description="Register a runner offline.")
    parser.add_argument("name", help="dev or prod: also the name of the folder")
    parser.add_argument("server", help="https://git.example.ts.net")
    parser.add_argument("--labels", required=True, help="with commas: prod:host")
    parser.add_argument("--scope", default="", help="owner/chocolib; empty: the whole server")
    parser.add_argument("--folder", type=Path, default=Path("/etc/forgejo-runner"))
    asked = parser.parse_args(words)
    folder = asked.folder / asked.name
    ours = make(folder, asked.server, asked.labels.split(","))
    names = ",".join(label.partition(":")[0] for label in asked.labels.split(","))
    scope = f" --scope {asked.scope}" if asked.scope else ""
    print(
        f"Runner {ours}. On the server of Forgejo, as its user git, with {folder}/SECRET as input:"
    )
    print(
        f"  forgejo forgejo-cli actions register --secret-stdin"
        f" --name {asked.name} --labels {names}{scope}"
    )
    print(f"Then here: forgejo-runner daemon --config {folder}/config.yaml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
