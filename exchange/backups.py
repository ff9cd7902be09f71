"""Backups, archives and what is restored from them: which file is which, and where each goes.

A backup of a store in a file is a file of SQLite, which is a store itself; of a store on a server it is an
archive. Either is restored in the same way, entry by entry.
"""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.codec import complaint
from domain.errors import Conflict, Refused, StoreError, UsageProblem
from domain.instant import FOREVER, SECOND, iso, zone_of
from domain.rulebook.default import SETTING, edition_of
from exchange.atomic_file import whole_file, whole_path
from exchange.source.open import SizeLimits, open_source
from exchange.source.trace import UnreadableSource
from ledger import stores
from ledger.errors import NotAStore
from ledger.integrity.sequence import AHEAD_SECONDS
from ledger.integrity.tally import Damaged, Held, tally_of
from ledger.reader import now
from ledger.sqlite import backup
from ledger.sqlite.place import check_free
from ledger.transfer import archive
from ledger.transfer.restore import FROM, NotEmpty, OtherRules, OtherZone, restore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from ledger.entry import StoredEntry
    from ledger.transfer.archive import Source

    Progress = Callable[[int], None]

_UNLIMITED: Final = SizeLimits(unpacked=1 << 62, ratio=1 << 62)
"""An archive of our own may swell as far as its payloads do; each of its lines is bounded."""


class Restored(NamedTuple):
    """What a store now holds, the id of the store that it is from, and whether it was made for that."""

    held: Held
    origin: str
    made: bool


class How(NamedTuple):
    """How a restore is done.

    ``at`` is when this is, for the store's settings; ``advance`` is called with numbers of entries; ``ahead``
    takes entries that are recorded after what the clock here says.
    """

    at: str
    advance: Progress
    ahead: bool = False


def back_up(location: str, path: Path, *, force: bool, advance: Progress) -> tuple[str, Held]:
    """Write a backup of the store at ``location`` to ``path``; return its kind and what it holds.

    The kind is ``sqlite`` or ``archive``. Raises ``UsageProblem`` if ``path`` cannot be written to,
    ``StoreError`` if the backup is not sound or cannot be made, and the ledger's own errors.
    """
    if stores.on_server(location):
        return "archive", archive_to(location, path, force=force, advance=advance)
    if path.suffix == ".gz":
        hint = "longcase archive packs what it writes to a file whose name ends so"
        raise UsageProblem("the backup of a store in a file is a store itself, and is not packed", hints=(hint,))
    with _made(location), _store_path(path, force=force, spare=_parts(location)) as beside:
        try:
            return "sqlite", backup.copy(location, str(beside), advance=advance)
        except backup.NotCopied as error:
            raise StoreError(f"no backup was made: {error}") from error


@contextmanager
def _store_path(path: Path, *, force: bool, spare: Sequence[Path] = ()) -> Iterator[Path]:
    """Give an empty file that becomes ``path`` at the end, as ``whole_path`` does, for a file of SQLite.

    Raises ``Misplaced`` if beside ``path`` lie parts of a store, which SQLite would replay over this one.
    """
    with whole_path(path, force=force, spare=spare) as beside:
        check_free(str(path))
        yield beside
        check_free(str(path))


def archive_to(location: str, path: Path, *, force: bool, advance: Progress) -> Held:
    """Write an archive of the store at ``location`` to ``path``; errors as for ``back_up``."""
    with whole_file(path, force=force, spare=_parts(location)) as out:
        return archive_into(location, out, advance)


def archive_into(location: str, out: BinaryIO, advance: Progress) -> Held:
    """Write an archive of the store at ``location`` to ``out``; errors as for ``back_up``."""
    with closing(stores.open_reader(location)) as ledger, _made(location):
        return archive.write(ledger, out, advance)


def _parts(location: str) -> list[Path]:
    """Return the files of a store, which nothing may replace."""
    return list(map(Path, stores.files_of(location)))


@contextmanager
def _made(location: str) -> Iterator[None]:
    try:
        yield
    except Damaged as error:
        hint = "longcase doctor --deep says more; keep the store as it is, and go on with the last sound backup"
        why = f"no backup was made, for the store {location} is damaged: {error}"
        raise StoreError(why, hints=(hint,)) from error


def restore_file(path: Path, location: str, how: How) -> Restored:
    """Put what a backup or an archive holds into an empty store; all else as for ``restore_from``."""
    with _explained(str(path), location), source_in(path) as source:
        return _restored(source, location, how)


def restore_from(stream: BinaryIO, name: str, location: str, how: How) -> Restored:
    """Put what the archive in ``stream`` holds into the empty store at ``location``, made first if need be.

    ``name`` is what the stream is called. Raises ``StoreError`` if the archive is damaged or holds what this
    version cannot read, ``Refused`` if the store is not empty, ``Conflict`` if it has another time zone,
    and the ledger's own errors. Nothing has changed then.
    """
    with _explained(name, location):
        return _restored(archive.read(stream), location, how)


@contextmanager
def source_in(path: Path) -> Iterator[Source]:
    """Lend what the file at ``path`` holds: a backup of SQLite, or an archive, plain or packed.

    Raises ``Damaged`` or ``UnreadableSource`` if it is neither, and ``StoreError`` if a newer version wrote it.
    """
    with open_source(path, _UNLIMITED) as stream:
        if not _is_sqlite(path):
            yield archive.read(stream)
            return
    try:
        with backup.source(str(path)) as source:
            yield source
    except NotAStore as error:
        raise StoreError(str(error), hints=error.advice) from error


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(backup.MAGIC)) == backup.MAGIC


def _restored(source: Source, location: str, how: How) -> Restored:
    edition_of(source.settings)  # raises for one that this version does not have
    if stores.on_server(location):
        return Restored(_put(source, location, how), source.settings["id"], made=False)
    made = not os.path.lexists(location)
    held = (_make if made else _put)(source, location, how)
    restored = Restored(held, source.settings["id"], made)
    _check_there(location, restored)
    return restored


def _make(source: Source, location: str, how: How) -> Held:
    with _store_path(Path(location), force=False) as beside:
        stores.create(str(beside), _settings(source))
        held = _put(source, str(beside), how)
        if os.path.lexists(f"{beside}-wal"):
            raise StoreError(f"the store {location} was not made: it could not be closed")
    return held


def _check_there(location: str, restored: Restored) -> None:
    """Read the store under its own name, as every other process will; raise ``StoreError`` if it is another."""
    try:
        with closing(stores.open_reader(location)) as ledger:
            found, origin = tally_of(ledger, restored.held.entries), ledger.setting(FROM)
    except Damaged as error:
        raise _another(location, str(error)) from error
    if (found, origin) != restored[:2]:
        raise _another(location, "its entries are others, or from another store")


def _another(location: str, why: str) -> StoreError:
    hint = "use it for nothing; restore under another name, and look for what else uses this one"
    return StoreError(f"the store {location} does not hold what was restored: {why}", hints=(hint,))


def _settings(source: Source) -> dict[str, str]:
    """Return what a new store is made with; raise ``StoreError`` if its time zone is not known here."""
    zone = source.settings.get("zone")
    if zone is None:
        return {}
    try:
        zone_of(zone)
    except ValueError as error:
        raise StoreError(f"no store can be made for it: {error}", hints=("pip install tzdata",)) from error
    return {"zone": zone}


def _put(source: Source, location: str, how: How) -> Held:
    latest = FOREVER if how.ahead else now() + AHEAD_SECONDS * SECOND

    def refusal(entry: StoredEntry) -> str | None:
        return complaint(entry) or (None if entry.recorded_at <= latest else _in_the_future(entry))

    with closing(stores.open_recorder(location)) as recorder:
        return restore(recorder, source, at=how.at, complaint=refusal, advance=how.advance)


def _in_the_future(entry: StoredEntry) -> str:
    at = iso(entry.recorded_at, UTC)
    return f"it is recorded at {at}, after what the clock here says; --ahead takes it, if a clock was wrong then"


@contextmanager
def _explained(name: str, location: str) -> Iterator[None]:
    """Put what stands in the way of a restore into words."""
    try:
        yield
    except (Damaged, UnreadableSource) as error:
        hint = "nothing was changed; another backup, or an older one, may be sound"
        hints = (*getattr(error, "hints", ()), hint)
        raise StoreError(f"{name} cannot be restored: {error}", hints=hints) from error
    except NotEmpty as error:
        hint = "name a store that is not there yet: --store FILE"
        if stores.on_server(location):
            hint = "make an empty store in another database: longcase init --store URL"
        why = f"only an empty store can be restored into, and {location} is not: {error}"
        raise Refused(why, hints=(hint,)) from error
    except OtherZone as error:
        hint = "name a store that is not there yet, and it is made with the zone that is wanted: --store FILE"
        if stores.on_server(location):
            new = f"longcase init --zone {error.wanted} --store URL"
            hint = f"make a store with its zone in another database: {new}"
        raise Conflict(f"it cannot be restored into {location}: {error}", hints=(hint,)) from error
    except OtherRules as error:
        hint = "name a store that is not there yet, and it is made for the rulebook that is wanted: --store FILE"
        if stores.on_server(location):
            edition = edition_of({} if error.wanted is None else {SETTING: error.wanted})
            new = f"longcase init --edition {edition} --store URL"
            hint = f"make a store for it in another database: {new}, with the same --zone"
        raise Conflict(f"it cannot be restored into {location}: {error}", hints=(hint,)) from error
