"""The log as a folder of tiles (C2SP tlog-tiles): nodes, leaf texts and the newest checkpoint.

The checkpoint is written last, so that whoever reads the folder finds every tile of the tree that it names. A
folder that was begun is gone on with: what it has already is left alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import Refused, StoreError, UsageProblem
from ledger.entry import leaf_text
from ledger.integrity.tally import in_order
from ledger.synchronise import synchronise
from transparency.cosignatures import open_checkpoint
from transparency.errors import TransparencyError
from transparency.notes import LARGEST_NOTE
from transparency.tiles import WIDTH, bundle_content, tile_content, tiles_of
from transparency.tree import leaf_hash, root_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.reader import LedgerReader
    from transparency.cosignatures import OpenedCheckpoint
    from transparency.keys import VerifierKey
    from transparency.tiles import Tile
    from transparency.tree import NodeReader

CHECKPOINT = "checkpoint"
"""What the checkpoint of the tree is called in the folder."""


class WrittenTiles(NamedTuple):
    """Of how many entries the tiles are now, of how many they were, and how many files were written."""

    size: int
    before: int
    files: int


def write_tiles(
    ledger: LedgerReader,
    tree: NodeReader,
    opened: OpenedCheckpoint,
    keys: Sequence[VerifierKey],
    folder: Path,
    advance: Callable[[int], None] = lambda _: None,
) -> WrittenTiles:
    """Write the tiles of the tree of a checkpoint that ``folder`` has not; ``advance`` takes numbers of entries.

    Raises ``Refused`` if what is there is of another log, or was changed; ``StoreError`` if an entry is not what
    its leaf says; and ``OSError``.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(f"{folder} is no folder")
    folder.mkdir(parents=True, exist_ok=True)
    size, before = opened.checkpoint.size, _size_there(folder, tree, opened, keys)
    writing = _Writing(folder)
    for tile in tiles_of(size, before):
        content = tile_content(tree, tile)
        writing.put(tile.path, content)
        if tile.level == 0:
            writing.put(tile.bundle_path, _bundle(ledger, tile, content))
            advance(tile.width)
    writing.replace(CHECKPOINT, opened.note.to_bytes())
    return WrittenTiles(size, before, writing.count)


def _size_there(folder: Path, tree: NodeReader, opened: OpenedCheckpoint, keys: Sequence[VerifierKey]) -> int:
    """Return of how many entries a folder has all tiles, by its checkpoint, which must be of the same log."""
    try:
        with (folder / CHECKPOINT).open("rb") as file:
            there = open_checkpoint(file.read(LARGEST_NOTE + 1), keys).checkpoint
    except FileNotFoundError:
        return 0
    except TransparencyError as error:
        raise Refused(f"the checkpoint in {folder} is not of this log: {error}", hints=_ELSEWHERE) from error
    if there.size > opened.checkpoint.size:
        why = f"{folder} has tiles of {there.size:,} entries, the newest checkpoint of {opened.checkpoint.size:,}"
        raise Refused(
            why, hints=("entries may be gone: longcase log verify --checkpoint FILE, with its checkpoint",)
        )
    if root_at(tree, there.size) != there.root:
        why = f"the tree in {folder} is not the one that the store now has of its first {there.size:,} entries"
        raise Refused(
            why, hints=("the store was changed, or is another: leave the folder as it is, it is evidence",)
        )
    return there.size


_ELSEWHERE = ("name another folder",)


def _bundle(ledger: LedgerReader, tile: Tile, leaves: bytes) -> bytes:
    """Return the leaf texts of a tile, each of which has the hash that the tile has."""
    first = tile.number * WIDTH
    texts = [leaf_text(entry) for entry in in_order(ledger, first + tile.width, first)]  # type: ignore[arg-type]  # complete rows
    if b"".join(map(leaf_hash, texts)) != leaves:
        why = f"an entry from position {first + 1:,} to {first + tile.width:,} is not as it was recorded"
        raise StoreError(why, hints=("longcase log verify says which",))
    try:
        return bundle_content(texts)
    except TransparencyError as error:
        raise StoreError(f"an entry after position {first:,} does not go into tiles: {error}") from error


class _Writing:
    """Writes files below a folder, each whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.count = 0

    def put(self, name: str, content: bytes) -> None:
        """Write a file that is not there; one that is must be the same."""
        path = self._folder / name
        if not path.exists():
            self.replace(name, content)
        elif path.stat().st_size != len(content) or path.read_bytes() != content:
            why = f"{path} is there already, and holds something else than the store has now"
            raise Refused(why, hints=("it is of another log, or was changed: name another folder",))

    def replace(self, name: str, content: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        new = Path(f"{path}.part")
        new.write_bytes(content)
        synchronise(new)
        os.replace(new, path)  # noqa: PTH105  (one call of the system, at which tests break off)
        self.count += 1
