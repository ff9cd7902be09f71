"""Imports that are taken over (``--amend``) and taken back (``import undo``), killed at random.

Whatever the moment, a new process finds all of it or nothing; the command given again finishes it, and the store
is then what it would have been without the kill.
"""

from __future__ import annotations

import inspect
import io
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cli.main import main
from ledger.sqlite.connection import writing
from ledger.stores import create, open_reader
from tests.faults.leftovers import End, Takes, apart
from tests.faults.outcome import NotRun, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from ledger.entry import StoredEntry

_WRITING: Final = inspect.unwrap(writing).__code__
"""The code of a transaction: it gives way when it has the lock, and ends with its commit."""

CASES: Final = 40
MAPPING: Final = """
source = "desk"
case = "ref"
activity = "what"
time = "at"
actor = "who"
rule = [
    {when = {activity = "opened"}, event = "case.reported", fields = {category = {from = "said"}}},
    {when = {activity = "given"}, event = "case.allocated", fields = {officer = {from = "said"}}},
    {when = {activity = "child-seen"}, event = "case.action-recorded", fields = FIELDS},
]
""".replace("FIELDS", '{kind = "child-seen", outcome = {from = "said"}}')


_NOTHING_STANDS: Final = 3
"""With which code an undoing ends of which all was done before."""


class Job(NamedTuple):
    """A command, the store that it is given for, what that holds then and afterwards, and what it takes."""

    words: tuple[str, ...]
    store: Path
    before: list[Any]
    after: list[Any]
    takes: Takes


def _rows(number: int, *, right: bool) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one case, as they came first or were put right: some differ, vanish or are new."""
    ref, day = f"R-{number}", f"2016-03-{number % 28 + 1:02}"
    changed = right and number % 3 == 0
    yield ref, f"{day}T09:00Z", "opened", "desk", "missing" if changed else "other"
    if not (right and number % 5 == 1):
        yield ref, f"{day}T10:00Z", "given", "PS 2" if right and number % 7 == 2 else "PS 1", "DC 1"
    yield ref, f"{day}T11:00Z", "child-seen", "DC 1", "not seen" if changed else "seen"
    if right:
        yield ref, f"{day}T12:00Z", "child-seen", "DC 2", "seen"


def _file(path: Path, *, right: bool) -> Path:
    rows = (row for number in range(CASES) for row in _rows(number, right=right))
    path.write_text("".join(f"{','.join(row)}\n" for row in (("ref", "at", "what", "who", "said"), *rows)))
    return path


def run_command(store: Path, *words: str) -> int:
    """Run ``longcase`` in this process, and return its exit code."""
    quiet = (io.TextIOWrapper(io.BytesIO()) for _ in range(2))
    with redirect_stdout(next(quiet)), redirect_stderr(next(quiet)):
        return main([*words, "--store", str(store), "--actor", "PS 1"])


def contents(store: Path) -> list[Any]:
    """Return the entries of a store, but for the instants at which it took them: amendments occur then too."""
    with closing(open_reader(str(store))) as ledger:
        return [_timeless(row) for row in ledger.select_notifications(None, 1 << 40)]


def _timeless(row: StoredEntry) -> tuple[Any, ...]:
    at = 0 if row.occurred_at == row.recorded_at else row.occurred_at
    return tuple(row._replace(occurred_at=at, recorded_at=0, leaf=b"", salt=b""))


def _job(folder: Path, name: str, store: Path, words: tuple[str, ...]) -> Job:
    """Make the job of a command for what ``store`` holds; it is done on copies, to see what it comes to."""
    done, timed = _copied(store, folder / f"{name}-done.db"), _copied(store, folder / f"{name}-timed.db")
    began = time.monotonic()
    assert apart(partial(run_command, done, *words)) == 0
    seconds = time.monotonic() - began
    calls = apart(lambda: _calls_to_commit(partial(run_command, timed, *words)))
    job = Job(words, store, contents(store), contents(done), Takes(seconds, calls))
    assert len(job.after) > len(job.before), f"{name} adds nothing"
    return job


def _calls_to_commit(work: Callable[[], Any]) -> int:
    """Return how many steps of a profile ``work`` takes until what it records is committed."""
    steps, ends = 0, []

    def step(frame: FrameType, event: str, _: object) -> None:
        nonlocal steps
        steps += 1
        if event == "return" and frame.f_code is _WRITING:
            ends.append(steps)

    sys.setprofile(step)
    try:
        work()
    finally:
        sys.setprofile(None)
    return ends[1]


def _copied(store: Path, path: Path) -> Path:
    shutil.copyfile(store, path)
    path.chmod(0o600)
    return path


def jobs(folder: Path) -> list[Job]:
    """Return an amendment and two undoings: of what was imported, and of what was amended since."""
    mapping = folder / "desk.toml"
    mapping.write_text(MAPPING)
    first, second = _file(folder / "first.csv", right=False), _file(folder / "second.csv", right=True)
    imported = folder / "imported.db"
    create(str(imported), {"zone": "UTC"})
    assert run_command(imported, "import", str(first), "--mapping", str(mapping)) == 0
    amend = ("import", str(second), "--mapping", str(mapping), "--amend", "--reason", "put right")
    amended = _copied(imported, folder / "amended.db")
    assert run_command(amended, *amend) == 0
    undo = ("import", "undo", "desk", "--reason", "the wrong file")
    return [
        _job(folder, "amend", imported, amend),
        _job(folder, "undo", imported, undo),
        _job(folder, "undo-amended", amended, undo),
    ]


def one_round(job: Job, path: Path, end: End) -> str:
    """Kill a command at ``end``, look at what is there, give it again, and return what the kill came to."""
    _copied(job.store, path)
    work: Callable[[], Any] = partial(run_command, path, *job.words)
    code = apart(work, end)
    there = contents(path)
    told = f"{' '.join(job.words[:2])}, killed at {end}"
    assert there in (job.before, job.after), f"{told}: {len(there)} entries, a part of it"
    assert code is None or (code, there) == (0, job.after), told
    again = apart(work)
    assert again == 0 or (again == _NOTHING_STANDS and there == job.after), (
        f"{told}: given again it ends with {again}"
    )
    assert contents(path) == job.after, f"{told}: given again it comes to something else"
    if code is not None:
        return "done"
    return "killed before" if there == job.before else "killed afterwards"


def run(count: int, seed: int) -> Outcome:
    """Kill ``count`` commands, two of three at a call that does not depend on the machine's load."""
    if not hasattr(os, "fork"):
        raise NotRun("this system has no fork")
    chance = random.Random(seed)
    figures: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as made:
        todo = jobs(Path(made))
        for number in range(count):
            job = todo[number % len(todo)]
            by_clock = number // len(todo) % 3 == 2
            end = (
                End(seconds=chance.uniform(0, job.takes.seconds))
                if by_clock
                else _some_call(job.takes.calls, chance)
            )
            with tempfile.TemporaryDirectory(dir=made) as folder:
                figures[one_round(job, Path(folder) / "s.db", end)] += 1
    return Outcome("amended", count, dict(figures))


def _some_call(calls: int, chance: random.Random) -> End:
    """Return a call at which to end: any until a little after the commit, or as often one about the commit."""
    near = chance.random() < 0.5
    return End(
        calls=chance.randrange(calls - 100, calls + 100) if near else chance.randrange(calls + calls // 10)
    )
