"""The bundle of a disclosure: which files it has, and what stands in each (``longcase disclosure v1``)."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msgspec import json

from domain.axes import Axes
from domain.codec import entry_of
from domain.errors import Refused, StoreError
from domain.identity import case_stream
from domain.instant import iso
from domain.unseen import spellings
from exchange.disclosure.archive import BundleWriter
from exchange.disclosure.checkpoints import consistency_files
from exchange.disclosure.contents import BundledCase
from exchange.disclosure.readme import readme
from exchange.log.proofs import proof_of
from ledger.entry import leaf_text
from ledger.integrity.tally import in_order
from presentation.documents.case_record import RecordSource, case_record
from presentation.documents.html import html
from presentation.instants import AsOf
from projections.views.case_view import CaseView
from transparency.errors import TransparencyError
from transparency.tiles import HEIGHT, WIDTH, bundle_content, tiles_of
from transparency.tree import Frontier, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from application.commands.disclosures import Disclosure
    from exchange.disclosure.contents import Bundle
    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader
    from transparency.tiles import Tile
    from transparency.tree import NodeReader, TreeHead

FORMAT: Final = "longcase disclosure v1"

_LARGEST_TEXT: Final = 1 << 20
_MOST_PROOFS: Final = 150_000


_NOT_AS_SIGNED: Final = "an entry is not in the store as it was signed: no bundle was made"


def bundled_cases(ledger: LedgerReader, given: Disclosure, references: Sequence[str]) -> list[BundledCase]:
    """Return the cases of these references, each with as many entries as the checkpoint covers.

    Raises ``Refused`` if they are more than go into one bundle.
    """
    found = [_bundled_case(ledger, reference, given.size) for reference in references]
    if given.inspection is None and sum(one.entries for one in found) > _MOST_PROOFS:
        why = f"a bundle without the headers of all cases has {_MOST_PROOFS:,} entries at most"
        raise Refused(why, hints=("give the cases away in several bundles",))
    return found


def _bundled_case(ledger: LedgerReader, reference: str, size: int) -> BundledCase:
    """Return a case under the spelling of its reference from which its stream follows."""
    spelt = next(one for one in (reference, *spellings(reference)) if ledger.version(case_stream(one)))
    stream = case_stream(spelt)
    return BundledCase(spelt, stream, sum(row.position <= size for row in ledger.stream(stream)))


def write_bundle(
    out: BinaryIO,
    ledger: LedgerReader,
    tree: NodeReader,
    bundle: Bundle,
    advance: Callable[[int], None] = lambda _: None,
) -> None:
    """Write a bundle as a ZIP file; ``advance`` takes numbers of entries.

    One case is in memory at a time, and of the other entries a page. Raises ``StoreError`` if an entry is not as
    it was signed, and ``OSError``.
    """
    with BundleWriter(out) as archive:
        for name, content in _papers(tree, bundle):
            archive.put(name, content)
        for case in bundle.cases:
            advance(_put_case(archive, ledger, tree, bundle, case))
        if bundle.kind == "inspection":
            for name, content in _tiles(ledger, bundle.checkpoints.newest.checkpoint.head, advance):
                archive.put(name, content, packed=name.startswith("tile/entries/"))


def _put_case(
    archive: BundleWriter, ledger: LedgerReader, tree: NodeReader, bundle: Bundle, case: BundledCase
) -> int:
    """Add the files of a case, and return how many entries it has."""
    rows = [row for row in ledger.stream(case.stream) if row.position <= bundle.checkpoints.size]
    record = _record(bundle, case, rows)
    archive.stream(case.record_name, lambda: iter((record,)))
    archive.stream(case.entries_name, lambda: map(_line, rows))
    if bundle.kind == "case":
        for row in rows:
            archive.put(f"proofs/{row.position}", proof_of(tree, bundle.checkpoints.newest, row))
    return len(rows)


def _papers(tree: NodeReader, bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    """Yield the files that say what the bundle is, and whose."""
    yield "README.txt", readme(bundle)
    yield "bundle.json", _manifest(bundle)
    yield "checkpoint", bundle.checkpoints.newest.note.to_bytes()
    yield "keys.txt", "".join(f"{key}\n" for key in bundle.keys).encode()
    if bundle.policy is not None:
        yield "policy.txt", bundle.policy
    for one in bundle.checkpoints.earlier:
        yield f"checkpoints/{one.checkpoint.size}", one.note.to_bytes()
    yield from consistency_files(tree, bundle.checkpoints)


def _manifest(bundle: Bundle) -> bytes:
    found = {
        "format": FORMAT,
        "kind": bundle.kind,
        "origin": bundle.given.log,
        "size": bundle.checkpoints.size,
        "to": bundle.given.recipient,
        "reason": bundle.reason,
        "made_at": f"{iso(bundle.made_at).removesuffix('+00:00')}Z",
        "longcase": bundle.program,
        "cases": [
            {"reference": one.reference, "stream": one.stream.hex(), "entries": one.entries}
            for one in bundle.cases
        ],
    }
    return json.format(json.encode(found), indent=2) + b"\n"


def _line(row: StoredEntry) -> bytes:
    """Return a line of the entries of a case: what its leaf is made from, and what that commits to."""
    found = {"header": leaf_text(row).decode(), "salt": row.salt.hex()}  # type: ignore[arg-type]  # a complete row
    return json.encode(found | _payload(row.payload)) + b"\n"


def _payload(payload: bytes) -> dict[str, str]:
    """Return a payload as text, or in base64 where it is none, or so large that escapes could double it."""
    if len(payload) <= _LARGEST_TEXT:
        with suppress(UnicodeDecodeError):
            return {"payload": payload.decode()}
    return {"payload_base64": b64encode(payload).decode()}


def _record(bundle: Bundle, case: BundledCase, rows: Sequence[StoredEntry]) -> bytes:
    axes = Axes(bundle.made_at, bundle.made_at)
    view = CaseView(list(map(entry_of, rows)), axes)
    source = RecordSource(view, bundle.rulebooks, AsOf(axes, bundle.zone, bundle.made_at), rows[-1])
    document = case_record(source)
    if document is None:
        raise StoreError(f"by the checkpoint the case {case.reference} had not been reported")
    return html(document)


def _tiles(ledger: LedgerReader, head: TreeHead, advance: Callable[[int], None]) -> Iterator[tuple[str, bytes]]:
    """Yield the texts of all leaves and the tree over them, worked out again from the entries.

    Raises ``StoreError`` at the end if that tree is not the one that was signed.
    """
    frontier, whole = Frontier(), dict[int, list[bytes]]()
    for tile in tiles_of(head.size):
        if tile.level:
            first = tile.number * WIDTH
            yield tile.path, b"".join(whole[tile.level][first : first + tile.width])
            continue
        texts = _texts(ledger, tile)
        leaves = list(map(leaf_hash, texts))
        frontier, added = frontier.with_leaves(leaves)
        for (level, _), digest in added:
            if level and level % HEIGHT == 0:
                whole.setdefault(level // HEIGHT, []).append(digest)
        yield tile.path, b"".join(leaves)
        yield tile.bundle_path, _bundled(texts)
        advance(tile.width)
    if frontier.root != head.root:
        raise StoreError(_NOT_AS_SIGNED, hints=("longcase log verify says which entry, and what is wrong",))


def _texts(ledger: LedgerReader, tile: Tile) -> list[bytes]:
    first = tile.number * WIDTH
    return [leaf_text(row) for row in in_order(ledger, first + tile.width, first)]  # type: ignore[arg-type]  # complete rows


def _bundled(texts: Sequence[bytes]) -> bytes:
    try:
        return bundle_content(texts)
    except TransparencyError as error:
        raise StoreError(f"an entry does not go into tiles: {error}") from error
