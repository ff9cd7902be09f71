"""A witness over HTTP: the text's status for each request, a path to write and one to read, no way to fail."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.transparency.logs import ORIGIN
from tests.transparency.vectors import published
from tests.witness.witnesses import TREES, Site, made, note, request
from transparency.cosignatures import with_cosignatures
from transparency.keys import read_verifier_key
from transparency.notes import parse_note
from transparency.witnessing import LARGEST_REQUEST, Submission, monitoring_path
from witness.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

MONITORED = f"/{monitoring_path(ORIGIN)}"
TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(made(tmp_path))


def test_nine_published_requests(tmp_path: Path) -> None:
    """Each has the status of the specification; a conflict says the size, and what is cosigned verifies."""
    found = published("tlog", "witness_requests.json")
    key = read_verifier_key(found["log_vkey"])
    witness = made(tmp_path, {key.name: [key]})
    site, own = Site(witness, [key.name]), [each.public for each in witness._keys]
    statuses, last = [], b""
    for sent in found["requests"]:
        body = sent["body"].encode()
        answer = site.add(body)
        statuses.append(answer.status)
        if answer.status == 409:
            assert (answer.body, answer.headers["Content-Type"]) == (last, "text/x.tlog.size")
        if answer.status == 200:
            submitted = parse_note(body.partition(b"\n\n")[2])
            assert with_cosignatures(submitted, answer.body.decode(), own)
            last = submitted.text.split("\n")[1].encode() + b"\n"
    assert statuses == [sent["status_spec"] for sent in found["requests"]]
    assert len(statuses) == 9


def test_a_log_that_grows(site: Site) -> None:
    """A new checkpoint is answered with cosignature lines, a stale one with the size, a fork with a refusal."""
    answer = site.add(request(0, 7))
    assert (answer.status, answer.headers["Content-Type"]) == (200, TEXT)
    assert answer.body.count(b"\n") == 2
    conflict = site.add(request(0, 7))
    assert (conflict.status, conflict.body) == (409, b"7\n")
    assert conflict.headers["Content-Type"] == "text/x.tlog.size"
    assert site.add(request(7, 9, 1)).status == 422
    assert [line.split(" ", 2)[1] for line in site.told] == ["200", "409", "422"]
    assert site.told[1] == f"192.0.2.7 409 POST /add-checkpoint: {ORIGIN} size 7, the last one has size 7"


def test_a_fork_is_told(site: Site) -> None:
    """Whoever looks after the witness reads of it at once."""
    site.add(request(0, 7))
    assert site.add(request(7, 7, 1)).status == 422
    assert site.told[1] == f"192.0.2.7 ! {ORIGIN} has signed two different trees of size 7"


def test_the_last_checkpoint_is_shown(site: Site) -> None:
    """With the lines of the log and the cosignatures that were given; nothing of a log that was not cosigned."""
    assert site.ask("GET", MONITORED).status == 404
    given = site.add(request(0, 7)).body
    shown = site.ask("GET", MONITORED)
    assert (shown.status, shown.headers["Content-Type"]) == (200, TEXT)
    assert shown.body == note(7) + given
    head = site.ask("HEAD", MONITORED)
    assert (head.status, head.headers, head.body) == (200, shown.headers, b"")
    other = sha256(b"another.example").hexdigest()
    assert site.ask("GET", f"/{other}/checkpoint").status == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", "/", 404, None),
        ("POST", "/", 404, None),
        ("POST", "/sign-subtree", 404, None),
        ("POST", "/add-checkpoint/", 404, None),
        ("GET", "", 404, None),
        ("GET", f"{MONITORED}/", 404, None),
        ("GET", f"{MONITORED}\n", 404, None),
        ("GET", MONITORED.upper(), 404, None),
        ("GET", "/add-checkpoint", 405, "POST"),
        ("HEAD", "/add-checkpoint", 405, "POST"),
        ("POST", MONITORED, 405, "GET, HEAD"),
        ("DELETE", MONITORED, 405, "GET, HEAD"),
    ],
)
def test_there_are_two_paths(site: Site, method: str, path: str, status: int, allowed: str | None) -> None:
    """Each is asked by its method; there is nothing else."""
    answer = site.ask(method, path)
    assert (answer.status, answer.headers.get("Allow")) == (status, allowed)


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (None, 411),
        ("", 411),
        (str(LARGEST_REQUEST + 1), 413),
        ("9" * 12, 413),
        ("9" * 13, 400),
        ("-1", 400),
        ("1_0", 400),
        ("\u0661", 400),
        ("100000", 400),
    ],
)
def test_a_body_says_how_long_it_is(site: Site, length: str | None, status: int) -> None:
    """One that does not, that is too long, or that ends before, is not looked at."""
    assert site.ask("POST", "/add-checkpoint", request(0, 7), CONTENT_LENGTH=length).status == status


def test_every_answer_is_guarded(site: Site) -> None:
    """No answer is taken for another type, kept, or shown inside another page."""
    for answer in (site.add(request(0, 7)), site.ask("GET", MONITORED), site.ask("GET", "/"), site.add(b"")):
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Content-Length"] == str(len(answer.body))


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk I/O error"), StateError("x"), OSError("y")])
def test_where_nothing_can_be_kept(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Nothing is cosigned; whoever asks is told to come again, and only whoever looks after it why."""

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("witness.state.WitnessState.keep", fails)
    answer = site.add(request(0, 7))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert str(error) not in answer.body.decode()
    assert site.told[0] == f"192.0.2.7 nothing can be kept: {error}"
    monkeypatch.undo()
    assert site.add(request(0, 7)).status == 200


def test_a_fault_of_the_program(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks is not told what is inside, whoever looks after it is, and the next request is answered."""

    def fails(*_: object) -> None:
        raise RuntimeError("a secret place")

    monkeypatch.setattr("witness.cosigning.decide", fails)
    answer = site.add(request(0, 7))
    assert (answer.status, answer.body) == (500, b"a fault of the program\n")
    assert site.told[0] == "192.0.2.7 a fault of the program: RuntimeError: a secret place"
    monkeypatch.undo()
    assert site.add(request(0, 7)).status == 200


def test_a_memory_that_has_gone(site: Site, tmp_path: Path) -> None:
    """Neither path answers with anything that it cannot know."""
    (tmp_path / "seen.db").unlink()
    assert site.add(request(0, 7)).status == 503
    assert site.ask("GET", MONITORED).status == 503


def test_another_log(tmp_path: Path) -> None:
    """A checkpoint of an unknown log has the status 404, one that the log has not signed 403."""
    site = Site(made(tmp_path, {"another.example": []}), ["another.example"])
    assert site.add(request(0, 7)).status == 404
    site = Site(made(tmp_path))
    damaged = note(7).replace(b"\n7\n", b"\n8\n")
    assert site.add(Submission(0, (), damaged).to_bytes()).status == 403


def test_all_threads_share_nothing(tmp_path: Path) -> None:
    """Two witnesses on one memory answer as one."""
    one, other = Site(made(tmp_path)), Site(made(tmp_path))
    assert one.add(request(0, 7)).status == 200
    assert other.add(request(0, 9, 1)).body == b"7\n"
    assert other.add(request(7, 9)).status == 200
    assert one.ask("GET", MONITORED).body.startswith(note(9).partition(b"\n\n")[0])
    assert TREES[0].head(9) != TREES[1].head(9)
