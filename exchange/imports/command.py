"""An import as a command: the files one after the other, each wholly or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from eventsourcing.persistence import PersistenceError

from application.vocabulary import shipped
from domain.errors import Refused, StoreError, UsageProblem
from domain.identity import kept_identifier
from exchange.imports.foreign import Importer
from exchange.imports.native import NativeImporter
from exchange.imports.outcome import Outcome
from exchange.imports.worker import PartsAside, worthwhile
from exchange.mapping.mapping import Mapping
from exchange.mapping.rules import check_rules
from exchange.readers.reader import Reading, read
from exchange.source.trace import ImportRefused, Refusal
from ledger.errors import Busy, CommandTaken
from projections.views.access import Reader, entries_of, may_read
from projections.views.case_view import CaseView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from application.app import Longcase
    from application.envelope import Envelope
    from domain.event import Entry
    from domain.instant import Instant
    from exchange.imports.importer import Taker

_TAKEN = "it holds a command id that stands for another case's entry, in the store or in the file itself"


_AMEND = "--amend --reason TEXT takes over what the file says; --amend --dry-run shows it first"
_NOBODY = "{:,} of {:,} events name nobody: they are by 'unknown', and no entry can be given another person"


class Asked(msgspec.Struct, frozen=True):
    """How an import is to go about it.

    With ``strict`` a word that the vocabulary does not have is refused. ``named`` says that somebody named the
    source: only then is an event stored that another source brought. With ``amend`` what differs from the file is
    corrected or retracted, for the reason in the envelope. With ``dry_run`` nothing is stored.
    """

    strict: bool = False
    named: bool = False
    amend: bool = False
    dry_run: bool = False


class SampleCase(NamedTuple):
    """A case as it would be: all its entries, at an instant (microseconds UTC) after the last of them."""

    entries: list[Entry]
    now: Instant


class _NotStored(Exception):
    """Ends the transaction of an import that was only tried."""


class FileOutcome(Outcome):
    """What came of one file: beside the counts, its source's name, and what is to be said about it.

    ``notes`` are what was guessed, ``not_kept`` the attributes that were left behind, ``hints`` what to do
    about a file that was refused, of which ``complete`` is false: nothing of it was taken. ``own`` says that
    Longcase had made it. ``samples`` are cases as they would be, if it was only tried.
    """

    file: str = ""
    source: str = ""
    own: bool = False
    complete: bool = True
    notes: list[str] = msgspec.field(default_factory=list)
    not_kept: list[str] = msgspec.field(default_factory=list)
    hints: list[str] = msgspec.field(default_factory=list)
    samples: list[SampleCase] = msgspec.field(default_factory=list)


def mapping_for(mapping: Mapping | None, source: str | None) -> Mapping | None:
    """Return the mapping to use where ``source`` was named; raise ``UsageProblem`` if it cannot be used."""
    if mapping is not None:
        check_rules(mapping, shipped)
    if source is not None:
        mapping = msgspec.structs.replace(mapping or Mapping(), source=source)
    if mapping is not None and mapping.source is not None:
        _check_source(mapping.source)
    return mapping


def import_file(
    app: Longcase,
    path: Path,
    mapping: Mapping | None,
    by: Envelope,
    progress: Callable[[int], None],
    asked: Asked = Asked(),  # noqa: B008  (it cannot be changed)
) -> FileOutcome:
    """Import one file in one transaction; a file that cannot be read to its end changes nothing.

    ``progress`` is called with numbers of events. Raises ``UsageProblem`` if the file's name cannot be that of
    a source, and ``StoreError`` if the store fails.
    """
    outcome = FileOutcome(file=str(path), amends=asked.amend)
    reading = read(path, mapping, outcome.refuse_unread)
    outcome.source = reading.source
    _check_source(reading.source)
    try:
        _import(app, reading, mapping, by, outcome, progress, asked)
    except _NotStored:
        return outcome
    except ImportRefused as refusal:
        return _refused(outcome, refusal.refusal, refusal.hints)
    except CommandTaken:
        return _refused(outcome, Refusal(outcome.file, 1, _TAKEN), ())
    except Busy as error:
        raise StoreError(error.in_words, hints=error.advice) from error
    except PersistenceError as error:
        raise StoreError(f"the store failed and nothing of {path} was imported: {error}") from error
    return outcome


def _check_source(source: str) -> None:
    try:
        kept_identifier(source, "the name of the source")
    except Refused as error:
        raise UsageProblem(error.message, hints=("name it with --source NAME",)) from error


def _import(
    app: Longcase,
    reading: Reading,
    mapping: Mapping | None,
    by: Envelope,
    outcome: FileOutcome,
    progress: Callable[[int], None],
    asked: Asked,
) -> None:
    outcome.own = reading.own
    kind = NativeImporter if outcome.own else Importer
    path = Path(outcome.file)
    with app.ledger.transaction():
        taker = kind(app, reading.source, outcome.file, by, outcome, strict=asked.strict)
        if outcome.own or not taker.fresh or asked.amend or not worthwhile(path):
            taker.take(reading, progress)
            outcome.notes, outcome.not_kept = reading.all_notes, reading.not_kept
        else:
            parts = PartsAside(path, mapping, by, app.clock(), strict=asked.strict)
            with app.ledger.bulk_loading():
                taker.take_parts(parts, progress)
            outcome.notes, outcome.not_kept = parts.notes, parts.not_kept
        _check_whole(taker, outcome, asked)
        outcome.notes += _remarks(taker, outcome)
        if asked.dry_run:
            outcome.samples = list(_samples(app, taker, by))
            raise _NotStored


def _check_whole(taker: Taker, outcome: FileOutcome, asked: Asked) -> None:
    """Raise ``ImportRefused`` for what only a whole file can tell."""
    if not asked.named:
        taker.elsewhere.check(outcome.file)
    if asked.amend and outcome.own:
        why = "it is an export of Longcase, whose entries are corrected one by one"
        raise ImportRefused(Refusal(outcome.file, 1, why), hints=("longcase correct REF N FIELD=VALUE",))
    if asked.amend and outcome.unread:
        why = f"{outcome.unread:,} of its rows cannot be read, and to amend by it all must be known"
        raise ImportRefused(Refusal(outcome.file, outcome.refused[0].line, why), hints=("put these rows right",))
    if outcome.differing and not asked.amend:
        outcome.hints.append(_AMEND)


def _samples(app: Longcase, taker: Taker, by: Envelope) -> Iterator[SampleCase]:
    """Yield some of the cases that something was added to, but those that may not be read."""
    now, reader = app.now(), Reader(by.actor, by.role)
    for stream in taker.samples:
        entries = entries_of(app.ledger, stream)
        if may_read(CaseView(entries).case, reader):
            yield SampleCase(entries, now)


def _remarks(taker: Taker, outcome: FileOutcome) -> Iterator[str]:
    """Yield what is to be said about what was taken."""
    if outcome.own:
        return
    if outcome.nobody:
        yield _NOBODY.format(outcome.nobody, outcome.events_read)
    yield from taker.elsewhere.notes()
    yield from taker.words.notes()
    yield from taker.known.notes()


def _refused(outcome: FileOutcome, refusal: Refusal, hints: Sequence[str]) -> FileOutcome:
    """Return what came of a file of which nothing was taken."""
    return FileOutcome(
        refused=[*outcome.refused, refusal],
        file=outcome.file,
        source=outcome.source,
        own=outcome.own,
        complete=False,
        hints=list(hints),
    )


def total(outcomes: Sequence[FileOutcome]) -> Outcome:
    """Return the sum of what came of several files."""
    return Outcome(
        cases=sum(one.cases for one in outcomes),
        entries=sum(one.entries for one in outcomes),
        already_present=sum(one.already_present for one in outcomes),
        refused=[refusal for one in outcomes for refusal in one.refused],
        events_read=sum(one.events_read for one in outcomes),
        differing=sum(one.differing for one in outcomes),
        nobody=sum(one.nobody for one in outcomes),
        corrected=sum(one.corrected for one in outcomes),
        retracted=sum(one.retracted for one in outcomes),
    )
