"""Looks for secrets that were committed: in the files of git, and in all that git remembers.

    python -m deploy.leaks            # the files as they are
    python -m deploy.leaks --history  # every version of every file, too

A finding names file, line and kind, never the secret. Fakes that tests and docs need stand in
`deploy/secrets/fakes.txt`, each with its reason.
"""

from __future__ import annotations

import argparse
import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FAKES = ROOT / "deploy" / "secrets" / "fakes.txt"
#: Larger files are data, not written by people.
LARGEST_BYTES = 1_000_000

#: How keys of the services that chocolib talks to, and of its infrastructure, are made.
FORMS = {
    "age identity": r"AGE-SECRET-KEY-(?:PQ-)?1[02-9AC-HJ-NP-Z]{20,}",
    "private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\\n]+[A-Za-z0-9+/]{40,}",
    "Anthropic key": r"sk-ant-[A-Za-z0-9_-]{20,}",
    "Tailscale key": r"tskey-[a-z]+-[A-Za-z0-9]{6,}-[A-Za-z0-9]{20,}",
    "GitHub token": r"(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})",
    "JSON web token": r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
    "AWS key": r"\bAKIA[0-9A-Z]{16}\b",
    "Telegram bot token": r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b",
    "Slack token": r"xox[abpr]-[0-9A-Za-z-]{20,}",
}
_FORM = re.compile("|".join(f"(?P<f{i}>{form})" for i, form in enumerate(FORMS.values())))
#: A name that says key, and what is assigned to it.
_ASSIGNED = re.compile(
    r"(?i)(?:api[_-]?key|token|secret|passw(?:or)?d|authkey)[\w-]{0,20}[\"']?\s{0,3}[:=]\s{0,3}"
    r"[\"']?(?P<value>[A-Za-z0-9+/=_.~-]{20,})"
)
#: Bits a character of random letters and digits has at least, at these lengths.
_LEAST_BITS = 3.7
_CLASSES = (r"[a-z]", r"[A-Z]", r"\d")


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """What looks like a secret: where, and which kind; not what it is."""

    path: str
    line: int
    kind: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}"


def leaks(path: str, text: str, fakes: Iterable[str] = ()) -> Iterator[Leak]:
    """What looks like a secret in a text.

    Args:
        fakes: texts that are none, though they look so.
    """
    known = tuple(fakes)
    for found in _FORM.finditer(text):
        if not any(fake in found[0] for fake in known):
            kind = list(FORMS)[int((found.lastgroup or "f0")[1:])]
            yield Leak(path, _line(text, found.start()), kind)
    for found in _ASSIGNED.finditer(text):
        if random_looking(found["value"]) and not any(fake in found["value"] for fake in known):
            yield Leak(path, _line(text, found.start()), "value of a key")


def random_looking(value: str) -> bool:
    """Whether a text looks drawn, not written: small and large letters, digits, no pattern."""
    if not all(re.search(one, value) for one in _CLASSES):
        return False
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares) >= _LEAST_BITS


def fakes(path: Path = FAKES) -> tuple[str, ...]:
    """The fakes that are known: in each line one, then its reason."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line.split()[0] for line in lines if line and not line.startswith("#"))


def in_the_tree(root: Path = ROOT) -> list[Leak]:
    """Leaks in the files that git knows, as they lie there now."""
    known = fakes()
    names = _git(root, "ls-files", "-z").decode().split("\0")
    paths = [(name, root / name) for name in names if name]
    texts = ((name, _text(path.read_bytes())) for name, path in paths if path.is_file())
    return sorted({leak for name, text in texts for leak in leaks(name, text, known)})


def in_the_history(root: Path = ROOT) -> list[Leak]:
    """Leaks in every version of every file, of all branches and tags."""
    known, names = fakes(), {}
    for line in _git(root, "rev-list", "--objects", "--all").decode().splitlines():
        name, _, path = line.partition(" ")
        if path:
            names[name] = path
    found = set()
    for name, content in _contents(root, names):
        found |= set(leaks(f"{names[name]} ({name[:10]})", _text(content), known))
    return sorted(found)


def _contents(root: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files of git by their names, small ones only."""
    asked = "\n".join(names).encode()
    told = _git(root, "cat-file", "--batch-check", asked=asked).decode().splitlines()
    small = [
        name
        for name, kind, size in (line.split() for line in told if line.count(" ") == 2)
        if kind == "blob" and int(size) <= LARGEST_BYTES
    ]
    answer, at = _git(root, "cat-file", "--batch", asked="\n".join(small).encode()), 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        name, _, size = answer[at:end].decode().split()
        yield name, answer[end + 1 : end + 1 + int(size)]
        at = end + 1 + int(size) + 1


def _text(content: bytes) -> str:
    if b"\0" in content[:8000] or len(content) > LARGEST_BYTES:
        return ""
    return content.decode("utf-8", errors="replace")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _git(root: Path, *words: str, asked: bytes | None = None) -> bytes:
    return subprocess.run(  # what was said on stderr is shown as it is
        ["git", *words], cwd=root, input=asked, stdout=subprocess.PIPE, check=True
    ).stdout


def main(words: list[str] | None = None) -> int:
    """Name every leak; 1 where there is one."""
    parser = argparse.ArgumentParser(description="Looks for secrets that were committed.")
    parser.add_argument("--history", action="store_true", help="every version of every file")
    asked = parser.parse_args(words)
    found = in_the_tree() + (in_the_history() if asked.history else [])
    for leak in found:
        print(leak)
    if found:
        print("Renew each key where it was issued first: whoever cloned has it. docs/secrets.md")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
