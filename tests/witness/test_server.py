"""The server listens at one address, answers over real connections, and ends with what it has in hand."""

from __future__ import annotations

import http.client
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from waitress.trigger import trigger

from tests.transparency.logs import ORIGIN
from tests.witness.witnesses import made, request
from transparency.witnessing import LARGEST_REQUEST, monitoring_path
from witness.server import LARGEST_HEAD, Address, served
from witness.web import WitnessSite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def where(tmp_path: Path) -> Iterator[Address]:
    site = WitnessSite(made(tmp_path), [ORIGIN], lambda _who, _line: None)
    with served(site, Address("127.0.0.1", 0)) as address:
        yield address


def asked(where: Address, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(*where, timeout=30)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        assert answer.headers["Server"] is None
        return answer.status, answer.read()
    finally:
        connection.close()


def test_over_a_connection(where: Address) -> None:
    """A checkpoint is cosigned and shown, many of them over one connection."""
    connection = http.client.HTTPConnection(*where, timeout=30)
    for old, size in ((0, 7), (7, 9), (9, 9)):
        connection.request("POST", "/add-checkpoint", request(old, size))
        answer = connection.getresponse()
        assert (answer.status, answer.read().count(b"\n")) == (200, 2)
    connection.close()
    assert asked(where, "GET", f"/{monitoring_path(ORIGIN)}")[0] == 200


def test_many_connections(where: Address) -> None:
    """Whoever comes at the same time is answered one after the other, and one history is cosigned."""
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda tree: asked(where, "POST", "/add-checkpoint", request(0, 7, tree % 2)), range(16))
        )
    assert sorted(status for status, _ in found) == [200, *[409] * 15]


@pytest.mark.parametrize(
    "data",
    [
        b"GARBAGE\r\n\r\n",
        b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n",
        b"GET /%ff%00 HTTP/1.1\r\nConnection: close\r\n\r\n",
        f"POST /add-checkpoint HTTP/1.1\r\nContent-Length: {LARGEST_REQUEST * 4}\r\n\r\n".encode(),
    ],
)
def test_what_is_no_request(where: Address, data: bytes) -> None:
    """It has an answer of the 400s, without a word of what is inside, and others go on being answered."""
    with socket.create_connection(where, 30) as connection:
        connection.sendall(data)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert re.match(rb"HTTP/1\.[01] 4", answer), answer
    assert b"Traceback" not in answer
    assert b".py" not in answer
    assert asked(where, "GET", "/")[0] == 404


def test_a_head_without_end(where: Address) -> None:
    """Whoever sends no end of a request is cut off, and others go on being answered."""
    with socket.create_connection(where, 30) as connection, suppress(ConnectionError):
        for _ in range(1_000):
            connection.sendall(b"x" * LARGEST_HEAD)
        pytest.fail("16 MB were taken")
    assert asked(where, "GET", "/")[0] == 404


def test_the_end(tmp_path: Path) -> None:
    """When the block ends nothing listens, and whoever was connected is let go; the address is free again."""
    site = WitnessSite(made(tmp_path), [ORIGIN], lambda _who, _line: None)
    with served(site, Address("127.0.0.1", 0)) as where:
        idle = socket.create_connection(where, 30)
        assert asked(where, "POST", "/add-checkpoint", request(0, 7))[0] == 200
    assert idle.recv(10) == b""
    idle.close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(where, 5)
    with served(site, where):
        assert asked(where, "POST", "/add-checkpoint", request(7, 8))[0] == 200


def test_the_end_while_the_server_is_awake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is awake already when it is told to end closes nothing that it is woken by."""
    wake = trigger._physical_pull

    def slowly(self: trigger) -> None:
        wake(self)
        time.sleep(0.2)
        wake(self)

    monkeypatch.setattr(trigger, "_physical_pull", slowly)
    site = WitnessSite(made(tmp_path), [ORIGIN], lambda _who, _line: None)
    with served(site, Address("127.0.0.1", 0)) as where:
        assert asked(where, "GET", "/nothing")[0] == 404


def test_an_address_that_is_taken(where: Address, tmp_path: Path) -> None:
    """Two servers do not share one."""
    site = WitnessSite(made(tmp_path), [ORIGIN], lambda _who, _line: None)
    with pytest.raises(OSError, match="in use"), served(site, where):
        pass


def test_an_address_as_it_stands_in_a_url() -> None:
    """Numbers of IPv6 stand in brackets."""
    assert (str(Address("::1", 80)), str(Address("127.0.0.1", 80))) == ("[::1]:80", "127.0.0.1:80")
