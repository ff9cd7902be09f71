"""The signer of the log: killed at a call, two at once, its memory restored from older or gone.

Beside each store lies a fork of it: the same first entries, and others after them, as a restored backup has.
Whatever happens, all that anybody was given lies in one of the two. What a process answered counts as given, and
so does what lies in a store, where anybody may read it.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from application.app import Longcase
from application.signing.checkpoints import begin_log, make_checkpoint
from application.signing.errors import NotSigned, SignerUnusable
from application.signing.memory import NAME
from ledger.stores import create, open_recorder
from ledger.tree import LedgerTree
from tests.application.signing.logs import signer_in
from tests.faults.leftovers import End, apart, calls_of, together
from tests.faults.outcome import NotRun, Outcome
from tests.faults.worker import do
from transparency.cosignatures import open_checkpoint
from transparency.tree import root_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from application.signing.signer import LogSigner
    from transparency.cosignatures import OpenedCheckpoint

SHARED: Final = 3
"""How many entries a store and its fork have in common."""

AT_ONCE: Final = 4
"""How often each of two signers signs."""


class Places(NamedTuple):
    """A store, its fork, and the folder of the signer of both."""

    store: Path
    fork: Path
    signer: Path

    def opened(self) -> LogSigner:
        """Return the signer, as a new process opens it."""
        return signer_in(self.signer)


def run(count: int, seed: int) -> Outcome:
    """Make each fault in turn, ``count`` in all."""
    if os.name == "nt":
        raise NotRun("fork is of POSIX")
    rng, figures = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        stock = Path(folder, "stock")
        calls = stocked(stock)
        for number in range(count):
            place = Path(folder, str(number))
            KINDS[number % len(KINDS)](laid_out(stock, place, rng), rng, calls, figures)
            shutil.rmtree(place)
    return Outcome("signing", count, dict(figures))


def stocked(stock: Path) -> int:
    """Make what every round begins with, and return how many calls one signing takes."""
    stock.mkdir()
    places = Places(stock / "store.db", stock / "fork.db", stock / "signer")
    create(str(places.store), {"zone": "UTC"})
    with closing(open_recorder(str(places.store))) as recorder:
        begin_log(recorder, places.opened().keys)
    add(places.store, SHARED)
    spare = Places(stock / "spare.db", stock / "fork.db", stock / "spare")
    shutil.copy(places.store, spare.store)
    spare.opened()
    return calls_of(partial(sign, spare.store, spare.signer))


def laid_out(stock: Path, place: Path, rng: random.Random) -> Places:
    """Return a store and its fork, each with some entries of its own, and a signer of both."""
    place.mkdir()
    places = Places(place / "store.db", place / "fork.db", place / "signer")
    shutil.copytree(stock / "signer", places.signer)
    for path in (places.store, places.fork):
        shutil.copy(stock / "store.db", path)
        add(path, rng.randrange(1, 4))
    return places


def add(path: Path, count: int) -> None:
    """Record commands; what is recorded has salts of its own, and so two stores never have the same."""
    app = Longcase(open_recorder(str(path)))
    for _ in range(count):
        do(app, app.ledger.head()[0])
    app.close()


def sign(store: Path, signer: Path, outside: Sequence[OpenedCheckpoint] = ()) -> bytes | None:
    """Return the checkpoint that a signer gives of a store; ``None`` if it refuses."""
    try:
        with closing(open_recorder(str(store))) as recorder:
            return make_checkpoint(recorder, LedgerTree(recorder), signer_in(signer), outside).note
    except (NotSigned, SignerUnusable):
        return None


def check_one_history(places: Places, given: Sequence[bytes | None], kept: Sequence[bytes] = ()) -> None:
    """Assert that one of the two stores has every root that was given, or that anybody can read."""
    keys = places.opened().keys
    notes = {note for note in (*given, *kept, *in_stores(places)) if note is not None}
    heads = [open_checkpoint(note, keys).checkpoint.head for note in notes]
    for path in (places.store, places.fork):
        with closing(open_recorder(str(path))) as recorder:
            tree = LedgerTree(recorder)
            if all(head.size <= tree.size() and root_at(tree, head.size) == head.root for head in heads):
                return
    raise AssertionError(f"two histories were signed: {sorted(heads)}")


def in_stores(places: Places) -> list[bytes]:
    """Return the checkpoints that lie in the two stores."""
    found = []
    for path in (places.store, places.fork):
        with closing(open_recorder(str(path))) as recorder:
            found += [one.note.encode() for one in recorder.checkpoints()]
    return found


def _killed(places: Places, rng: random.Random, calls: int, figures: Counter[str]) -> None:
    """Kill the signer anywhere; then have it sign the fork, and the store again."""
    given = []
    if rng.random() < 0.5:
        given.append(sign(places.store, places.signer))
        add(places.store, 1)
    given.append(apart(partial(sign, places.store, places.signer), End(calls=rng.randrange(calls * 11 // 10))))
    figures["killed" if given[-1] is None else "not killed"] += 1
    for path in rng.sample((places.fork, places.store), 2):
        given.append(sign(path, places.signer))
        figures["refused" if given[-1] is None else "signed"] += 1
    check_one_history(places, given)
    if given[-1] is None and given[-2] is None:
        raise AssertionError("after a kill neither of the two could be signed")


def _at_once(places: Places, rng: random.Random, _: int, figures: Counter[str]) -> None:
    """Have two processes sign at once, one of them the fork, while entries are added."""
    works = [partial(_signed_often, path, places.signer) for path in rng.sample((places.store, places.fork), 2)]
    answers = together(works)
    figures["at once"] += 1
    figures["refused"] += sum(note is None for each in answers for note in each)
    check_one_history(places, [note for each in answers for note in each])
    if all(note is None for each in answers for note in each):
        raise AssertionError("of two at once neither could sign")


def _signed_often(store: Path, signer: Path) -> list[bytes | None]:
    given = []
    for _ in range(AT_ONCE):
        given.append(sign(store, signer))
        add(store, 1)
    return given


def _restored(places: Places, rng: random.Random, _: int, figures: Counter[str]) -> None:
    """Restore the memory from older, or lose it, where what was given lies in the store or is given back."""
    old = (places.signer / NAME).read_bytes()
    given = [sign(places.store, places.signer)]
    newest = open_checkpoint(given[0] or b"", places.opened().keys)
    if rng.random() < 0.3:
        (places.signer / NAME).unlink()
    else:
        (places.signer / NAME).write_bytes(old)
    figures["restored"] += 1
    if rng.random() < 0.5:
        given.append(sign(places.fork, places.signer, [newest]))
    else:
        _carry_over(places)
        given.append(sign(places.fork, places.signer))
    if given[-1] is not None:
        raise AssertionError("two histories were signed: the fork, after its memory was set back")
    figures["refused"] += 1
    if sign(places.store, places.signer, [newest]) is None:
        raise AssertionError("the store itself could not be signed any more")
    check_one_history(places, given)


def _carry_over(places: Places) -> None:
    """Put the checkpoints of the store into its fork, as whoever rewrites a store might leave them."""
    with closing(open_recorder(str(places.store))) as recorder:
        rows = recorder.checkpoints()
    while _entries(places.fork) < rows[-1].size:
        add(places.fork, 1)
    with closing(open_recorder(str(places.fork))) as recorder:
        for row in rows:
            recorder.keep_checkpoint(row.size, row.note)


def _entries(path: Path) -> int:
    with closing(open_recorder(str(path))) as recorder:
        return recorder.head()[0]


KINDS: Final[tuple[Callable[[Places, random.Random, int, Counter[str]], None], ...]] = (
    _killed,
    _at_once,
    _restored,
)
"""What is done to a signer, each as often as the others."""
