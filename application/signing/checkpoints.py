"""The checkpoints of a store: made by the signer, kept beside the entries, and found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from application.signing.signer import StoreSide, own_checkpoints
from domain.errors import Conflict, Refused, StoreError
from transparency.cosignatures import open_checkpoint
from transparency.errors import TransparencyError
from transparency.keys import read_verifier_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from application.signing.signer import LogSigner, LogTree
    from ledger.reader import LedgerReader
    from ledger.recorder import LedgerRecorder
    from transparency.cosignatures import OpenedCheckpoint
    from transparency.keys import VerifierKey

ORIGIN: Final = "log_origin"
"""The setting of the store that is the name of its log."""

KEYS: Final = "log_keys"
"""The setting of the store that holds the public keys of its log, one a line."""


class MadeCheckpoint(NamedTuple):
    """A checkpoint, as it is kept in the store, and whether it was made now."""

    note: bytes
    opened: OpenedCheckpoint
    made: bool


def log_origin(ledger: LedgerReader) -> str:
    """Return the name of the store's log; raise ``Refused`` if it has none yet."""
    found = ledger.setting(ORIGIN)
    if found is None:
        hint = "longcase log init --origin NAME makes its keys and begins it"
        raise Refused("this store has no log that is signed yet", hints=(hint,))
    return found


def log_keys(ledger: LedgerReader) -> tuple[VerifierKey, ...]:
    """Return the public keys of the store's log, as the store has them.

    Raises ``Refused`` if there is no log yet, and ``StoreError`` if the setting holds something else.
    """
    log_origin(ledger)
    try:
        return tuple(map(read_verifier_key, (ledger.setting(KEYS) or "").splitlines()))
    except TransparencyError as error:
        hint = "longcase log verify --checkpoint FILE compares the store with a checkpoint that is kept outside"
        raise StoreError(f"the keys of the log in the store cannot be read: {error}", hints=(hint,)) from error


def begin_log(recorder: LedgerRecorder, keys: Sequence[VerifierKey]) -> None:
    """Say in the store which keys sign its log, which never changes.

    Raises ``Conflict`` if it says so of others.
    """
    origin, text = keys[0].name, "".join(f"{key}\n" for key in keys)
    with recorder.transaction():
        held = recorder.setting(ORIGIN), recorder.setting(KEYS)
        if held == (None, None):
            recorder.set_once(ORIGIN, origin)
            recorder.set_once(KEYS, text)
        elif held != (origin, text):
            raise Conflict(f"this store has a log already, {held[0]}, which other keys sign", hints=_OTHER_KEYS)


_OTHER_KEYS: Final = (
    "longcase log status says which; --signer or LONGCASE_SIGNER says where its signer is",
    "if the store was replaced, look into who did it, and compare it with a checkpoint that is kept outside",
)


def check_no_log(ledger: LedgerReader) -> None:
    """Raise ``Conflict`` if the store says already which log it has."""
    found = ledger.setting(ORIGIN)
    if found is not None:
        raise Conflict(
            f"this store has a log already, {found}, and its name never changes", hints=_OTHER_KEYS[:1]
        )


def check_same_log(ledger: LedgerReader, keys: Sequence[VerifierKey]) -> None:
    """Raise ``Conflict`` if the store says that its log has other keys than a signer."""
    if tuple(log_keys(ledger)) != tuple(keys):
        why = f"the store's log {log_origin(ledger)} has other keys than this signer, of {keys[0].name}"
        raise Conflict(why, hints=_OTHER_KEYS)


def make_checkpoint(
    recorder: LedgerRecorder, tree: LogTree, signer: LogSigner, outside: Iterable[OpenedCheckpoint] = ()
) -> MadeCheckpoint:
    """Have the tree signed as it is, and keep the checkpoint; the last one stands if nothing was added since.

    Raises ``Conflict`` if the store's log has other keys, and as ``LogSigner.sign`` does.
    """
    check_same_log(recorder, signer.keys)
    given: list[MadeCheckpoint] = []

    def give(note: bytes) -> None:
        given.append(_kept(recorder, open_checkpoint(note, signer.keys), signer.keys))

    def kept(least: int) -> Iterator[bytes]:
        return (row.note.encode() for row in recorder.checkpoints_from(least))

    signer.sign(tree, StoreSide(kept, give, recorder.confirm), [*outside])
    return given[0]


def _kept(recorder: LedgerRecorder, opened: OpenedCheckpoint, keys: Sequence[VerifierKey]) -> MadeCheckpoint:
    """Keep a checkpoint beside the entries, unless it is there, maybe with more signatures."""
    size = opened.checkpoint.size
    rows = [row.note.encode() for row in recorder.checkpoints_from(size) if row.size == size]
    for one in reversed(own_checkpoints(rows, keys)):
        if one.note.text == opened.note.text and set(one.log_keys) == set(keys):
            return MadeCheckpoint(one.note.to_bytes(), opened, made=False)
    note = opened.note.to_bytes()
    recorder.keep_checkpoint(size, note.decode())
    return MadeCheckpoint(note, opened, made=True)


def newest(ledger: LedgerReader, keys: Sequence[VerifierKey]) -> OpenedCheckpoint:
    """Return the newest checkpoint in the store, with all cosignatures that it has got.

    Raises ``Refused`` if there is none, and ``StoreError`` if it is not signed by the log.
    """
    row = ledger.newest_checkpoint()
    if row is None:
        raise Refused("no checkpoint has been made yet", hints=("longcase log checkpoint makes one",))
    try:
        return open_checkpoint(row.note.encode(), keys)
    except TransparencyError as error:
        why = f"the newest checkpoint in the store is not signed by its log: {error}"
        raise StoreError(why, hints=("longcase log verify says what else is wrong",)) from error
