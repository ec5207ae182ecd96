"""What compose starts is what the code has: commands, ports, variables, folders, checks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import typer.main
import yaml

from chocolib.app.settings import Settings
from chocolib.doors.cli import app
from tests.deploy.edge import CONFIG, render

ROOT = Path(__file__).parents[2]
STACK: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = STACK["services"]
OURS = {name: one for name, one in SERVICES.items() if one.get("command", [""])[0] == "chocolib"}
TEXT = "\n".join(path.read_text() for path in [ROOT / "compose.yaml", *ROOT.glob("deploy/*.yaml")])
KNOWN = {field.validation_alias for field in Settings.model_fields.values()}
ENVS = sorted((ROOT / "deploy" / "env").glob("*.env"))
#: What a machine runs: services by the profiles of its part, without JupyterLab on prod.
MACHINES = {"prod": {"core", "edge"}, "git": {"ci"}}
LEFT_OUT = {"prod": {"lab"}, "git": set[str]()}


def megabytes(written: str) -> int:
    return int(written[:-1]) * (1024 if written.endswith("g") else 1)


def seconds(written: str) -> int:
    return int(written.removesuffix("s"))


@pytest.mark.parametrize("name", OURS)
def test_a_command_of_a_service_is_one_of_ours_with_its_options(name: str) -> None:
    words = OURS[name]["command"][1:]
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words[0]]
        words = words[1:]
    command.make_context(name, words).close()


def test_an_option_that_a_command_has_not_is_noticed() -> None:
    command: Any = typer.main.get_command(app)
    with pytest.raises(Exception, match="No such option"):
        command.commands["dash"].make_context("dash", ["--hots", "127.0.0.1"])


@pytest.mark.parametrize("name", OURS)
def test_a_service_publishes_the_port_it_listens_on_to_this_machine_only(name: str) -> None:
    words = OURS[name]["command"]
    listens = [words[words.index("--port") + 1]] if "--port" in words else []
    published = OURS[name].get("ports", [])
    assert [port.rpartition(":")[2] for port in published] == listens
    checked = re.findall(r"127\.0\.0\.1:(\d+)", " ".join(OURS[name]["healthcheck"]["test"]))
    assert checked == listens


def test_no_port_is_published_beyond_this_machine() -> None:
    published = [port for one in SERVICES.values() for port in one.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_a_service_is_a_setting(name: str) -> None:
    assert set(OURS[name]["environment"]) <= KNOWN


@pytest.mark.parametrize("name", OURS)
def test_the_home_lies_within_its_mount_so_that_a_restore_can_swap_it(name: str) -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text()
    home = PurePosixPath(re.findall(r"CHOCOLIB_HOME=(\S+)", image)[0])
    mounts = [one.removesuffix(":ro").rpartition(":")[2] for one in OURS[name]["volumes"]]
    assert str(home.parent) in mounts
    assert str(home) not in mounts


def test_nginx_gets_the_names_that_its_configuration_has() -> None:
    needed = set(re.findall(r"\$\{(CHOCOLIB_\w+)\}", all_of(CONFIG)))
    given = SERVICES["nginx"]["environment"]
    chosen = re.compile(given["NGINX_ENVSUBST_FILTER"])
    assert {name for name in given if chosen.match(name)} == needed


def all_of(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_bounded_watched_and_ended_gently(name: str) -> None:
    one = SERVICES[name]
    for needed in ("healthcheck", "mem_limit", "cpus", "stop_grace_period", "profiles", "logging"):
        assert needed in one, needed
    assert one["restart"] == "unless-stopped"
    assert one["logging"]["options"]["max-size"]
    if name != "docker-build":  # which is privileged, and shut in a network of its own
        assert one["read_only"]
        assert one["cap_drop"] == ["ALL"]
    ours = name in OURS
    assert ours or re.search(r":v?\d+\.\d+\.\d+(-[a-z]+)?$", one["image"]), one["image"]


def test_the_worker_is_given_longer_than_its_runs() -> None:
    words = SERVICES["worker"]["command"]
    patience = int(words[words.index("--patience") + 1])
    assert seconds(SERVICES["worker"]["stop_grace_period"]) >= patience + 15


@pytest.mark.parametrize("machine", MACHINES)
def test_what_a_machine_runs_fits_into_four_gigabytes(machine: str) -> None:
    runs = [
        one
        for name, one in SERVICES.items()
        if set(one["profiles"]) & MACHINES[machine] and name not in LEFT_OUT[machine]
    ]
    assert runs
    assert sum(megabytes(one["mem_limit"]) for one in runs) <= 4096
    assert all(float(one["cpus"]) <= 2 for one in runs)


def test_only_what_needs_the_internet_has_a_way_out() -> None:
    out = {name for name, one in SERVICES.items() if "outside" in one.get("networks", [])}
    assert out == {"worker", "tailscale", "forgejo"}
    networks = STACK["networks"]
    assert networks["inside"]["internal"] is True
    mtu = "com.docker.network.driver.mtu"
    assert {one["driver_opts"][mtu] for one in networks.values()} == {"1280"}
    assert networks["local"]["driver_opts"]["com.docker.network.bridge.enable_ip_masquerade"] == (
        "false"
    )


def test_nobody_but_the_sidecar_reaches_nginx_and_its_address_is_the_trusted_one() -> None:
    nginx, sidecar = SERVICES["nginx"], SERVICES["tailscale"]
    assert nginx["network_mode"] == "service:tailscale"
    assert "ports" not in nginx
    assert "ports" not in sidecar
    trusted = SERVICES["dashboards"]["environment"]["CHOCOLIB_TRUSTED_PROXY"]
    assert sidecar["networks"]["inside"]["ipv4_address"] == trusted
    listens = re.findall(r"listen (\S+?):", all_of(CONFIG / "templates"))
    assert set(listens) == {"127.0.0.1"}


def test_what_is_mounted_of_the_checkout_is_there() -> None:
    mounted = re.findall(r"- (\./[\w./]+):/", TEXT)
    assert mounted
    assert [path for path in mounted if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("path", ENVS, ids=lambda path: path.stem)
def test_a_template_of_variables_names_only_what_compose_reads(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    names = {line.partition("=")[0] for line in lines}
    read = set(re.findall(r"\$\{(\w+)", TEXT)) | {"COMPOSE_FILE", "COMPOSE_PROFILES"}
    assert names <= read
    files = next((x.partition("=")[2] for x in lines if x.startswith("COMPOSE_FILE=")), "")
    assert all((ROOT / one).exists() for one in filter(None, files.split(":")))


def test_the_user_of_the_image_is_the_one_of_compose() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text()
    assert re.search(r"^USER 10001:10001$", image, re.MULTILINE)
    assert {one["user"] for one in OURS.values()} == {"10001:10001"}
    version = re.search(r"^FROM python:(3\.\d+)\.\d+-", image, re.MULTILINE)
    assert version
    assert f"python{version[1]}/site-packages" in TEXT


LINTERS = {
    "hadolint": ["deploy/Dockerfile"],
    "check-jsonschema": [
        "--builtin-schema", "vendor.compose-spec", "compose.yaml",
        "deploy/compose.dev.yaml", "deploy/compose.prod.yaml",
    ],
    "yamllint": [
        "-d", "{extends: relaxed, rules: {line-length: disable}}", "-s", "compose.yaml",
        "deploy/compose.dev.yaml", "deploy/compose.prod.yaml",
    ],
}  # fmt: skip


@pytest.mark.parametrize("tool", LINTERS)
def test_a_linter_finds_nothing(tool: str) -> None:
    done = ask(tool, *LINTERS[tool])
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_linter_finds_a_fault_where_there_is_one(tmp_path: Path) -> None:
    broken = tmp_path / "compose.yaml"
    broken.write_text("services:\n  a:\n    image: a\n    restrat: always\n")
    done = ask("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(broken))
    assert done.returncode == 1


def test_gixy_finds_no_hole_in_the_configuration_of_nginx(tmp_path: Path) -> None:
    config = render(
        tmp_path / "n", port=8080, status=8081, upstream="dashboards:8866", host="a.example.ts.net"
    )
    done = ask("gixy", str(config))
    assert done.returncode == 0, done.stdout + done.stderr


def ask(tool: str, *words: str) -> subprocess.CompletedProcess[str]:
    beside = Path(sys.executable).parent / tool
    found = str(beside) if beside.exists() else shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    return subprocess.run([found, *words], cwd=ROOT, capture_output=True, text=True, check=False)
