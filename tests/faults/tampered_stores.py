"""Stores on either engine whose content is read whole and written over, past every guard, as its owner could.

What a kind of tampering changes is a ``StoreContent``; what it has put there is read by whoever checks it.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from json import dumps
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from application.app import Longcase
from application.commands import inspections
from application.envelope import Envelope
from application.signing.checkpoints import begin_log
from domain.axes import Axes
from domain.identity import case_stream
from exchange.disclosure.planning import Wanted
from ledger.entry import StoredEntry, leaf_hash, leaf_text
from ledger.sqlite.connection import create
from ledger.sqlite.driver import newest
from ledger.stores import open_reader, open_recorder
from ledger.tree import LedgerTree, StoredNode, grown
from tests.clock import MINUTE, Clock
from tests.exchange.disclosure.bundles import disclosed
from tests.faults.writer import BEGINNER, SHARED, do
from tests.longcase_verify.making import KEYS, POLICY, Files, MadeLog, bundle_files, payload_of
from tests.transparency.logs import noted
from transparency.checkpoints import new_checkpoint
from transparency.policies import parse_policy
from transparency.tree import TreeHead, root_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ledger.recorder import LedgerRecorder

SIZES: Final = (100, 200, 330)
"""From how many entries on a checkpoint is made; a node of the tree is kept over the first 256."""

ROUND: Final = "round-1"
INSPECTOR: Final = Envelope("HMI 3", "inspectorate", reason="drawn")
WRITER: Final = "W"
CASES: Final = ("SHARED-0", "SHARED-1", "W-0")
"""The cases of the round, which are disclosed."""

Row = tuple[Any, ...]
TABLES: Final = {"entry": 13, "node": 3, "checkpoint": 4, "store": 2}
"""The tables that are written over, and how many columns each has."""


@dataclass
class StoreContent:
    """All that a store holds: whoever owns its tables may make of it what they like."""

    entries: list[StoredEntry]
    nodes: list[StoredNode]
    checkpoints: list[Row]
    settings: list[tuple[str, str]]

    @classmethod
    def of(cls, location: str) -> StoreContent:
        """Return what a store holds."""
        with closing(open_reader(location)) as reader:
            entries = [StoredEntry._make(row) for row in reader.rows("SELECT * FROM entry ORDER BY position")]
            nodes = [StoredNode._make(row) for row in reader.rows("SELECT * FROM node ORDER BY level, number")]
            checkpoints = list(map(tuple, reader.checkpoints()))
            return cls(entries, nodes, checkpoints, sorted(reader.settings().items()))

    def copy(self) -> StoreContent:
        """Return a copy whose lists can be changed."""
        return StoreContent([*self.entries], [*self.nodes], [*self.checkpoints], [*self.settings])

    def rows(self) -> dict[str, Sequence[Row]]:
        """Return the rows of each table."""
        return {
            "entry": self.entries,
            "node": self.nodes,
            "checkpoint": self.checkpoints,
            "store": self.settings,
        }

    def placed(self, *, versions: bool) -> None:
        """Give every entry the position that it stands at, and the version if wanted; leaves stay as they are."""
        seen: dict[bytes, int] = {}
        for at, entry in enumerate(self.entries):
            seen[entry.stream] = seen.get(entry.stream, 0) + 1
            version = seen[entry.stream] if versions else entry.version
            self.entries[at] = entry._replace(position=at + 1, version=version)

    def fit(self) -> None:
        """Make positions, versions, times, leaves and nodes fit one another: the store is whole by itself."""
        self.placed(versions=True)
        times = accumulate((entry.recorded_at for entry in self.entries), max)
        self.entries = [entry._replace(recorded_at=at) for entry, at in zip(self.entries, times, strict=True)]
        self.fit_tree()

    def fit_tree(self) -> None:
        """Work every leaf and every node out anew."""
        self.entries = [entry._replace(leaf=leaf_hash(entry)) for entry in self.entries]  # type: ignore[arg-type]  # complete rows
        self.nodes = list(grown(0, [entry.leaf for entry in self.entries], lambda _: []))

    def forget_checkpoints(self, first: int) -> None:
        """Take out what was signed of the tree from an entry on."""
        self.checkpoints = [row for row in self.checkpoints if row[1] < first]

    def sign_again(self, names: Sequence[str], keys: Any = KEYS) -> None:
        """Have each checkpoint signed by other keys, or of another tree: the entries as they are now."""
        notes = Shown(self, {}).log
        notes = replace(notes, signers=names, keys=keys)
        self.checkpoints = [(*row[:3], notes.note(row[1]).decode()) for row in self.checkpoints]


class ShownEntry(NamedTuple):
    """An entry of a store as ``tests.longcase_verify.making`` wants it, which shows whatever there is."""

    row: StoredEntry
    reference: str

    @property
    def position(self) -> int:
        return self.row.position

    @property
    def version(self) -> int:
        return self.row.version

    @property
    def leaf(self) -> bytes:
        return leaf_text(self.row)  # type: ignore[arg-type]  # a complete row

    @property
    def line(self) -> bytes:
        said = {"header": self.leaf.decode(), "salt": self.row.salt.hex(), **payload_of(self.row.payload)}
        return dumps(said).encode() + b"\n"


class Shown:
    """A content as it is shown in bundles, by a program that refuses nothing; notes are shown as they were."""

    def __init__(self, content: StoreContent, notes: dict[int, bytes]) -> None:
        known = {case_stream(one): one for one in CASES}
        entries = [ShownEntry(row, known.get(row.stream, "")) for row in content.entries]
        self.log = MadeLog(entries, notes=notes)  # type: ignore[arg-type]  # shown as such entries are

    def bundle(self, size: int) -> Files:
        """Return the bundle of the first entries, under the checkpoint that was signed of so many."""
        log = replace(self.log, entries=self.log.entries[:size], notes=dict(self.log.notes))
        return bundle_files(log, "inspection", CASES, [one for one in sorted(log.notes) if one < size])


class HonestStore(NamedTuple):
    """A store that nobody tampered with, what was taken outside of it, and how its tables are written over."""

    location: str
    content: StoreContent
    notes: dict[int, bytes]
    """The checkpoints, as they are kept outside, by their sizes."""
    bundles: tuple[bytes, bytes]
    """What was disclosed at the second visit, and at the last."""
    overwrite: Callable[[StoreContent], None]

    @property
    def size(self) -> int:
        """How many entries it has."""
        return len(self.content.entries)


def in_a_file(path: Path) -> HonestStore:
    """Make a store in a file."""
    create(str(path), {"zone": "UTC"}).close()
    return _made(str(path), _over_file(str(path)))


@contextmanager
def on_a_server(databases: Any) -> Iterator[HonestStore]:
    """Lend a store on a server."""
    with databases.story() as url:
        yield _made(url, _over_database(url))


def _made(location: str, overwrite: Callable[[StoreContent], None]) -> HonestStore:
    """Fill a store, sign it three times, disclose it twice, and take the record of the last disclosure out."""
    clock, notes, bundles = Clock(step=MINUTE), dict[int, bytes](), []
    app = Longcase(open_recorder(location, clock), clock=clock)
    begin_log(app.ledger, [KEYS[name].public for name in ("log", "log2")])
    for number in range(SHARED):
        do(app, BEGINNER, number)
    do(app, WRITER, 0)
    _draw(app, clock)
    number = 0
    for size in SIZES:
        while app.ledger.head()[0] < size:
            number += 1
            do(app, WRITER, number)
        note = signed(app.ledger)
        notes[app.ledger.head()[0]] = note
        if size != SIZES[0]:
            by = Envelope("DI 5", reason="as ordered")
            wanted = Wanted((), ROUND, "the inspectorate", since=1, policy=(POLICY, parse_policy(POLICY)))
            bundles.append(disclosed(app, wanted, by).data)
    app.close()
    content = StoreContent.of(location)
    content.entries = content.entries[: max(notes)]
    made = HonestStore(location, content, notes, (bundles[0], bundles[1]), overwrite)
    made.overwrite(content)
    return made


def _draw(app: Longcase, clock: Clock) -> None:
    """Open the round, and draw the cases that are disclosed to it."""
    inspections.open_inspection(app, ROUND, INSPECTOR, body="the body", force="the force")
    population = tuple((one, "all") for one in CASES)
    frame = inspections.Frame(Axes(clock(), clock()), len(CASES), 1, "nothing", population, {})
    inspections.draw_sample(app, ROUND, frame, INSPECTOR)


def signed(recorder: LedgerRecorder) -> bytes:
    """Have the log and both witnesses sign it as it is, and keep that."""
    size = recorder.head()[0]
    checkpoint = new_checkpoint(KEYS["log"].public.name, TreeHead(size, root_at(LedgerTree(recorder), size)))
    note = noted(checkpoint, *KEYS.values()).to_bytes()
    recorder.keep_checkpoint(size, note.decode())
    return note


def _insert(table: str, mark: str) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join([mark] * TABLES[table])})"


def _over_file(path: str) -> Callable[[StoreContent], None]:
    """Return what writes the tables over with the triggers out of the way, which are back afterwards."""

    def overwrite(content: StoreContent) -> None:
        with closing(newest().connect(path, isolation_level=None)) as connection:
            guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            connection.execute("BEGIN IMMEDIATE")
            for name, _ in guards:
                connection.execute(f"DROP TRIGGER {name}")
            for table, rows in content.rows().items():
                connection.execute(f"DELETE FROM {table}")
                connection.executemany(_insert(table, "?"), rows)
            for _, statement in guards:
                connection.execute(statement)
            connection.execute("COMMIT")

    return overwrite


_TRIGGERS: Final = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"


def _over_database(url: str) -> Callable[[StoreContent], None]:
    """Return what writes the tables over as a superuser, with the triggers switched off and on again."""
    import psycopg

    def overwrite(content: StoreContent) -> None:
        with psycopg.connect(url) as admin:
            for table, rows in content.rows().items():
                admin.execute(f"ALTER TABLE longcase.{table} DISABLE TRIGGER ALL")
                admin.execute(f"DELETE FROM longcase.{table}")
                with admin.cursor().copy(f"COPY longcase.{table} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
                for (name,) in admin.execute(_TRIGGERS, (f"longcase.{table}",)).fetchall():
                    admin.execute(f"ALTER TABLE longcase.{table} ENABLE ALWAYS TRIGGER {name}")

    return overwrite
