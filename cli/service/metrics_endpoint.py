"""Where a command puts its metrics: into a file that is replaced, or behind a port that answers GET /metrics."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

from cli.input.addresses import host_and_port
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.registry import Collector

EVERY: Final = 5.0
"""After how many seconds the file is written anew."""

PATIENCE: Final = 5.0
"""How many seconds somebody who asks has to say what for."""


@contextmanager
def published(where: str, metrics: Collector, complain: Callable[[str], None]) -> Iterator[str]:
    """Publish ``metrics`` while the block runs, as OpenMetrics text, and lend the words for where that is.

    ``where`` is ``HOST:PORT``, else a file. They are collected in another thread; ``tell`` is told what goes
    wrong there. Raises ``UsageProblem`` if nothing can be published there.
    """
    address = host_and_port(where, "--metrics")
    if address is None:
        with _written(where, metrics, complain):
            yield where
    else:
        with _served(_listening(where, address, metrics, complain)) as url:
            yield url


@contextmanager
def _written(path: str, metrics: Collector, complain: Callable[[str], None]) -> Iterator[None]:
    try:
        replace(path, generate_latest(metrics))
    except OSError as error:
        raise UsageProblem(f"--metrics: {path} cannot be written: {error.strerror}") from error
    over = Event()
    writer = Thread(target=_write, args=(path, metrics, complain, over), daemon=True)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


def _write(path: str, metrics: Collector, complain: Callable[[str], None], over: Event) -> None:
    """Write the file again and again, and once more at the end; what goes wrong is told once."""
    complained = False
    going_on = True
    while going_on:
        going_on = not over.wait(EVERY)
        try:
            replace(path, generate_latest(metrics))
        except OSError as error:
            if not complained:
                complain(f"the metrics cannot be written to {path}: {error.strerror}; trying again")
            complained = True
        else:
            complained = False


def replace(path: str, content: bytes) -> None:
    """Put a file with this content in the place of the one at ``path``, so that nobody ever reads half of it."""
    new = f"{path}.{os.getpid()}.new"
    try:
        with open(new, "wb") as file:  # noqa: PTH123  (a path is a text here)
            file.write(content)
        os.replace(new, path)  # noqa: PTH105  (as above)
    except BaseException:
        if os.path.exists(new):  # noqa: PTH110  (as above)
            os.unlink(new)  # noqa: PTH108  (as above)
        raise


class _Server(ThreadingHTTPServer):
    def __init__(self, host: str, port: int, metrics: Collector, complain: Callable[[str], None]) -> None:
        self.address_family, *_, found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        self.metrics, self.complain = metrics, complain
        super().__init__((str(found[0]), port), _Handler)

    @property
    def url(self) -> str:
        host, port = self.socket.getsockname()[:2]
        return f"http://[{host}]:{port}/metrics" if ":" in host else f"http://{host}:{port}/metrics"

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # the library's own asks the network for this machine's name

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  (the signature is the library's)
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):  # which is that whoever asked went away
            self.complain(f"the metrics cannot be shown: {type(error).__name__}: {error}")


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE
    server_version = "longcase"
    sys_version = ""
    server: _Server

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != "/metrics":
            self.send_error(404, "there is nothing but /metrics")
            return
        body = generate_latest(self.server.metrics)
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE_LATEST)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of who asked."""


def _listening(
    where: str, address: tuple[str, int], metrics: Collector, complain: Callable[[str], None]
) -> _Server:
    try:
        return _Server(*address, metrics, complain)
    except OSError as error:
        raise UsageProblem(f"--metrics: nothing can listen at {where}: {error.strerror}") from error


@contextmanager
def _served(server: _Server) -> Iterator[str]:
    thread = Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
