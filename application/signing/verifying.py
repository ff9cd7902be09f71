"""The store against what was signed of it: the checkpoints that it keeps, and those that others keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from application.signing.checkpoints import KEYS, ORIGIN
from domain.cases.events import Reported
from domain.codec import Unreadable, entry_of
from domain.errors import UsageProblem
from domain.identity import case_stream
from ledger.integrity.signed_roots import Defect, SignedRoot, read_again
from transparency.checkpoints import parse_checkpoint
from transparency.cosignatures import open_checkpoint
from transparency.errors import MalformedText, TransparencyError
from transparency.keys import read_verifier_key
from transparency.notes import parse_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ledger.integrity.signed_roots import ReadAgain
    from ledger.reader import LedgerReader
    from transparency.checkpoints import Checkpoint
    from transparency.keys import VerifierKey

_PAGE: Final = 500
"""How many checkpoints of the store are in memory together."""


class Compared(NamedTuple):
    """A checkpoint that is kept outside: its file, what it says, and whether the store agrees with it."""

    source: str
    size: int
    root: bytes
    agrees: bool


class Verdict(NamedTuple):
    """What verifying a store came to."""

    read: ReadAgain
    findings: tuple[Defect, ...]
    """What is wrong with signatures and keys, whose positions are 0, and then with entries, in order."""
    outside: tuple[Compared, ...]
    kept: int
    """How many checkpoints the store keeps."""

    @property
    def whole(self) -> bool:
        """Say whether nothing is wrong at all."""
        return not self.findings and not self.read.failed


def verify(
    ledger: LedgerReader, outside: Sequence[tuple[str, bytes]], advance: Callable[[], None] = lambda: None
) -> Verdict:
    """Read every entry of a store, and compare it with its own checkpoints and those in files kept outside.

    ``outside`` holds each with the name of its file. Raises ``UsageProblem`` if one is no checkpoint at all.
    """
    keys, findings = _keys(ledger)
    given = [(source, *_read(source, note)) for source, note in outside]
    for source, checkpoint, note in given:
        findings += _unlike(ledger, keys, source, checkpoint, note)
    kept = _Kept(ledger, keys)
    roots = [SignedRoot(source, one.size, one.root, outside=True) for source, one, _ in given]
    read = read_again(ledger, [*roots, *kept.roots()], advance)
    compared = tuple(Compared(*root[:3], agrees=root not in read.failed) for root in roots)
    return Verdict(read, (*findings, *kept.findings, *read.defects), compared, kept.count)


def _keys(ledger: LedgerReader) -> tuple[tuple[VerifierKey, ...], list[Defect]]:
    """Return the keys of the log as the store has them, and what is wrong with them."""
    try:
        return tuple(map(read_verifier_key, (ledger.setting(KEYS) or "").splitlines())), []
    except TransparencyError as error:
        return (), [_of_keys(f"the keys of the log in the store cannot be read: {error}")]


def _of_keys(reason: str) -> Defect:
    return Defect("keys", 0, 0, reason)


def _read(source: str, note: bytes) -> tuple[Checkpoint, bytes]:
    try:
        return parse_checkpoint(parse_note(note).text), note
    except MalformedText as error:
        raise UsageProblem(f"{source} is no checkpoint: {error}") from error


def _unlike(
    ledger: LedgerReader, keys: Sequence[VerifierKey], source: str, checkpoint: Checkpoint, note: bytes
) -> list[Defect]:
    """Return what does not fit between a checkpoint kept outside and what the store says of its log."""
    origin = ledger.setting(ORIGIN)
    if origin != checkpoint.origin:
        said = "has no log" if origin is None else f"has the log {origin}"
        why = (
            f"{source} is of the log {checkpoint.origin}, and the store {said}: it is of another, or was changed"
        )
        return [_of_keys(why)]
    try:
        open_checkpoint(note, keys)
    except TransparencyError as error:
        why = f"{source} is not signed by the keys that the store says are its log's: {error}"
        return [_of_keys(f"{why}; the keys in the store were changed, or the file was")]
    return []


class _Kept:
    """The checkpoints that a store keeps, each looked at once."""

    def __init__(self, ledger: LedgerReader, keys: Sequence[VerifierKey]) -> None:
        self._ledger = ledger
        self._keys = keys
        self.count = 0
        self.findings: list[Defect] = []

    def roots(self) -> Iterator[SignedRoot]:
        number = 0
        while page := self._ledger.checkpoints(number, _PAGE):
            for row in page:
                number, self.count = row.number, self.count + 1
                source = f"checkpoint {row.number:,} in the store"
                try:
                    found = open_checkpoint(row.note.encode(), self._keys).checkpoint
                except (TransparencyError, ValueError) as error:
                    self.findings.append(
                        Defect("checkpoint", 0, 0, f"{source} is not signed by its log: {error}")
                    )
                    continue
                if found.size != row.size:
                    why = f"{source} is of {found.size:,} entries, and is filed under {row.size:,}"
                    self.findings.append(Defect("checkpoint", 0, 0, why))
                yield SignedRoot(source, found.size, found.root)


def reference_of(ledger: LedgerReader, stream: bytes) -> str | None:
    """Return the reference of the case that a stream is of, where its first entry says it and it is true."""
    for row in ledger.stream(stream)[:1]:
        try:
            event = entry_of(row).event
        except Unreadable:
            return None
        if isinstance(event, Reported) and case_stream(event.reference) == stream:
            return event.reference
    return None
