"""The server: it answers its own page on this machine, and nobody else."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

import pytest

from archcalc.errors import UsageError
from archcalc.live import page_files, serving
from archcalc.live.page_files import PageFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SPEC = {"text": "{input: 8, layers: [{linear: 4}]}", "variant": ""}
QUESTION = json.dumps({"action": "table", "spec": SPEC})


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Start a server with a page that has no editor, which only npm builds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "page_files", lambda: {"index.html": PageFile("index.html", b"<p>page</p>")})
        with running() as found:
            yield found


@contextmanager
def running(more: Mapping[str, PageFile] | None = None) -> Iterator[int]:
    with serving.server(0, SPEC, more or {}) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def call(port: int, method: str, path: str, body: str | None = None, **headers: str) -> Reply:
    connection = HTTPConnection("127.0.0.1", port)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Reply(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def post(port: int, body: str = QUESTION, **headers: str) -> Reply:
    return call(port, "POST", "/answer", body, **{"Content_Type": "application/json", **headers})


def test_the_page_is_served_with_a_policy(port: int) -> None:
    found = call(port, "GET", "/")
    assert (found.status, found.content) == (200, b"<p>page</p>")
    policy = found.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "frame-ancestors 'none'" in policy
    assert found.headers["X-Content-Type-Options"] == "nosniff"


def test_a_question_is_answered(port: int) -> None:
    found = post(port)
    assert found.status == 200
    assert json.loads(found.content)["record"]["totals"]["params"] == 36


def test_the_page_is_told_what_it_opens_with(port: int) -> None:
    settings = json.loads(call(port, "GET", "/site.json").content)
    assert (settings["server"], settings["worker"], settings["start"]) == (True, False, SPEC)


def test_head_has_the_length_and_no_content(port: int) -> None:
    found = call(port, "HEAD", "/")
    assert (found.status, found.content, found.headers["Content-Length"]) == (200, b"", "11")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "evil.example:80"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_another_host_or_page_is_refused(port: int, headers: Mapping[str, str]) -> None:
    for found in (post(port, **headers), call(port, "GET", "/", **headers)):
        assert found.status == 403
        assert b"record" not in found.content
        assert b"page" not in found.content.replace(b"own page", b"")


def test_its_own_page_is_answered_by_both_names(port: int) -> None:
    for name in ("127.0.0.1", "localhost"):
        own = f"{name}:{port}"
        assert post(port, Host=own, Origin=f"http://{own}", Sec_Fetch_Site="same-origin").status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_form_of_another_page_could_send_is_refused(port: int, kind: str) -> None:
    assert post(port, Content_Type=kind).status == 415


@pytest.mark.parametrize(
    "path", ["/../pyproject.toml", "/..%2f..%2fetc/passwd", "//etc/passwd", "/live.py", "/answer", "/%00"]
)
def test_nothing_but_the_page_is_served(port: int, path: str) -> None:
    assert call(port, "GET", path).status == 404


@pytest.mark.parametrize(
    ("length", "status"), [("-1", 411), ("x", 411), ("9" * 30, 413), ("99999999", 413), ("²", 411)]
)
def test_a_request_has_a_length_within_bounds(port: int, length: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as raw:
        head = f"POST /answer HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        raw.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode("latin-1"))
        assert raw.recv(64).split(b" ")[1] == str(status).encode()


def test_other_methods_and_places_are_refused(port: int) -> None:
    assert call(port, "POST", "/", "{}", Content_Type="application/json").status == 404
    assert call(port, "PUT", "/answer", "{}").status == 501


def test_a_broken_request_does_not_end_the_server(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(b"\x00\xff\r\n\r\n")
    assert post(port, "{").status == 200
    assert post(port).status == 200


def test_a_port_that_is_taken_is_named(port: int) -> None:
    with pytest.raises(UsageError, match=f"cannot listen at port {port}"):
        serving.server(port, SPEC, {})


def test_without_the_editor_it_is_said_how_to_build_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(page_files, "LIVE", tmp_path)
    with pytest.raises(UsageError, match="this installation has no editor"):
        page_files.page_files()
