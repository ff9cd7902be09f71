"""Stands between a client and a server of PostgreSQL, and cuts the connection at a moment that was asked for."""

from __future__ import annotations

import contextlib
import socket
import struct
from enum import Enum
from threading import Thread
from typing import NamedTuple

READY = b"Z\0\0\0\5"
"""How the last message of an answer begins: ReadyForQuery, whose only byte says whether a transaction is open."""

ABRUPTLY = struct.pack("ii", 1, 0)
"""What SO_LINGER is set to for a connection that is reset where others are closed."""


class When(Enum):
    """At which moment a connection is cut."""

    BEFORE = "before the statement reached the server"
    HALFWAY = "when half of it had"
    AT_ONCE = "as soon as it had, whatever came of it"
    AFTER = "after its answer was there, of which the client saw nothing"


class Cut(NamedTuple):
    """The connection is cut, ``when`` so, at what the client sends with ``mark`` in it, so many times."""

    when: When
    mark: bytes
    times: int = 1


class Proxy:
    """Passes connections on to the port of a server on this machine."""

    def __init__(self, port: int) -> None:
        """Listen; ``port`` is that of the server."""
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._cut: Cut | None = None
        self.cuts = 0
        Thread(target=self._accept, daemon=True).start()

    def arm(self, cut: Cut) -> None:
        """Cut connections as told."""
        self._cut = cut

    def disarm(self) -> None:
        """Cut no more."""
        self._cut = None

    def close(self) -> None:
        """Take no further connections."""
        # Closing alone leaves whoever waits in accept() waiting.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            _Connection(self, client, socket.create_connection(("127.0.0.1", self._server)))

    def fires(self, sent: bytes) -> When | None:
        """Say whether, and when, the connection over which this was sent is to be cut."""
        if self._cut is None or self._cut.mark not in sent:
            return None
        self.cuts += 1
        cut = self._cut
        self._cut = cut._replace(times=cut.times - 1) if cut.times > 1 else None
        return cut.when


class _Connection:
    """One connection, passed on by a thread in each direction."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client, self._server = client, server
        self._withheld: bytes | None = None
        for work in (self._upwards, self._downwards):
            Thread(target=self._until_gone, args=(work,), daemon=True).start()

    def _until_gone(self, work: object) -> None:
        assert callable(work)
        with contextlib.suppress(OSError):
            work()
        self._close()

    def _close(self) -> None:
        for one in (self._client, self._server):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _sever(self) -> None:
        with contextlib.suppress(OSError):
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPTLY)
        self._close()

    def _upwards(self) -> None:
        before = b""
        while sent := self._client.recv(1 << 16):
            when = self._proxy.fires(before + sent)
            before = sent[-64:]
            if when is When.AFTER:
                self._withheld = b""
            kept = {When.BEFORE: 0, When.HALFWAY: len(sent) // 2}.get(when, len(sent)) if when else len(sent)
            self._server.sendall(sent[:kept])
            if when not in {None, When.AFTER}:
                self._sever()
                return

    def _downwards(self) -> None:
        while answer := self._server.recv(1 << 16):
            if self._withheld is None:
                self._client.sendall(answer)
                continue
            self._withheld += answer
            if self._withheld[-6:-1] == READY:
                self._sever()
                return
