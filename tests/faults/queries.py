"""A store of a few hundred entries of every kind, and everything that reading commands answer about it."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, NamedTuple

from application.app import Longcase
from application.demo import player
from cli.main import main
from cli.session import stores
from domain.instant import parse
from ledger.stores import create, open_reader, open_recorder
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = parse("2016-06-30T12:00:00Z")
"""When the questions are asked, as far as the answers show it."""

QUESTIONS = (
    ("cases",),
    ("cases", "--as-at", "2016-05-20", "--known-at", "2016-05-25"),
    ("stalled",),
    ("stalled", "--known-at", "2016-05-20"),
    ("due", "--within", "7d"),
    ("audit",),
    ("officers",),
    ("missing",),
    ("detained",),
    ("visits",),
    ("timeline", "IMG-0417"),
    ("timeline", "GRM-0061", "--all"),
    ("timeline", "CSE-0084"),
    ("show", "IMG-0417"),
    ("show", "DVW-0150"),
)
"""Commands whose answers must not change, asked in JSON."""


class Answered(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


def ask(path: Path | str, *command: str) -> Answered:
    """Run a command of ``longcase`` on a store, in this process, at ``NOW``."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _clock_stands():
        code = main(["--store", str(path), *command])
    texts = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        texts.append(stream.read())
    return Answered(code, *texts)


@contextlib.contextmanager
def _clock_stands() -> Iterator[None]:
    before, stores.now = stores.now, lambda: NOW
    try:
        yield
    finally:
        stores.now = before


def answers(path: Path) -> list[tuple[int, str]]:
    """Return the exit code and the answer of every question."""
    asked = (ask(path, *question, "--format", "json") for question in QUESTIONS)
    return [(one.code, one.out) for one in asked]


def rows(path: Path) -> list[tuple[object, ...]]:
    """Return every row of the ledger as it is stored, and the settings but for the id, which means nothing."""
    reader = open_reader(str(path))
    try:
        entries = reader.rows("SELECT * FROM entry ORDER BY position")
        return entries + sorted(reader.rows("SELECT name, value FROM store WHERE name <> 'id'"))
    finally:
        reader.close()


def fill(path: Path, entries: int) -> None:
    """Make a store with the first ``entries`` of the scenario, and its population tables.

    They were caught up twice, so that some of their rows were put into tables that had rows already.
    """
    whole = path.with_suffix(".whole")
    create(str(whole), {"zone": "Europe/London"})
    told = Longcase(open_recorder(str(whole)))
    player.perform(told)
    found = told.ledger.select_notifications(None, entries)
    told.close()
    create(str(path), {"zone": "Europe/London"})
    ledger = open_recorder(str(path))
    for part in (found[: entries // 2], found[entries // 2 :]):
        with ledger.transaction():
            ledger.put_back([tuple(entry) for entry in part])
        Runner(ledger).catch_up()
    ledger.close()
    whole.unlink()
