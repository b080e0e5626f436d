"""The server of the live page: on this machine alone, for its own page alone."""

from __future__ import annotations

import json
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from archcalc.errors import UsageError
from archcalc.limits import SPEC_SIZE
from archcalc.live.answering import answer
from archcalc.live.page_files import INDEX, POLICY, PageFile, page_files
from archcalc.live.site import SETTINGS, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
"""What the machine may be called; a page of another host that resolves to this machine is refused."""

LARGEST = 4 * SPEC_SIZE.value
"""The largest request: two specs, and what JSON adds."""

HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

PLAIN = "text/plain; charset=utf-8"
JSON = "application/json"


class Served(NamedTuple):
    """What a server sends: files by their paths, and whether Python for browsers is among them."""

    files: Mapping[str, PageFile]
    engine: Lock


def server(port: int, start: Mapping[str, str], more: Mapping[str, PageFile]) -> ThreadingHTTPServer:
    """Return a server that listens, and serves once it is told to.

    ``start`` is what the page opens with, ``more`` are files beside its own: Python for browsers.

    Raises:
        UsageError: the port is taken, or the page was not built.
    """
    site = PageFile(SETTINGS, json.dumps(settings_of(server=True, worker=bool(more), start=start)).encode())
    files = {f"/{name}": file for name, file in {**page_files(), **more, site.name: site}.items()}
    served = Served({"/": files[f"/{INDEX}"], **files}, Lock())
    try:
        return ThreadingHTTPServer((HOST, port), partial(_Handler, served))
    except OSError as error:
        raise UsageError(f"cannot listen at port {port}: {error.strerror}", "choose another with --port") from None


class _Refused(Exception):
    """A request that is not answered: its status, and why."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class _Handler(BaseHTTPRequestHandler):
    """One connection. The engine answers one request at a time."""

    protocol_version = "HTTP/1.1"
    server_version = "archcalc"
    sys_version = ""
    timeout = 60

    def __init__(self, served: Served, *rest: Any) -> None:  # noqa: ANN401 - what the server passes on
        self.served = served
        super().__init__(*rest)

    def do_GET(self) -> None:
        self._answered(self._file)

    def do_HEAD(self) -> None:
        self._answered(self._file)

    def do_POST(self) -> None:
        self._answered(self._posted)

    def _answered(self, made: Any) -> None:  # noqa: ANN401 - a method
        try:
            self._refuse_other_hosts()
            self._send(HTTPStatus.OK, *made())
        except _Refused as refused:
            self.close_connection = True
            self._send(refused.status, PLAIN, f"{refused.reason}\n".encode())
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the page was left

    def _file(self) -> tuple[str, bytes]:
        file = self.served.files.get(urlsplit(self.path).path)
        if file is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "the file does not exist")
        return file.type, file.content

    def _posted(self) -> tuple[str, bytes]:
        if urlsplit(self.path).path != "/answer":
            raise _Refused(HTTPStatus.NOT_FOUND, "requests are posted to /answer")
        if self.headers.get_content_type() != JSON:
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "a request is JSON")
        text = self.rfile.read(self._length()).decode("utf-8", "replace")
        with self.served.engine:
            return JSON, answer(text).encode("utf-8", "replace")

    def _length(self) -> int:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise _Refused(HTTPStatus.LENGTH_REQUIRED, "a request says its length")
        if len(length) > len(str(LARGEST)) or int(length) > LARGEST:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too large")
        return int(length)

    def _refuse_other_hosts(self) -> None:
        """Refuse what comes by another name, or from another page."""
        port = self.server.server_address[1]  # type: ignore[index]  # what listens at a port has a pair for an address
        own = {f"{name}:{port}" for name in NAMES}
        if self.headers.get("Host", "") not in own:
            raise _Refused(HTTPStatus.FORBIDDEN, f"this server answers as {HOST}:{port}")
        origin = self.headers.get("Origin")
        if origin is not None and origin not in {f"http://{name}" for name in own}:
            raise _Refused(HTTPStatus.FORBIDDEN, "this server answers its own page")
        if self.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            raise _Refused(HTTPStatus.FORBIDDEN, "this server answers its own page")

    def _send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401
        """Say nothing: what is typed is nobody's business."""
