"""Post to a witness what nobody would post, and look that each request has an answer that the text knows, soon.

Bodies, methods, paths and lengths are changed at random. Nothing is cosigned but what the log has signed and what
goes on from the last; nothing has the status 500, takes long, or makes the process large.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from tests.faults.outcome import Outcome
from tests.faults.parsers import LONGEST_SECONDS, MOST_BYTES, changed, most_memory
from tests.transparency.logs import ORIGIN
from tests.witness.witnesses import SIZE, TREES, QuickState, Site, made, request
from transparency.witnessing import SIZE as SIZE_TYPE
from transparency.witnessing import TEXT, monitoring_path

if TYPE_CHECKING:
    from tests.witness.witnesses import Response
    from witness.state import WitnessState

PATH = "/add-checkpoint"
STATUSES = frozenset((200, 400, 403, 404, 405, 409, 411, 413, 422))
METHODS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post", "", "PO\nST")
LENGTHS = ("", "-1", "0", "1e3", "99999999999999999999", "1_0", " 7", "1005000")


def unusual(site: Site, body: bytes, chance: random.Random) -> Response:
    """Ask with another method, path or length than is usual."""
    path = chance.choice((PATH, f"/{monitoring_path(ORIGIN)}"))
    if chance.randrange(2):
        path = changed(path.encode(), chance)[:3_000].decode("latin-1")
    more: dict[str, Any] = {"CONTENT_LENGTH": chance.choice(LENGTHS)} if chance.randrange(2) else {}
    return site.ask(chance.choice(METHODS), path, body, **more, REMOTE_ADDR="192.0.2.9")


def check(answer: Response, body: bytes) -> None:
    """Assert that an answer is one of the text's."""
    assert answer.status in STATUSES, f"{answer.status}: {body[:2_000]!r}"
    assert answer.headers["Content-Type"] == (SIZE_TYPE if answer.status == 409 else TEXT)
    assert answer.headers["Content-Length"] == str(len(answer.body)) or not answer.body
    assert b"Traceback" not in answer.body
    answer.body.decode()


def run(count: int, seed: int) -> Outcome:
    """Post ``count`` requests. Raises ``AssertionError``."""
    chance, came, known = random.Random(seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        witness = made(Path(folder), state=QuickState)
        site, before = Site(witness), most_memory()
        for number in range(count):
            good = request(chance.randrange(known + 1), chance.randrange(known, SIZE), chance.randrange(2))
            body = changed(good, chance) if chance.randrange(20) else good
            began = process_time()
            answer = unusual(site, body, chance) if chance.randrange(5) == 0 else site.add(body)
            assert process_time() - began < LONGEST_SECONDS, f"{body[:2_000]!r} takes too long"
            check(answer, body)
            came[str(answer.status)] += 1
            site.told.clear()
            if number % 100 == 0:
                known = one_history(witness.state, known)
        assert most_memory() - before < MOST_BYTES
    return Outcome("posted", count, dict(sorted(came.items())))


def one_history(state: WitnessState, known: int) -> int:
    """Assert that the last checkpoint is one of the log's and no smaller than before, and return its size."""
    last = state.last(ORIGIN)
    if last is None:
        assert not known
        return 0
    assert last.size >= known
    assert last.head in [tree.head(last.size) for tree in TREES]
    return last.size
