"""All entries of a log, as an inspection's bundle has them: each leaf read, the tree grown anew, and compared."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from longcase_verify.archive import part
from longcase_verify.findings import FindingPlace
from longcase_verify.leaves import EntryLeaf, read_leaf
from longcase_verify.problems import NotInForm
from longcase_verify.tree import WIDTH, GrownTree, tile_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from longcase_verify.archive import BundleParts
    from longcase_verify.cases import DisclosedEntry
    from longcase_verify.findings import AuditFindings
    from longcase_verify.manifest import DisclosedCase

LARGEST_LEAVES = WIDTH * (2 + 65_535)
HASH = 32


class LogHistory:
    """Reads every leaf once, in order; keeps 32 bytes of each that is disclosed, and a number for each stream."""

    def __init__(
        self, parts: BundleParts, size: int, cases: Iterable[DisclosedCase], findings: AuditFindings
    ) -> None:
        """Take the files, how many entries the signed checkpoint has, and which cases are disclosed."""
        self._parts = parts
        self._size = size
        self._findings = findings
        self._references: Mapping[bytes, str] = {case.stream: case.reference for case in cases}
        self._versions: dict[bytes, int] = {}
        self._shift = 0
        self._recorded = 0
        self.is_whole = False
        """Whether all entries were there to be read."""
        # The leaf hashes of each disclosed stream, one after the other in the order of versions.
        self._disclosed: dict[bytes, bytearray] = {stream: bytearray() for stream in self._references}
        self.roots: dict[int, bytes] = {}
        """The root of the tree at every size that was asked for and reached."""

    def read(self, sizes: Iterable[int]) -> int:
        """Read all entries, work out the roots at some sizes, and return how many entries there were."""
        tree, wanted = GrownTree(self._compare_tile), sorted({0, self._size, *sizes})
        self.roots[0] = tree.root()
        for number in range(-(-self._size // WIDTH)):
            leaves = self._leaves(number)
            if leaves is None:
                break
            hashes = [sha256(b"\0" + leaf).digest() for leaf in leaves]
            for position, leaf, digest in zip(range(tree.size + 1, self._size + 1), leaves, hashes, strict=False):
                self._take(position, leaf, digest)
            for piece in _pieces(hashes, tree.size, wanted):
                tree.add(piece)
                if wanted[bisect_left(wanted, tree.size)] == tree.size:
                    self.roots[tree.size] = tree.root()
        else:
            self.is_whole = True
            tree.finish()
        return tree.size

    def judge(self, entry: DisclosedEntry, place: FindingPlace) -> None:
        """Note whether the leaf of a disclosed entry is the one that was read here."""
        at = (int(entry.leaf.version) - 1) * HASH
        there = self._disclosed[entry.leaf.stream][at : at + HASH]
        if there != entry.digest and (there or self.is_whole):
            text = "The leaf of this entry is not the one that the log has for it: it was changed, or put in."
            self._findings.tampered("leaf-differs", text, place)

    def count(self, stream: bytes) -> int:
        """Return how many entries a disclosed stream has."""
        return len(self._disclosed[stream]) // HASH

    @property
    def streams(self) -> int:
        """Return how many streams the entries are of."""
        return len(self._versions)

    def _leaves(self, number: int) -> list[bytes] | None:
        width = min(WIDTH, self._size - number * WIDTH)
        name = tile_name("entries", number, width)
        data = part(self._parts, name, LARGEST_LEAVES, self._findings)
        if data is None:
            return None
        leaves, at = [], 0
        while at < len(data):
            end = at + 2 + int.from_bytes(data[at : at + 2])
            leaves.append(data[at + 2 : end])
            at = end
        if at != len(data) or len(leaves) != width:
            text = f"This file must hold {width} entries, from position {number * WIDTH + 1} on, and does not."
            self._findings.tampered("entries-form", text, FindingPlace(file=name))
            return None
        return leaves

    def _take(self, position: int, written: bytes, digest: bytes) -> None:
        """Check what an entry says of its place, against those before it."""
        try:
            leaf = read_leaf(written)
        except NotInForm as error:
            self._findings.tampered("entry-form", f"{error}.", FindingPlace(position=position))
            return
        said, version, recorded = int(leaf.position), int(leaf.version), int(leaf.recorded_at)
        if said != position + self._shift:
            text = f"The entry that stands here says that its position is {said}: {self._moved(said, position)}."
            self._findings.tampered("position", text, self._place(leaf, position))
            self._shift = said - position
        before = self._versions.get(leaf.stream, 0)
        if version != before + 1:
            text = f"After entry {before} of its case comes entry {version}: {_gap(before, version)}."
            self._findings.tampered("version", text, self._place(leaf, position))
        if recorded < self._recorded:
            text = "This entry says that it was recorded before the one in front of it: it was put in later."
            self._findings.tampered("recorded-at", text, self._place(leaf, position))
        self._recorded, self._versions[leaf.stream] = recorded, version
        if leaf.stream in self._disclosed:
            self._disclosed[leaf.stream] += digest

    def _moved(self, said: int, position: int) -> str:
        return (
            "entries before it are missing" if said > position + self._shift else "entries were put in before it"
        )

    def _place(self, leaf: EntryLeaf, position: int) -> FindingPlace:
        reference = self._references.get(leaf.stream)
        stream = None if reference else leaf.stream.decode()
        return FindingPlace(None, reference, stream, int(leaf.version), position)

    def _compare_tile(self, level: int, number: int, row: Sequence[bytes]) -> None:
        """Compare a tile with what the entries themselves give; nothing is ever concluded from a tile."""
        name = tile_name(level, number, len(row))
        data = part(self._parts, name, WIDTH * HASH, self._findings)
        if data is None or data == b"".join(row):
            return
        wrong = [at for at, digest in enumerate(row) if data[at * HASH : at * HASH + HASH] != digest]
        width = 256**level
        for at in wrong or [len(row) - 1]:
            first = (number * WIDTH + at) * width + 1
            where = f"the entry at position {first}" if level == 0 else f"entries {first} to {first + width - 1}"
            text = f"The hash kept of {where} is not that of the entries shown: one of the two was changed."
            self._findings.tampered("tile", text, FindingPlace(file=name, position=first if level == 0 else None))


def _gap(before: int, version: int) -> str:
    return "one is missing or out of order" if version > before else "it stands twice, or out of order"


def _pieces(hashes: list[bytes], size: int, wanted: list[int]) -> Iterator[list[bytes]]:
    """Cut hashes so that the tree stops at each size that is wanted."""
    between = wanted[bisect_right(wanted, size) : bisect_left(wanted, size + len(hashes))]
    cuts = [0, *(one - size for one in between), len(hashes)]
    for start, end in pairwise(cuts):
        yield hashes[start:end]
