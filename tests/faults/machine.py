"""Random sequences of commands, retries, crashes, catch-ups, rebuilds, backups and restores.

After every step the ledger is what a naive model of the acknowledged commands says, entry by entry; and what
had been recorded is as it was, to the byte. Whenever the tables are brought up to date they say what the live
fold of each case says, and what a rebuild makes of them.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from contextlib import contextmanager, nullcontext, suppress
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from unittest.mock import patch

from eventsourcing.persistence import PersistenceError
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from application.app import Longcase
from application.envelope import Receipt
from domain.axes import Axes
from domain.cases import events as ev
from domain.codec import entry_of
from domain.errors import Conflict, Refused, StoreError
from domain.identity import case_stream, officer_stream
from domain.instant import DAY, FOREVER, iso
from exchange import backups
from projections.queries.cases import CaseQuery, cases
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from projections.tables import rows as filling
from projections.views.case_view import CaseView
from projections.views.state import state
from tests.clock import HOUR, MINUTE, START, Clock, days
from tests.faults.backups import server
from tests.faults.invariant import sound
from tests.faults.machine_model import OF_OFFICERS, Command, Draft, Model, give, register
from tests.faults.machine_places import DROPPED, KILLED, MEMORY, Crash, in_files, on_server
from tests.faults.outcome import NotRun, Outcome
from tests.postgres.server import missing
from tests.transactions import in_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from domain.event import Entry
    from ledger.entry import StoredEntry
    from projections.tables.rows import Progress
    from tests.faults.machine_places import Place

STEPS = 50
"""How many steps each sequence has in the long form."""

BEGIN = days(500)
"""What the clock shows at first; it can be put back by more than a year, and is never before ``START``."""

REFERENCES = ("A-1", "B-2", "C-3", "D-4")
OFFICERS = ("DC 1417", "dc1417", "DC 2206")
"""Two people, one of them in two spellings."""

NEW, SOMEBODY = "NEW", "DC 9999"
"""A case, and an actor, that no other command names."""


class Wanted(NamedTuple):
    """A command before it has its number: what is said, of whom, how many hours late; ``pick`` is for amendments.

    It chooses which entry is amended, and how.
    """

    verb: str
    name: str
    values: dict[str, Any]
    late: int | None
    pick: int = 0


LATE = st.none() | st.none() | st.integers(0, 60)
PICK = st.integers(0, 255)
NAMES = st.sampled_from(REFERENCES)
TEAMS = st.sampled_from(["North", "South", None])
"""Without a team the register is asked for it, and a retry asks it as it was."""

KINDS = st.sampled_from(["interview", "child-seen", "contact-attempted", "arrest", "missing-reported", "found"])
CATEGORIES = st.sampled_from(["other", "indecent-images", "missing"])
RISKS = st.sampled_from(["low", "high"])
LATE_ON = "after the entries were inserted"
GIVING_UP = ["", "", "before", LATE_ON]
"""When a unit of work is given up; mostly it is not."""

HOWS = st.sampled_from([DROPPED, KILLED])
CUTS = st.sampled_from([1, 2, 2, 3])
"""How often progress is told before the cut."""


def _wanted(verb: str, names: st.SearchStrategy[str] = NAMES, **values: Any) -> st.SearchStrategy[Wanted]:
    return st.builds(Wanted, st.just(verb), names, st.fixed_dictionaries(values), LATE, PICK)


REPORTS = _wanted("report", category=CATEGORIES, risk=st.none() | RISKS)
ALLOCATIONS = _wanted("allocate", to=st.sampled_from(OFFICERS), team=TEAMS)
RETURNS = _wanted("send back")
ACTS = _wanted("act", kind=KINDS, outcome=st.none() | st.just("done"))
CORRECTIONS = _wanted("correct")
RETRACTIONS = _wanted("retract")
ENROLMENTS = _wanted("enrol", st.sampled_from(OFFICERS), team=TEAMS)
ABSENCES = _wanted("absent", st.sampled_from(OFFICERS)) | _wanted("back", st.sampled_from(OFFICERS))
ANY = st.one_of(REPORTS, ALLOCATIONS, RETURNS, ACTS, ACTS, CORRECTIONS, RETRACTIONS, ENROLMENTS, ABSENCES)

NEW_VALUES: dict[type, dict[str, tuple[str, ...]]] = {
    ev.Reported: {"category": ("missing", "other"), "summary": ("", "a summary")},
    ev.RiskAssessed: {"risk": ("low", "very high")},
    ev.Allocated: {"officer": OFFICERS, "team": ("North", "")},
    ev.ActionRecorded: {"kind": ("arrest", "contact-attempted"), "outcome": ("", "done")},
}
"""What a correction may put into the fields of an event."""

FIRST: tuple[dict[str, str | None], ...] = (
    {"category": "other", "risk": None},
    {"category": "missing", "risk": "high"},
    {"category": "indecent-images", "risk": "very high"},
)
"""With what a case is reported that somebody does something about and nobody has reported."""

JUMPS = (-400 * DAY, -DAY, -HOUR, HOUR, DAY, 40 * DAY)


@contextmanager
def refusing(*kinds: type[Exception]) -> Iterator[None]:
    """Assert that what is done inside is refused."""
    try:
        yield
    except kinds:
        return
    raise AssertionError("it was not refused")


class Abandoned(Exception):
    """Somebody gives a unit of work up."""


class Machine(RuleBasedStateMachine):
    """One store after the other, each the restored copy of the one before, and what uses them."""

    place: ClassVar[Place]
    across: ClassVar[Place]
    """Another engine, by way of which a ledger is carried."""
    figures: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock(BEGIN)
        self.model = Model()
        self.rows: list[StoredEntry] = []
        self.numbers = count(1)
        self.was_cut = False
        self.location = self.place.new()
        self.open()

    def open(self) -> None:
        """Begin as a new process does."""
        self.app = Longcase(self.place.open(self.location, self.clock))
        self.runner = Runner(self.app.ledger)

    def close(self) -> None:
        """End as a process does that ends well."""
        self.app.close()

    # What a crash is

    def cut(self, how: str) -> None:
        """Cut off what is going on; in a process that dies by that, nothing follows."""
        self.location = self.place.cut(self.app.ledger, self.location, how)
        self.was_cut = True
        if not self.place.notices:
            raise Crash

    @contextmanager
    def crashing(self, *, stays: bool) -> Iterator[None]:
        """Go through a crash, if one comes, and go on after it, in the same process if that ``stays``."""
        try:
            yield
            assert not self.was_cut or not in_transaction(self.app.ledger)
        except (Crash, StoreError, PersistenceError):
            assert self.was_cut, "it failed, and nobody had cut it off"
        if self.was_cut:
            self.was_cut = False
            self.go_on(stays=stays)

    def go_on(self, *, stays: bool) -> None:
        """Go on after a crash, in the same process if it ``stays`` and can."""
        self.count("crashes")
        if stays and self.place.notices:
            self.app.ledger.reconnect()
        else:
            self.close()
            self.open()

    def count(self, what: str) -> None:
        """Count something for the figures."""
        self.figures[what] += 1

    # Commands

    def command(self, wanted: Wanted, before: Sequence[Draft] = ()) -> Command:
        """Return what is wanted as a command, with its number; mostly its case is there, or is reported by it."""
        verb, values = wanted.verb, wanted.values
        at = None if wanted.late is None else self.clock.now - wanted.late * HOUR
        there = self.model.history(case_stream(wanted.name), before)
        if not there and verb not in OF_OFFICERS and wanted.pick % 8:
            verb, values = "report", FIRST[wanted.pick % len(FIRST)]
        elif verb in {"correct", "retract"}:
            values = self.amendment(wanted, there)
        elif verb in OF_OFFICERS and wanted.pick % 8:
            verb, values = self.of_officer(wanted, before)
        return Command(next(self.numbers), verb, wanted.name, values, occurred_at=at)

    def of_officer(self, wanted: Wanted, before: Sequence[Draft]) -> tuple[str, dict[str, Any]]:
        """Return what can be said of an officer now."""
        found = register(self.model.history(officer_stream(wanted.name), before), self.clock.now)
        if found.enrolled is None:
            return "enrol", {"team": "North"}
        return "back" if found.absent else "absent", {}

    def amendment(self, wanted: Wanted, history: list[Entry]) -> dict[str, Any]:
        """Return which entry of a case is amended, mostly one that there is, and how."""
        version = 1 + wanted.pick % (len(history) + 1)
        if wanted.verb == "retract":
            return {"version": version}
        fields = NEW_VALUES.get(type(history[version - 1].event), {}) if version <= len(history) else {}
        choices = [(name, text) for name, texts in fields.items() for text in texts]
        chosen = wanted.pick // 8 % (len(choices) + 2)
        if chosen < len(choices):
            return {"version": version, "values": dict([choices[chosen]]), "at": None}
        return {"version": version, "values": {}, "at": self.clock.now - wanted.pick % 7 * DAY}

    def give(self, command: Command, *refusals: type[Exception]) -> bool:
        """Give a command; return whether it was recorded, and not refused."""
        draft = self.model.draft(command, self.clock.now)
        if draft is None:
            self.count("refused")
            with refusing(*refusals or (Refused,)):
                give(self.app, command)
            return False
        (taken,) = self.model.take([draft], self.clock.now)
        self.acknowledged(give(self.app, command), taken.entries, repeated=False)
        self.count("commands")
        return True

    def acknowledged(self, receipt: Receipt, entries: Sequence[Entry], *, repeated: bool) -> None:
        """Assert that a receipt says what the model has, and what the stream held before."""
        before = self.model.history(entries[0].stream)[: entries[0].version - 1]
        assert receipt == Receipt(tuple(entries), tuple(before), repeated=repeated)

    def again(self, told: Draft) -> None:
        """Give a command again that was acknowledged: nothing is added."""
        self.acknowledged(give(self.app, told.command), told.entries, repeated=True)
        self.count("retries")

    def pick(self, number: int) -> Draft:
        """Return one of the commands that were acknowledged."""
        return self.model.told[number % len(self.model.told)]

    def step(self) -> None:
        """Let a minute pass, and count."""
        self.clock.now += MINUTE
        self.count("steps")

    @rule(wanted=ALLOCATIONS | RETURNS)
    def allocate(self, wanted: Wanted) -> None:
        self.step()
        self.give(self.command(wanted))

    @rule(wanted=ACTS)
    def act(self, wanted: Wanted) -> None:
        self.step()
        self.give(self.command(wanted))

    @rule(wanted=CORRECTIONS | RETRACTIONS)
    def amend(self, wanted: Wanted) -> None:
        self.step()
        self.give(self.command(wanted))

    @rule(wanted=ENROLMENTS | ABSENCES)
    def enrol(self, wanted: Wanted) -> None:
        self.step()
        self.give(self.command(wanted))

    @precondition(lambda self: self.model.told)
    @rule(which=PICK, at_once=st.booleans())
    def retry(self, which: int, at_once: bool) -> None:
        """The same command again: at once by a second process as well."""
        self.step()
        self.again(self.pick(which))
        if at_once:
            self.again(self.model.told[-1])

    @precondition(lambda self: self.model.told)
    @rule(which=PICK, elsewhere=st.booleans(), together=st.booleans())
    def use_an_id_again(self, which: int, elsewhere: bool, together: bool) -> None:
        """The id of a command for something else, in its own stream or another, alone or in a unit of work."""
        self.step()
        told = self.pick(which).command
        other = told._replace(actor=SOMEBODY)
        if elsewhere:
            other = told._replace(verb="report", name=NEW, values={"category": "other"}, occurred_at=None)
        with refusing(Conflict), self.app.unit_of_work() if together else nullcontext():
            give(self.app, other)
        self.count("conflicts")

    @rule(wanted=st.lists(ANY, min_size=1, max_size=5), again=PICK, given_up=st.sampled_from(GIVING_UP))
    def together(self, wanted: list[Wanted], again: int, given_up: str) -> None:
        """A unit of work, with a retry in it; recorded, or given up."""
        self.step()
        with suppress(Abandoned), self.app.unit_of_work() as unit:
            drafts = self.together_so_far(wanted, again)
            if given_up == LATE_ON:
                unit.flush()
            if given_up:
                raise Abandoned
        if given_up:
            self.count("units abandoned")
        else:
            self.model.take(drafts, self.clock.now)
            self.count("units of work")

    def together_so_far(self, wanted: list[Wanted], again: int) -> list[Draft]:
        """Give commands in the unit of work that is open; return what they ought to make."""
        drafts: list[Draft] = []
        for one in wanted:
            command = self.command(one, drafts)
            draft = self.model.draft(command, self.clock.now, drafts)
            if draft is None:
                with refusing(Refused):
                    give(self.app, command)
                continue
            first = len(self.model.entries) + 1 + sum(len(each.entries) for each in drafts)
            drafts.append(draft)
            assert [entry.position for entry in give(self.app, command).entries] == list(
                range(first, first + len(draft.entries))
            )
        given = [*self.model.told, *drafts]
        if given:
            assert give(self.app, given[again % len(given)].command).repeated
        return drafts

    # Crashes

    @rule(wanted=st.lists(ANY, min_size=1, max_size=5), again=PICK, how=HOWS, stays=st.booleans())
    def crash_before_the_commit(self, wanted: list[Wanted], again: int, how: str, stays: bool) -> None:
        """Nothing of the unit of work is there; its commands are given again, each by itself."""
        self.step()
        drafts: list[Draft] = []
        with self.crashing(stays=stays), self.app.unit_of_work() as unit:
            drafts = self.together_so_far(wanted, again)
            unit.flush()
            self.cut(how)
        self.count("crashes before a commit")
        self.nothing_has_changed()
        for draft in drafts:
            self.give(draft.command)

    @rule(wanted=ANY, how=HOWS, stays=st.booleans())
    def crash_after_the_commit(self, wanted: Wanted, how: str, stays: bool) -> None:
        """Nobody was told; the retry says that it is recorded."""
        self.step()
        recorded = self.give(self.command(wanted))
        with self.crashing(stays=stays):
            self.cut(how)
        if recorded:
            self.again(self.model.told[-1])

    @rule(wanted=ANY, how=HOWS)
    def crash_between_commands(self, wanted: Wanted, how: str) -> None:
        """The next command connects again by itself, where there is a connection."""
        self.step()
        command = self.command(wanted)
        if self.place.notices:
            self.count("crashes")
            self.cut(how)
            self.was_cut = False
            self.give(command, Refused, Conflict)
            return
        with self.crashing(stays=False):
            self.cut(how)
        self.give(command)

    @rule()
    def begin_anew(self) -> None:
        """The process ends, and another begins."""
        self.step()
        self.close()
        self.open()

    @rule(jump=st.sampled_from(JUMPS))
    def set_the_clock(self, jump: int) -> None:
        self.step()
        self.clock.now = max(START, self.clock.now + jump)

    # The tables

    @rule(as_at=PICK, known=PICK)
    def catch_up(self, as_at: int, known: int) -> None:
        """What the tables say is what the live fold says, now and at any two instants."""
        self.step()
        self.tables_are_current()
        self.tables_are_right(self.instant(as_at), self.instant(known))

    @rule(wanted=st.lists(ANY, min_size=1, max_size=3), at=CUTS, how=HOWS, stays=st.booleans())
    def crash_in_a_catch_up(self, wanted: list[Wanted], at: int, how: str, stays: bool) -> None:
        """Whatever was brought up to date by then is as before; the next catch-up begins there."""
        self.step()
        for one in wanted:
            self.give(self.command(one))
        self.interrupted("catch-ups cut off", at, how, stays=stays)
        self.tables_are_current()

    @rule()
    def rebuild(self) -> None:
        """It finds nothing wrong with the tables before."""
        self.step()
        self.rebuild_finds_nothing()

    @rule(at=CUTS, how=HOWS, stays=st.booleans())
    def crash_in_a_rebuild(self, at: int, how: str, stays: bool) -> None:
        """The tables before stay in service."""
        self.step()
        self.interrupted("rebuilds cut off", at, how, stays=stays)

    @rule(wanted=st.lists(ANY, min_size=1, max_size=3), at=CUTS, rebuilds=st.booleans())
    def break_off(self, wanted: list[Wanted], at: int, rebuilds: bool) -> None:
        """Somebody gives up waiting; the connection and the process go on."""
        self.step()
        for one in wanted:
            self.give(self.command(one))
        work = rebuild if rebuilds else Runner.catch_up
        with _after(at, self.abandon) as progress:
            try:
                work(self.runner, progress)
            except Abandoned:
                self.count("broken off")
        assert not in_transaction(self.app.ledger)

    @staticmethod
    def abandon() -> None:
        """Give up."""
        raise Abandoned

    def interrupted(self, what: str, at: int, how: str, *, stays: bool) -> None:
        """Bring up to date, or rebuild, until progress was told so many times; then crash."""
        work = rebuild if what.startswith("rebuild") else Runner.catch_up
        before = self.figures["crashes"]
        with self.crashing(stays=stays), _after(at, lambda: self.cut(how)) as progress:
            work(self.runner, progress)
            assert not self.was_cut, "it was cut off, and says that it came to its end"
        self.figures[what] += self.figures["crashes"] > before

    def instant(self, number: int) -> int:
        """Return an instant at which something occurred or was recorded, or one after all of them."""
        found = sorted({at for one in self.model.entries for at in (one.occurred_at, one.recorded_at)})
        return [*found, FOREVER - 1][number % (len(found) + 1)]

    def tables_are_current(self) -> None:
        """Bring the tables up to date; assert that they say how each case stands."""
        assert self.runner.catch_up() == len(self.model.entries)
        self.tables_are_right(FOREVER - 1, FOREVER - 1)

    def tables_are_right(self, as_at: int, known: int) -> None:
        """Assert that the tables say what the live fold of each case says."""
        found = cases(self.runner, CaseQuery(Axes(as_at, known), sort="reference"))
        live = [self.live(reference, as_at, known) for reference in REFERENCES]
        assert found.items == [item for item in live if item is not None]

    def live(self, reference: str, as_at: int, known: int) -> dict[str, Any] | None:
        """Return the item of a case as the fold of its entries has it."""
        item = state(CaseView(self.app.entries(case_stream(reference)), Axes(as_at, known)))
        if item is None:
            return None
        plain = {name: item[name] for name in _PLAIN}
        closed_at = item["closure"]["closed_at"]
        owned = {"ownership": item["ownership"]["state"], **{each: item["ownership"][each] for each in _OWNED}}
        return plain | owned | {"closed_at": closed_at, "open": closed_at is None}

    def rebuild_finds_nothing(self) -> None:
        """Assert that a rebuild makes what the tables hold."""
        built = rebuild(self.runner)
        assert built.position == len(self.model.entries)
        assert (built.missing, built.surplus) == (0, 0), f"the tables were wrong: {built}"
        self.tables_are_right(FOREVER - 1, FOREVER - 1)

    # Another store

    @rule(way=st.sampled_from(["backup", "archive", "stream", "across"]))
    def move(self, way: str) -> None:
        """A copy of the store is restored, and is the store from then on."""
        self.step()
        old = self.location
        if way == "across":
            between = self.across.new()
            _carried(old, between)
            self.location = self.place.new()
            _carried(between, self.location)
            self.across.throw_away(between)
        elif way == "stream":
            self.location = self.place.new()
            _carried(old, self.location)
        else:
            self.location = self.place.free()
            _copied(old, self.location, way)
        self.close()
        self.open()
        self.place.throw_away(old)
        self.count(f"stores restored by {way}")

    # What always holds

    @invariant()
    def the_ledger_is_what_the_model_has(self) -> None:
        """Every acknowledged command once and wholly, nothing else, and nothing of it changed."""
        rows = list(self.app.ledger.select_notifications(None, 1 << 40))
        assert rows[: len(self.rows)] == self.rows, "what was recorded is not what it was"
        assert [entry_of(row) for row in rows[len(self.rows) :]] == self.model.entries[len(self.rows) :]
        sound(rows)
        self.rows = rows

    def nothing_has_changed(self) -> None:
        """Assert that the ledger is what it was after the step before."""
        assert list(self.app.ledger.select_notifications(None, 1 << 40)) == self.rows

    def teardown(self) -> None:
        """Go through the end: also after a failure, and then only to clear up."""
        if not _failing():
            self.tables_are_current()
            self.rebuild_finds_nothing()
            for told in self.model.told:
                self.again(told)
            self.nothing_has_changed()
            self.count("sequences")
        self.close()
        self.place.throw_away(self.location)


_PLAIN = (
    *("reference", "category", "risk", "reported_at", "age_seconds"),
    *("last_activity", "last_activity_at", "idle_seconds"),
)
_OWNED = ("owner", "team")


@contextmanager
def _after(times: int, happens: Callable[[], None]) -> Iterator[Progress]:
    """Lend a progress that lets something happen when it was told so many times, of work in small parts."""
    left = times

    def progress(_count: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            happens()

    with patch.object(filling, "BATCH", 1):
        yield progress


def _quietly(_count: int) -> None:
    """Show no progress."""


def _copied(old: str, new: str, way: str) -> None:
    """Copy a store to a file, as a backup or an archive, and restore it."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        file = Path(folder) / "copy"
        if way == "backup":
            backups.back_up(old, file, force=False, advance=_quietly)
        else:
            backups.archive_to(old, file, force=False, advance=_quietly)
        backups.restore_file(file, new, backups.How(iso(BEGIN), _quietly))


def _carried(old: str, new: str) -> None:
    """Put what an archive of one store holds into another that is there already."""
    out = BytesIO()
    backups.archive_into(old, out, _quietly)
    out.seek(0)
    backups.restore_from(out, "the archive", new, backups.How(iso(BEGIN), _quietly))


def _failing() -> bool:
    """Say whether something has failed already: whoever is called while it goes up must not hide it."""
    return sys.exc_info()[0] is not None


def play(
    place: Place, across: Place, counts: tuple[int, int], chance: int, *, shrink: bool = True
) -> Counter[str]:
    """Play so many sequences of so many steps on stores in ``place``; return what was counted.

    Raises whatever the first sequence that fails raises, after having made it simpler if it is to ``shrink``: its
    length stays, but what plays no part becomes a process that begins anew.
    """
    figures: Counter[str] = Counter()
    members = {"place": place, "across": across, "figures": figures}
    machine = seed(chance)(type(f"Machine_{place.name}", (Machine,), members))
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=counts[0],
            stateful_step_count=counts[1],
            phases=phases,
            database=None,
            deadline=None,
            derandomize=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.normal if shrink else Verbosity.quiet,
        ),
        _min_steps=counts[1],
    )
    return figures


def run(count: int, seed: int) -> Outcome:
    """Play ``count`` sequences on each engine."""
    if why := missing():
        raise NotRun(why)
    with server() as databases, in_files() as files, on_server(databases) as served:
        places = ((files, served, seed), (served, files, seed + 1))
        figures = {place.name: play(place, other, (count, STEPS), chance) for place, other, chance in places}
    steps = {f"steps on {name}": counted.pop("steps") for name, counted in figures.items()}
    return Outcome("machine", count, {**steps, **sum(figures.values(), Counter())})
