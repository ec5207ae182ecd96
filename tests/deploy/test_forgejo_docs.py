"""What docs/forgejo.md and docs/secrets.md name is there, and what they tell to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.release import _words
from deploy.runner import main, runner_id
from tests.doors.test_cli import COMMANDS

ROOT = Path(__file__).parent.parent.parent
PAGES = {name: (ROOT / "docs" / name).read_text() for name in ("forgejo.md", "secrets.md")}
FORGE = PAGES["forgejo.md"]
#: Made by whoever follows the page.
MADE_LATER = {"deploy/secrets/prod.sops.yaml"}
#: Said by deploy/release.py or app/secrets/sops.py, and looked up in the page by those who see it.
SAID = re.compile(r'^\| "([^"]+)" \|', re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_a_page_names_is_there(page: str) -> None:
    names = r"(?<![\w/~.])((?:\.forgejo|deploy|chocolib|docs)/[\w./-]+|\.sops\.yaml)"
    found = {name.rstrip(".") for name in re.findall(names, PAGES[page])} - MADE_LATER
    missing = [name for name in found if not (ROOT / name).exists()]
    assert found
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_module_a_page_runs_is_there(page: str) -> None:
    modules = set(re.findall(r"python3 -m ([\w.]+)", PAGES[page]))
    assert modules
    for module in modules:
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_a_page_names_exists(page: str) -> None:
    known = {" ".join(words) for words in COMMANDS}
    named = re.findall(r"`?chocolib ((?:[a-z]+ ?){1,2})(?=[` ]|$)", PAGES[page], re.MULTILINE)
    first = {words.split()[0] for words in known if words}
    used = [words.strip() for words in named if words.split()[0] in first]
    assert used
    assert [words for words in used if words not in known and words.split()[0] not in known] == []


def test_the_release_the_page_types_is_understood() -> None:
    (line,) = re.findall(r"^python3 -m deploy\.release (.*)$", FORGE, re.MULTILINE)
    asked = _words().parse_args(line.split())
    assert asked.rollback


def test_every_label_variable_and_secret_of_the_workflows_is_explained() -> None:
    text = "\n".join(p.read_text() for p in (ROOT / ".forgejo" / "workflows").glob("*.yaml"))
    for name in {*re.findall(r"(?:vars|secrets)\.(\w+)", text)}:
        assert f"`{name}`" in FORGE
    for label in {*re.findall(r"runs-on: (\w+)", text)}:
        assert f"| `{label}` |" in FORGE


def test_what_trouble_quotes_is_what_the_code_says() -> None:
    paths = [*(ROOT / "deploy").glob("*.py"), *(ROOT / "chocolib" / "app" / "secrets").glob("*.py")]
    code = re.sub(r'"\s*\n\s*f?"', "", "\n".join(path.read_text() for path in paths))
    quoted = SAID.findall(FORGE)
    assert len(quoted) >= 4
    assert [said for said in quoted if said not in code] == []


def test_a_runner_is_the_one_forgejo_knows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["prod", "https://git.example.ts.net", "--labels", "prod:host", "--scope", "a/chocolib"]
    assert main([*words, "--folder", str(tmp_path)]) == 0
    secret = tmp_path / "prod" / "SECRET"
    kept, said = secret.read_text(), capsys.readouterr().out
    assert re.fullmatch(r"[0-9a-f]{40}", kept)
    assert secret.stat().st_mode & 0o077 == 0
    assert kept not in said + (tmp_path / "prod" / "config.yaml").read_text()
    assert f"uuid: {runner_id(kept)}" in (tmp_path / "prod" / "config.yaml").read_text()
    assert "--name prod --labels prod --scope a/chocolib" in said
    assert main([*words, "--folder", str(tmp_path)]) == 0
    assert secret.read_text() == kept


def test_the_id_of_a_runner_is_the_one_of_forgejos_documentation() -> None:
    documented = "7c31591e8b67225a" + "116d4a4519ea8e507e08f71f"
    assert runner_id(documented) == "37633331-3539-3165-3862-363732323561"
