"""The server that a witness is reached at: waitress, on the one address that is given."""

from __future__ import annotations

import logging
import socket
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from transparency.witnessing import LARGEST_REQUEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import WSGIApplication

PATIENCE = 30
"""How many seconds a connection may be silent."""

MOST_CONNECTIONS = 200
"""How many connections are open at once; further ones wait."""

LARGEST_HEAD = 16_384
"""How many bytes the head of a request has at most."""


class Address(NamedTuple):
    """Where to listen: the name or number of one of this machine's addresses, and the port."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as it stands in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@contextmanager
def served(site: WSGIApplication, address: Address) -> Iterator[Address]:
    """Answer requests in other threads while the block runs, and lend where; port 0 is any that is free.

    What is being answered at the end is finished. Raises ``OSError`` if nothing can listen there.
    """
    from waitress import wasyncore
    from waitress.server import create_server

    logging.getLogger("waitress").setLevel(logging.ERROR)
    sockets: dict[int, Any] = {}
    with _listening(address) as heard:
        server = create_server(
            site,
            sockets,
            sockets=[heard],
            ident=None,
            expose_tracebacks=False,
            channel_timeout=PATIENCE,
            cleanup_interval=5,
            connection_limit=MOST_CONNECTIONS,
            max_request_header_size=LARGEST_HEAD,
            max_request_body_size=LARGEST_REQUEST + 1,
        )
        over = Event()
        thread = Thread(target=_run, args=(server, sockets, over), daemon=True)
        thread.start()
        try:
            yield Address(*heard.getsockname()[:2])
        finally:
            server.task_dispatcher.shutdown()
            over.set()
            server.trigger.pull_trigger()
            thread.join()
            wasyncore.close_all(sockets)  # not before: the pipe that wakes the thread is one of them


def _run(server: Any, sockets: dict[int, Any], over: Event) -> None:  # noqa: ANN401  (waitress has no types)
    """Serve until it is ``over``; whoever waits for anything is woken by the trigger."""
    from waitress import wasyncore

    while not over.is_set():
        wasyncore.loop(server.adj.asyncore_loop_timeout, server.adj.asyncore_use_poll, sockets, count=1)


def _listening(address: Address) -> socket.socket:
    """Return a socket that is bound to the first address that a name stands for, and to no other."""
    family, _, _, _, found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0]
    return socket.create_server(found[:2], family=family)
