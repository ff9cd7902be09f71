"""One entry's place in the log, as a file that can be checked without the store (C2SP tlog-proof)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refused, StoreError
from ledger.entry import leaf_hash
from transparency.errors import NotVerified
from transparency.proofs import LoggedProof
from transparency.tree import check_inclusion, inclusion_proof

if TYPE_CHECKING:
    from ledger.entry import StoredEntry
    from transparency.cosignatures import OpenedCheckpoint
    from transparency.tree import NodeReader


def proof_of(tree: NodeReader, opened: OpenedCheckpoint, entry: StoredEntry) -> bytes:
    """Return the file that proves an entry to be in the tree of a checkpoint; it holds no text of the entry.

    Raises ``Refused`` if the entry was recorded after the checkpoint, and ``StoreError`` if the store does not
    have it as it was signed.
    """
    head = opened.checkpoint.head
    if entry.position > head.size:
        why = f"the newest checkpoint has {head.size:,} entries, and this one is at position {entry.position:,}"
        raise Refused(why, hints=("longcase log checkpoint makes one that covers it",))
    proof = inclusion_proof(tree, entry.position - 1, head.size)
    try:
        check_inclusion(leaf_hash(entry), entry.position - 1, head, proof)  # type: ignore[arg-type]  # a complete row
    except NotVerified as error:
        why = f"the entry at position {entry.position:,} is not in the store as it was signed: {error}"
        raise StoreError(why, hints=("longcase log verify says what else is wrong",)) from error
    return LoggedProof(entry.position - 1, proof, opened.note.to_bytes()).to_bytes()
