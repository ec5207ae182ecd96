"""The dashboard server, as a browser or an intruder meets it."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import re
import socket
from pathlib import Path

import pytest

from chocolib.core.errors import SettingsError
from chocolib.doors.dash import shell
from chocolib.doors.dash.server import serve
from tests.dash.dash_process import Server, free_port, start, stop


def test_the_root_leads_to_today(server: Server) -> None:
    answer = server.get("/")
    assert (answer.status, answer.headers["location"]) == (302, "/today")


@pytest.mark.parametrize("path", ["/plain", "/plain.ipynb", "/voila/render/plain.ipynb"])
def test_a_page_shows_its_output_and_not_its_source(server: Server, path: str) -> None:
    answer = server.get(path)
    assert answer.status == 200
    assert "<p>forty-two</p>" in answer.text
    assert "from IPython" not in answer.text
    assert "data-failed" not in answer.text


def test_a_page_names_no_foreign_host(server: Server) -> None:
    text = server.get("/today").text
    assert "data-ready" in text
    hosts = set(re.findall(r"(?:https?:)?//([\w.-]+\.\w+)", text))
    assert hosts == {"www.w3.org"}  # the names of SVG, never fetched


@pytest.mark.parametrize("name", ["broken", "silent"])
def test_a_page_that_fails_is_polite_and_tells_nothing(server: Server, name: str) -> None:
    answer = server.get(f"/{name}")
    assert answer.status == 200
    assert "Esta página no se ha podido preparar" in answer.text
    assert "data-failed" in answer.text
    for secret in ("Traceback", "secret_source", "secret_reason", "ValueError", "x = 1"):
        assert secret not in answer.text


def test_what_came_before_the_failure_stays_and_the_log_says_why(server: Server) -> None:
    assert "<pre>before" in server.get("/broken").text
    log = (server.folder.parent / "server.log").read_text()
    assert "ValueError: secret_reason" in log


@pytest.mark.parametrize(
    "path",
    [
        "/secrets.txt",
        "/revision.txt",
        "/nothing",
        "/../secrets.txt",
        "/%2e%2e/secrets.txt",
        "/..%2fsecrets",
        "/.env",
        "/favicon.ico",
        "/voila/files/secrets.txt",
        "/voila/files/plain.ipynb",
        "/voila/static/voila.js",
        "/voila/tree",
        "/voila/api/contents/",
        "/voila/labextensions/x/static/style.js",
        "/api/kernels",
        "/api/kernels/00000000-0000-0000-0000-000000000000/channels",
        "/login",
    ],
)
def test_nothing_but_pages_is_served(server: Server, path: str) -> None:
    answer = server.get(path)
    assert answer.status == 404
    assert "nobody reads this" not in answer.text
    assert "Aquí no hay ninguna página" in answer.text


@pytest.mark.parametrize(
    "query", ["template=../../../../etc", "template=lab", "theme=dark", "template=reveal&theme=x"]
)
def test_nobody_chooses_another_template(server: Server, query: str) -> None:
    answer = server.get(f"/plain?{query}")
    assert answer.status == 200
    assert "<p>forty-two</p>" in answer.text
    assert "jupyter-config-data" not in answer.text


def test_every_answer_carries_the_security_headers(server: Server) -> None:
    for path in ("/", "/plain", "/nothing", "/healthz", "/revision"):
        headers = server.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in headers


def test_pages_are_compressed_for_those_who_can_read_it(server: Server) -> None:
    assert server.get("/plain", **{"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"


def test_kernels_end_with_their_page(server: Server) -> None:
    server.get("/plain")
    server.get("/broken")
    assert server.kernels_settle() == 0


def test_a_page_left_while_loading_leaves_no_kernel(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/slow")
    answer = connection.getresponse()
    sent = b""
    while b"Cargando" not in sent:  # the skeleton comes although the cell takes 30 s
        sent += answer.read1(65536)
    assert server.kernels_settle(wanted=1) == 1
    answer.close()
    connection.close()
    assert server.kernels_settle() == 0


def test_the_kernel_is_our_python_with_the_given_environment(server: Server) -> None:
    import sys

    text = server.get("/where").text
    assert "sample &lt;value&gt;" in text
    assert sys.executable in text


def test_the_revision_is_what_the_caller_says(server: Server) -> None:
    answer = json.loads(server.get("/revision").text)
    assert answer["revision"] == "1"
    assert answer["build"]
    assert 'data-revision="1"' in server.get("/plain").text


def test_it_stops_when_told_to_and_frees_its_port(folder: Path) -> None:
    once = start(folder)
    assert stop(once) == 0
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", once.port))


def test_a_taken_port_is_a_settings_error_with_a_way_out(server: Server, folder: Path) -> None:
    with pytest.raises(SettingsError, match=f"--port {server.port + 1}"):
        serve(notebooks=folder, port=server.port)


def test_a_folder_without_notebooks_is_a_settings_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no notebook"):
        serve(notebooks=tmp_path, port=free_port())


@pytest.mark.parametrize("path", ["/", "/plain", "/healthz", "/revision", "/nothing"])
def test_head_answers_as_get_does_without_a_body(server: Server, path: str) -> None:
    asked, got = server.ask("HEAD", path), server.get(path)
    assert (asked.status, asked.text) == (got.status, "")
    assert asked.headers.get("location") == got.headers.get("location")
    assert asked.headers["content-type"] == got.headers["content-type"]
    assert server.kernels_settle() == 0


@pytest.mark.parametrize("path", ["/", "/plain", "/healthz", "/revision", "/nothing"])
def test_a_foreign_name_that_leads_here_is_refused(server: Server, path: str) -> None:
    for host in (
        "evil.example",
        f"evil.example:{server.port}",
        "127.0.0.1.evil.example",
        "10.1.2.3",
    ):
        answer = server.get(path, Host=host)
        assert answer.status == 403
        assert "Este servidor solo atiende a este ordenador" in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]", "[::1]:9"])
def test_this_machine_is_answered_by_all_its_names(server: Server, host: str) -> None:
    assert server.get("/healthz", Host=host).status == 200


def test_a_server_for_others_answers_whatever_they_call_it(folder: Path) -> None:
    once = start(folder, "0.0.0.0")  # noqa: S104 - what the test is about
    try:
        assert once.get("/healthz", Host="factory.lan:8866").status == 200
    finally:
        stop(once)


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_one_script_of_a_page_is_the_one_its_policy_allows(server: Server) -> None:
    answer = server.get("/plain")
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text, flags=re.DOTALL)
    assert hash_of(script) in answer.headers["content-security-policy"]


def test_line_ends_of_another_system_do_not_change_the_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "live.js").write_bytes(b"one();\r\ntwo();\r\n\r\n")
    monkeypatch.setattr(shell, "TEMPLATE", tmp_path)
    script = shell.words("es", live=True)["script"]
    assert "\r" not in script
    assert hash_of(script) in shell.security_headers()["Content-Security-Policy"]
