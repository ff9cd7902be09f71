"""Whether the tree that a store keeps is that over its entries, and what was signed of it, for deep checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ledger.entry import HEIGHT
from ledger.integrity.findings import Wrong
from ledger.tree import LedgerTree, MissingNode, grown

if TYPE_CHECKING:
    from ledger.kept_checkpoints import StoredCheckpoint
    from ledger.reader import LedgerReader
    from ledger.tree import Kept

_NAMED: Final = 5
"""How many faulty nodes are named."""

_THERE: Final = "SELECT level, number, hash FROM node ORDER BY level, number"


class TreeOfEntries:
    """Works the nodes out anew that a store keeps, from one leaf after the other."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.nodes: dict[tuple[int, int], bytes] = {}
        self._size = 0
        self._leaves: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the leaf of the next entry, as it is worked out from the entry."""
        self._leaves.append(leaf)
        if len(self._leaves) == 1 << HEIGHT:
            for level, number, node in grown(self._size, self._leaves, self._kept):
                self.nodes[level, number] = node
            self._size += len(self._leaves)
            self._leaves.clear()

    def _kept(self, stretch: Kept) -> list[bytes]:
        return [self.nodes[stretch.level, number] for number in range(stretch.start, stretch.end)]


def nodes_in_words(ledger: LedgerReader, tree: TreeOfEntries) -> str:
    """Return that the nodes in a store are those over its entries, or raise ``Wrong``."""
    there = {(level, number): node for level, number, node in ledger.rows(_THERE)}
    wrong = [f"{_where(*place)} is missing" for place in tree.nodes if place not in there]
    wrong += [f"{_where(*place)} is another" for place in there if there[place] != tree.nodes.get(place)]
    if wrong:
        more = "" if len(wrong) <= _NAMED else f", and {len(wrong) - _NAMED:,} more"
        raise Wrong(f"the tree is not that over the entries: {', '.join(wrong[:_NAMED])}{more}")
    return f"{len(there):,} nodes, each as the entries below it make it"


def _where(level: int, number: int) -> str:
    return f"the node over the entries {(number << level) + 1:,} to {(number + 1) << level:,}"


def checkpoints_in_words(ledger: LedgerReader) -> str:
    """Return that what was signed is the root of the tree as it stands, or raise ``Wrong``.

    Whose signatures these are is for whoever has the keys to say.
    """
    kept, tree = ledger.checkpoints(), LedgerTree(ledger)
    for one in kept:
        if complaint := _unlike(tree, one):
            raise Wrong(f"checkpoint {one.number:,}, of {one.size:,} entries, {complaint}")
    if not kept:
        return "nothing was signed yet"
    last = f"the last of {kept[-1].size:,} entries"
    return f"{len(kept):,} checkpoints, {last}, each with the root of the tree as it stands; not who signed them"


def _unlike(tree: LedgerTree, one: StoredCheckpoint) -> str | None:
    """Return what is wrong with a checkpoint, if anything."""
    from transparency.checkpoints import parse_checkpoint
    from transparency.errors import MalformedText
    from transparency.notes import parse_note
    from transparency.tree import root_at

    try:
        said = parse_checkpoint(parse_note(one.note.encode()).text)
        if said.size != one.size:
            return f"says that it is of {said.size:,}"
        if said.root != root_at(tree, said.size):
            return "is of others than are there: entries were changed since it was signed"
    except MalformedText as error:
        return f"is none: {error}"
    except MissingNode as error:
        return f"cannot be compared: {error}"
    return None
