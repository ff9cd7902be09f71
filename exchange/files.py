"""An import as a command: the files one after the other, each wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from eventsourcing.persistence import PersistenceError

from application.longcase import Longcase
from application.recording import Envelope
from domain.errors import StoreError
from exchange.importing import Importer, Outcome, check_events
from exchange.mapping import Mapping
from exchange.reading import Reading, read
from exchange.records import ImportRefused
from ledger.errors import Busy


class FileOutcome(Outcome):
    """What came of one file: beside the counts, its source's name, what was guessed and what was not kept."""

    file: str = ""
    source: str = ""
    notes: list[str] = []
    not_kept: list[str] = []
    complete: bool = True


def import_file(
    app: Longcase, path: Path, mapping: Mapping | None, by: Envelope, progress: Callable[[int], None]
) -> FileOutcome:
    """Import one file in one transaction; a file that cannot be read to its end changes nothing.

    Raises ``UsageProblem`` for a mapping that cannot be used and ``StoreError`` if the store fails.
    """
    if mapping is not None:
        check_events(mapping)
    outcome = FileOutcome(file=str(path))
    reading = read(path, mapping, outcome.refused.append)
    outcome.source = reading.source
    try:
        _import(app, reading, by, outcome, progress)
    except ImportRefused as refusal:
        refused = [*outcome.refused, refusal.refusal]
        return FileOutcome(file=str(path), source=reading.source, refused=refused, complete=False)
    except Busy as error:
        raise StoreError("the store is in use by another writer", hints=("try again",)) from error
    except PersistenceError as error:
        raise StoreError(f"the store failed and nothing of {path} was imported: {error}") from error
    outcome.notes, outcome.not_kept = reading.notes, reading.not_kept
    return outcome


def _import(
    app: Longcase, reading: Reading, by: Envelope, outcome: FileOutcome, progress: Callable[[int], None]
) -> None:
    with app.ledger.transaction():
        Importer(app, reading.source, outcome.file, by, outcome).take(reading, progress)


def total(outcomes: Sequence[FileOutcome]) -> Outcome:
    """Return the sum of what came of several files."""
    return Outcome(
        cases=sum(one.cases for one in outcomes),
        entries=sum(one.entries for one in outcomes),
        already_present=sum(one.already_present for one in outcomes),
        refused=[refusal for one in outcomes for refusal in one.refused],
        events_read=sum(one.events_read for one in outcomes),
    )
