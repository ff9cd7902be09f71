"""A witness with fixed keys, a log that grows, a fork of it, and requests over WSGI, for the tests."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

from tests.transparency.logs import ORIGIN, TIME, HeldKey, SmallLog, keys, nodes_of, signed, small_log
from transparency.tree import consistency_proof
from transparency.witnessing import Submission
from witness.cosigning import Witness
from witness.folder import STATE, WitnessKey
from witness.state import WitnessState, create_state
from witness.web import WitnessSite

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from transparency.keys import VerifierKey

KEYS = keys()
WITNESS_KEYS = [WitnessKey(*KEYS[name]) for name in ("w1", "w2")]
LOGS = {ORIGIN: [KEYS["log"].public, KEYS["log2"].public]}
SIZE = 60
FORKED = [b"fork %d\n" % number for number in range(SIZE)]
TREES = (small_log(SIZE), SmallLog(FORKED, nodes_of(FORKED)))
"""Two histories of one log, which differ from the first leaf on."""


class QuickState(WitnessState):
    """A memory that does not wait for the disk: for laws that kill nothing."""

    def _prepare(self, connection: sqlite3.Connection) -> None:
        super()._prepare(connection)
        connection.execute("PRAGMA synchronous = OFF")


def made(
    folder: Path,
    logs: Mapping[str, Sequence[VerifierKey]] = LOGS,
    clock: Callable[[], int] = lambda: TIME,
    state: type[WitnessState] = WitnessState,
) -> Witness:
    """Return a witness that has seen nothing, or what is in the folder."""
    if not (folder / STATE).exists():
        create_state(folder / STATE)
    return Witness(WITNESS_KEYS, logs, state(folder / STATE), clock)


@cache
def note(size: int, tree: int = 0, *by: HeldKey) -> bytes:
    return signed(TREES[tree].head(size), *by or (KEYS["log"],))


@cache
def request(old: int, size: int, tree: int = 0) -> bytes:
    """Return the body of a request, with the proof that one of the trees gives."""
    proof = consistency_proof(TREES[tree].nodes, min(old, size), size)
    return Submission(old, tuple(proof), note(size, tree)).to_bytes()


class Response(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Site:
    """The callable of a witness, held to WSGI, and what it told."""

    def __init__(self, witness: Witness, origins: Sequence[str] = (ORIGIN,)) -> None:
        self.told: list[str] = []
        self._bare = WitnessSite(witness, origins, lambda who, line: self.told.append(f"{who} {line}"))
        self._site = validator(self._bare)

    def ask(self, method: str, path: str, body: bytes = b"", **more: Any) -> Response:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "192.0.2.7",
            "wsgi.input": io.BytesIO(body),
        } | more
        setup_testing_defaults(environ)
        environ = {key: value for key, value in environ.items() if value is not None}
        seen: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            seen.extend((status, headers))

        if more:  # what a server would never pass on, and the validator neither
            content = b"".join(self._bare(environ, start))
        else:
            answer = self._site(environ, start)
            content = b"".join(answer)
            answer.close()  # type: ignore[attr-defined]  # the validator's iterator has it
        return Response(int(seen[0][:3]), dict(seen[1]), content)

    def add(self, body: bytes) -> Response:
        return self.ask("POST", "/add-checkpoint", body)
