"""Restores and loads where another store left files behind, half of them killed at random.

A log, its index or a hot journal of an earlier life lies beside the place, or something that only looks so.
Afterwards a new process reads the store: it is what was said, or there is none, and never another.
"""

from __future__ import annotations

import os
import pickle
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import warnings
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from application.app import Longcase
from domain.errors import LongcaseError
from exchange.backups import How, archive_to, back_up, restore_file
from ledger.errors import NotAStore
from ledger.stores import create, open_reader, open_recorder
from tests.faults.outcome import NotRun, Outcome
from tests.faults.worker import do

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

AT: Final = "2016-05-20T09:00:00+00:00"
ENTRIES: Final = 60
"""How many commands the store holds that is restored; the one that left its files has fewer, or more."""

HARMLESS: Final = ("nothing", "empty")
KINDS: Final = (*HARMLESS, "wal", "wal-shm", "shm", "wal-of-another", "journal", "wal-journal", "folder", "link")
PLACES: Final = ("absent", "absent", "touched", "made")
DONE, REFUSED = "done", "refused"


class Stock(NamedTuple):
    """What every round begins with: two copies, what is in them, and what other stores left."""

    copies: tuple[Path, Path]
    rows: list[Any]
    origin: str
    left: Path


def _fork() -> int:
    """Make a copy of this process; that threads of others, which it lacks, may hold locks is no matter here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


class End(NamedTuple):
    """When a process is killed: after so many seconds, or at so many calls, which do not depend on the load."""

    seconds: float | None = None
    calls: int | None = None


class Takes(NamedTuple):
    """What some work takes at least, by the clock and in calls."""

    seconds: float
    calls: int


def apart(work: Callable[[], Any], end: End = End()) -> Any:  # noqa: B008  (a named tuple does not change)
    """Return what ``work`` returns in a process of its own, which knows nothing; ``None`` if it was killed."""
    readable, writable = os.pipe()
    child = _fork()
    if not child:
        if end.calls is not None:
            _end_at(end.calls)
        _finish(work, writable)
    os.close(writable)
    if end.seconds is not None:
        time.sleep(end.seconds)
        os.kill(child, signal.SIGKILL)
    with open(readable, "rb") as answer:  # noqa: PTH123  (a descriptor is no path)
        said = answer.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return None
    assert status == 0, f"what was done apart ended with {status}"
    return pickle.loads(said)  # noqa: S301  (a child of our own wrote it)


def together(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Return what each returns in a process of its own, all at the same time."""
    children = []
    for work in works:
        readable, writable = os.pipe()
        child = _fork()
        if not child:
            _finish(work, writable)
        os.close(writable)
        children.append((child, readable))
    answers, ends = [], []
    for child, readable in children:
        with open(readable, "rb") as answer:  # noqa: PTH123  (a descriptor is no path)
            answers.append(answer.read())
        ends.append(os.waitpid(child, 0)[1])
    assert not any(ends), "what was done beside others failed"
    return [pickle.loads(said) for said in answers]  # noqa: S301  (children of our own wrote it)


def _end_at(calls: int) -> None:
    """Kill this process at its call of that number, of Python or C."""
    left = calls

    def step(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(step)


def calls_of(work: Callable[[], Any]) -> int:
    """Return how many steps of a profile ``work`` takes."""
    steps = 0

    def step(*_: object) -> None:
        nonlocal steps
        steps += 1

    sys.setprofile(step)
    try:
        work()
    finally:
        sys.setprofile(None)
    return steps


def _finish(work: Callable[[], Any], writable: int) -> None:
    """Work, answer, and end the process as if it had crashed: nothing is closed."""
    try:
        answer = pickle.dumps(work())
        with open(writable, "wb") as stream:
            stream.write(answer)
        os._exit(0)
    except BaseException:  # noqa: BLE001  (whatever it is, the copy of the parent must not go on)
        import traceback

        traceback.print_exc()
        os._exit(1)


def record(path: Path, first: int, count: int, *, crash: bool) -> bool:
    """Record commands; a crash leaves what is not closed."""
    app = Longcase(open_recorder(str(path)))
    for number in range(first, first + count):
        do(app, number)
    if crash:
        os._exit(0)
    app.close()
    return True


def leave_journal(path: Path) -> None:
    """Leave a transaction half written: the journal is hot."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA cache_size = 5")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("CREATE TABLE half AS SELECT position, payload || payload AS more FROM entry")
    connection.execute("DROP TABLE half")
    connection.execute("CREATE TABLE half AS SELECT randomblob(9000) AS more FROM entry")
    os._exit(0)


def stocked(folder: Path) -> Stock:
    """Make a store, its copies, and what others leave: the same store a day before, and that of another force."""
    store, left = folder / "store.db", folder / "left"
    left.mkdir()
    create(str(store), {"zone": "UTC"})
    _leave_log(store, left / "monday.db", 0, ENTRIES // 4)
    apart(lambda: record(store, ENTRIES // 4, ENTRIES - ENTRIES // 4, crash=False))
    create(str(folder / "another.db"), {"zone": "UTC"})
    _leave_log(folder / "another.db", left / "another.db", 1_000, ENTRIES * 2)
    shutil.copy(store, left / "hot.db")
    _crash(lambda: leave_journal(left / "hot.db"))
    assert (left / "hot.db-journal").stat().st_size > 512, "the journal is not hot"
    copies = folder / "copy.db", folder / "copy.jsonl"
    apart(lambda: bool(back_up(str(store), copies[0], force=False, advance=_nothing)))
    apart(lambda: bool(archive_to(str(store), copies[1], force=False, advance=_nothing)))
    rows, settings = apart(lambda: contents(store))
    assert len(rows) >= ENTRIES
    return Stock(copies, rows, settings["id"], left)


def _nothing(_: int) -> None:
    """Show no progress."""


def _crash(work: Callable[[], object]) -> None:
    child = _fork()
    if not child:
        _finish(work, os.open(os.devnull, os.O_WRONLY))
    os.waitpid(child, 0)


def _leave_log(store: Path, kept: Path, first: int, count: int) -> None:
    """Record, crash, and keep what then lies beside the store."""
    _crash(lambda: record(store, first, count, crash=True))
    for end in ("", "-wal", "-shm"):
        shutil.copy(f"{store}{end}", f"{kept}{end}")
    assert Path(f"{kept}-wal").stat().st_size, "the crash left no log"


def contents(path: Path) -> tuple[list[Any], dict[str, str]]:
    """Return the entries and the settings of a store; none where there is no store."""
    if not path.exists() or not path.stat().st_size:
        return [], {}
    with closing(open_reader(str(path))) as ledger:
        return [tuple(row) for row in ledger.select_notifications(None, 1 << 40)], ledger.settings()


def strew(kind: str, stock: Stock, path: Path) -> None:
    """Put beside ``path`` what others left."""
    left = {
        "nothing": (),
        "wal": ("monday.db-wal",),
        "wal-shm": ("monday.db-wal", "monday.db-shm"),
        "shm": ("monday.db-shm",),
        "wal-of-another": ("another.db-wal", "another.db-shm"),
        "journal": ("hot.db-journal",),
        "wal-journal": ("monday.db-wal", "hot.db-journal"),
    }
    for name in left.get(kind, ()):
        shutil.copy(stock.left / name, f"{path}-{name.rpartition('-')[2]}")
    beside = Path(f"{path}-wal")
    if kind == "empty":
        for end in ("-wal", "-journal"):
            Path(f"{path}{end}").touch()
    elif kind == "folder":
        beside.mkdir()
    elif kind == "link":
        beside.symlink_to(shutil.copy(stock.left / "monday.db-wal", path.parent / "elsewhere"))


def lying(path: Path) -> dict[str, bytes]:
    """Return what lies beside ``path``, by name."""
    found = path.parent.glob(f"{path.name}-*")
    return {one.name: one.read_bytes() if one.is_file() else b"" for one in found}


def sweep(path: Path) -> None:
    """Take away what others left, as the manual says."""
    for one in path.parent.glob(f"{path.name}-*"):
        one.rmdir() if one.is_dir() else one.unlink()


def put_back(copy: Path, path: Path) -> str:
    """Restore, and say what it came to."""
    try:
        restore_file(copy, str(path), How(AT, _nothing))
    except (LongcaseError, NotAStore):
        return REFUSED
    return DONE


def one_round(stock: Stock, folder: Path, takes: dict[str, Takes] | None, chance: random.Random) -> Counter[str]:
    """Restore once, killed within what it ``takes`` if given, and look at what a new process finds; count."""
    path, kind, place = folder / "s.db", chance.choice(KINDS), chance.choice(PLACES)
    copy = chance.choice(stock.copies)
    if place == "made":
        kind = "nothing"  # "init" made it, and had looked
        apart(lambda: create(str(path), {"zone": "UTC"}))
    elif place == "touched":
        path.touch()
    strew(kind, stock, path)
    before = lying(path)
    possible = place == "made" or (place == "absent" and kind in HARMLESS)
    outcome = DONE if possible else REFUSED
    came = apart(lambda: put_back(copy, path), End() if takes is None else _some_end(takes[outcome], chance))
    told = f"{kind} beside what was {place}, {copy.name}, {came or 'killed'}"
    if kind not in HARMLESS:
        assert lying(path) == before, f"{told}: what was left is changed"
    rows, settings = apart(lambda: contents(path))
    assert rows in ([], stock.rows), f"{told}: there are {len(rows)} entries of another store"
    assert not rows or settings["restored_from"] == stock.origin, f"{told}: it is from another store"
    wanted = {DONE: [True], REFUSED: [False]}.get(came, [True, False])
    assert bool(rows) in wanted, f"{told}: there are {len(rows)} entries"
    assert came in (None, outcome), told
    _again(stock, copy, path, told, there=bool(rows))
    return Counter(
        {came or "killed": 1, "left beside": kind not in HARMLESS, "there after all": came is None and bool(rows)}
    )


def _again(stock: Stock, copy: Path, path: Path, told: str, *, there: bool) -> None:
    """Do what the refusal says, and assert that the store can then be restored."""
    if there:
        return
    sweep(path)
    if path.exists() and not path.stat().st_size:
        path.unlink()
    assert apart(lambda: put_back(copy, path)) == DONE, f"{told}: it cannot be restored afterwards"
    assert apart(lambda: contents(path))[0] == stock.rows, told


def _some_end(takes: Takes, chance: random.Random) -> End:
    """Return an end within what it ``takes``: by the clock, which may strike within a call, or at a call."""
    if chance.random() < 0.5:
        return End(seconds=chance.uniform(0.0, takes.seconds))
    return End(calls=chance.randrange(takes.calls))


def usual(stock: Stock, folder: Path) -> dict[str, Takes]:
    """Return what a restore takes that is done, and one that is refused, once all is at hand."""
    (folder / "refused.db-wal").write_bytes(b"left")
    takes: dict[str, Takes] = {}
    for number in range(5):
        for what, name in ((DONE, f"{number}.db"), (REFUSED, "refused.db")):
            work = partial(put_back, stock.copies[0], folder / name)
            began = time.monotonic()
            apart(work)
            seconds = time.monotonic() - began
            (folder / f"{number}.db").unlink(missing_ok=True)
            calls = apart(partial(calls_of, work))
            least = takes.get(what, Takes(60.0, calls))
            takes[what] = Takes(min(least.seconds, seconds), min(least.calls, calls))
    return takes


def run(count: int, seed: int) -> Outcome:
    """Restore ``count`` times, and kill every other one."""
    if not hasattr(os, "fork"):
        raise NotRun("this system has no fork")
    chance = random.Random(seed)
    figures: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as made:
        stock = stocked(Path(made))
        (Path(made) / "timed").mkdir()
        takes = usual(stock, Path(made) / "timed")
        for number in range(count):
            with tempfile.TemporaryDirectory(dir=made) as folder:
                figures += one_round(stock, Path(folder), takes if number % 2 else None, chance)
    return Outcome("leftovers", count, dict(figures))
