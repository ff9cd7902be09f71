"""Asking a witness over HTTP: both orders of status codes are taken, and nothing goes where it was not sent."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from domain.errors import LongcaseError, Refused, UsageProblem
from exchange.log import witness_client
from exchange.log.witness_client import WitnessUnreachable, cosignatures_from, submission_url
from tests.transparency.logs import ORIGIN, keys, signed, small_log
from transparency.notes import LARGEST_NOTE, parse_lines
from transparency.tree import consistency_proof
from transparency.witnessing import SIZE, TEXT, Submission, decide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from transparency.tree import TreeHead


class Said(NamedTuple):
    """What a witness answers."""

    status: int
    body: bytes = b""
    media_type: str = TEXT
    location: str = ""


@contextmanager
def witness(answer: Callable[[bytes], Said]) -> Iterator[tuple[str, list[bytes]]]:
    """Lend the address of a witness, and what it is asked."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            said = answer(asked[-1]) if self.path == "/w/add-checkpoint" else Said(404, b"elsewhere")
            self.send_response(said.status)
            self.send_header("Content-Type", said.media_type)
            self.send_header("Content-Length", str(len(said.body)))
            if said.location:
                self.send_header("Location", said.location)
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/w", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


LOG = small_log(9)
LINES = b"\xe2\x80\x94 witness.example/w1 AAAAAAAA\n"


def body(old: int) -> bytes:
    """Return the request of the log of nine leaves, from so many on."""
    if old > 9:
        raise Refused("the witness has seen more")
    note = signed(LOG.head(9), keys()["log"])
    return Submission(old, consistency_proof(LOG.nodes, old, 9), note).to_bytes()


def by_the_text(seen: TreeHead | None) -> Callable[[bytes], Said]:
    """Answer as the text asks, of a witness that has seen so much of the log."""

    def answer(request: bytes) -> Said:
        known = {} if seen is None else {ORIGIN: seen}
        said = decide(request, {ORIGIN: [keys()["log"].public]}, known)
        return Said(said.status, said.body.encode() or LINES, said.media_type)

    return answer


@pytest.mark.parametrize(("seen", "old", "asked"), [(0, 0, [0]), (4, 4, [4]), (4, 0, [0, 4]), (9, 4, [4, 9])])
def test_a_witness_that_says_how_much_it_has_seen_is_asked_from_there(
    seen: int, old: int, asked: list[int]
) -> None:
    """Once more, with the proof that it needs."""
    with witness(by_the_text(LOG.head(seen) if seen else None)) as (address, requests):
        assert cosignatures_from(address, body, old) == LINES.decode()
    assert requests == [body(size) for size in asked]
    assert parse_lines(LINES.decode())[0].name == "witness.example/w1"


def test_a_witness_that_has_seen_more_than_there_is() -> None:
    """Whoever makes the request says so: the store or the signer was set back."""
    with (
        witness(lambda _: Said(409, b"12\n", SIZE)) as (address, _),
        pytest.raises(Refused, match="has seen more"),
    ):
        cosignatures_from(address, body, 4)


FORKED = (
    Said(422, b"the proof does not lead there"),
    Said(409, b"roots differ"),
    Said(409, b"4\n", SIZE),
)


@pytest.mark.parametrize("said", FORKED)
def test_a_witness_that_has_seen_another_tree(said: Said) -> None:
    """By the text 422; some answer 409, with what was asked from, or in words."""
    with witness(lambda _: said) as (address, requests), pytest.raises(Refused, match="another tree of this log"):
        cosignatures_from(address, body, 4)
    assert len(requests) == 1


@pytest.mark.parametrize("status", [403, 404])
def test_a_witness_that_does_not_know_the_log(status: int) -> None:
    """By the text 404 for an unknown origin, and 403 for unknown keys; some answer 403 for both."""
    with witness(lambda _: Said(status, b"no\n")) as (address, _), pytest.raises(Refused) as refused:
        cosignatures_from(address, body, 0)
    assert f"the witness says {status}: no" in refused.value.message
    assert "longcase log keys" in refused.value.hints[0]


def test_a_witness_that_is_asked_by_two_at_once() -> None:
    """It says another size the second time; nobody goes on for ever."""
    sizes = iter([b"4\n", b"5\n", b"6\n"])
    with witness(lambda _: Said(409, next(sizes), SIZE)) as (address, requests):
        with pytest.raises(Refused, match="by somebody else in between"):
            cosignatures_from(address, body, 0)
        assert len(requests) == 2


@pytest.mark.parametrize(
    ("said", "kind", "why"),
    [
        (Said(400, b"no\n"), Refused, "did not understand"),
        (Said(500, b"a fault\n"), WitnessUnreachable, "no answer that can be used"),
        (Said(204), WitnessUnreachable, "no answer that can be used"),
        (Said(409, b"many\n", SIZE), WitnessUnreachable, "without a size"),
        (Said(200, b"\xff"), WitnessUnreachable, "no text"),
        (Said(200, b"x" * (LARGEST_NOTE + 1)), WitnessUnreachable, "more than"),
    ],
)
def test_an_answer_of_another_kind(said: Said, kind: type[LongcaseError], why: str) -> None:
    """Each is told for what it is, and at most so much of it is read."""
    with witness(lambda _: said) as (address, _), pytest.raises(kind, match=why):
        cosignatures_from(address, body, 0)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nothing_is_sent_elsewhere(status: int) -> None:
    """A redirection is an answer that is not followed."""
    with witness(lambda _: Said(200, LINES)) as (elsewhere, requests):
        there = f"{elsewhere}/add-checkpoint"
        with (
            witness(lambda _: Said(status, location=there)) as (address, _),
            pytest.raises(Refused, match="sends"),
        ):
            cosignatures_from(address, body, 0)
        assert requests == []


def test_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or does not answer in time."""
    with witness(lambda _: Said(200, LINES)) as (address, _):
        pass
    with pytest.raises(WitnessUnreachable, match=r"cannot be reached: Connection refused$"):
        cosignatures_from(address, body, 0)
    waiting = threading.Event()
    monkeypatch.setattr(witness_client, "SECONDS", 0.05)

    def late(_: bytes) -> Said:
        waiting.wait(1)
        return Said(200, LINES)

    with witness(late) as (address, _), pytest.raises(WitnessUnreachable, match="cannot be reached"):
        cosignatures_from(address, body, 0)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://w.example", "https://w.example/add-checkpoint"),
        ("http://w.example/a/", "http://w.example/a/add-checkpoint"),
        ("https://w.example/a/add-checkpoint", "https://w.example/a/add-checkpoint"),
    ],
)
def test_where_requests_go(address: str, url: str) -> None:
    """Below the address that the witness is known by."""
    assert submission_url(address) == url


@pytest.mark.parametrize(
    "address",
    [
        "w.example",
        "file:///etc/passwd",
        "ftp://w.example",
        "https://",
        "https://a:b@w.example",
        "https://w/?a",
        "http://[x",
    ],
)
def test_what_is_no_address(address: str) -> None:
    """Only HTTP is spoken, and no password goes into an address."""
    with pytest.raises(UsageProblem):
        submission_url(address)
