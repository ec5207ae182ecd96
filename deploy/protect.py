"""Protect main and develop of a repository on Forgejo: through pull requests that are green.

    FORGEJO_TOKEN=... python3 -m deploy.protect https://git.example.ts.net owner/chocolib

The token is of an admin of the repository, with the scope write:repository. A rule that is there
is brought to what stands here. What protection cannot do: whoever may push any branch may run
workflows on every runner of the repository, with its secrets (docs/forgejo.md).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

ANSWER_S = 30
#: The job of .forgejo/workflows/pull-request.yaml, as Forgejo names its status.
CHECK = "pull request / check (pull_request)"


def rule(branch: str, *, approvals: int) -> dict[str, Any]:
    """The protection of a branch: nobody pushes, what is merged is green and seen by others."""
    return {
        "rule_name": branch,
        "enable_push": False,
        "enable_status_check": True,
        "status_check_contexts": [CHECK],
        "required_approvals": approvals,
        "block_on_rejected_reviews": True,
        "block_on_outdated_branch": True,
        "dismiss_stale_approvals": True,
        "apply_to_admins": True,
    }


class Refused(Exception):
    """Forgejo did not do it; the message says why."""


def ask(method: str, url: str, token: str, body: Mapping[str, Any] | None = None) -> int:
    """The status of an answer; 404 is one, any other error is refused."""
    request = Request(  # noqa: S310 - the address is the caller's own Forgejo
        url,
        method=method,
        data=json.dumps(body).encode() if body else None,
        headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        if error.code == 404:
            return 404
        raise Refused(f"{method} {url}: {error.code} {error.read(500).decode()}") from None
    except URLError as error:
        raise Refused(f"{url} does not answer ({error.reason})") from None


def protect(server: str, repository: str, token: str, *, approvals: int = 1) -> list[str]:
    """Make or change the rules; what was done, in words.

    Raises:
        Refused: no such repository, or the token may not.
    """
    base = f"{server.rstrip('/')}/api/v1/repos/{quote(repository)}"
    if ask("GET", base, token) == 404:
        raise Refused(f"{server} has no repository {repository} that this token may see")
    done = []
    for branch in ("main", "develop"):
        there = f"{base}/branch_protections/{branch}"
        known = ask("GET", there, token) != 404
        method, url = ("PATCH", there) if known else ("POST", f"{base}/branch_protections")
        ask(method, url, token, rule(branch, approvals=approvals))
        done.append(f"{branch}: {'changed' if known else 'protected'}")
    return done


def main(words: Sequence[str] | None = None) -> int:
    """Protect both branches; 1 where Forgejo refused."""
    parser = argparse.ArgumentParser(description="Protect main and develop.")
    parser.add_argument("server", help="https://git.example.ts.net")
    parser.add_argument("repository", help="owner/chocolib")
    parser.add_argument("--approvals", type=int, default=1, help="people who have to agree")
    asked = parser.parse_args(words)
    token = os.environ.get("FORGEJO_TOKEN")
    if not token:
        print("Set FORGEJO_TOKEN: Settings, Applications, scope write:repository.", file=sys.stderr)
        return 1
    try:
        print("\n".join(protect(asked.server, asked.repository, token, approvals=asked.approvals)))
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
