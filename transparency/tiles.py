"""Tiles (C2SP tlog-tiles): a tree as files of up to 256 nodes, and its leaves as bundles beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from transparency.encoding import HASH_BYTES
from transparency.errors import MalformedText
from transparency.tree import NodeId, node_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from transparency.tree import NodeReader

HEIGHT = 8
"""How many levels of the tree one level of tiles stands for."""

WIDTH = 1 << HEIGHT
"""How many nodes a full tile has."""

LARGEST_ENTRY = 65_535
"""How many bytes a leaf has at most to go into a bundle."""

_HIGHEST = 63
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """Which tile: ``width`` nodes at the level ``8 * level`` of the tree, from the node ``256 * number`` on."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return where the tile lies."""
        return f"tile/{self.level}/{_number_path(self.number)}{_partial(self.width)}"

    @property
    def bundle_path(self) -> str:
        """Return where the leaves of a tile of level 0 lie."""
        return f"tile/entries/{_number_path(self.number)}{_partial(self.width)}"

    @property
    def places(self) -> list[NodeId]:
        """Return which nodes of the tree the tile has, in order."""
        first = self.number * WIDTH
        return [NodeId(self.level * HEIGHT, first + one) for one in range(self.width)]


def _number_path(number: int) -> str:
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03}")
    return "/".join(reversed(parts))


def _partial(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


def tile_at(path: str) -> Tile:
    """Return which tile lies at a path; a bundle of leaves is its tile of level 0. Raises ``MalformedText``."""
    found = _PATH.fullmatch(path)
    if not found:
        raise MalformedText("this is no path of a tile")
    level = 0 if found["level"] == "entries" else int(found["level"])
    number = int(found["number"].replace("/", "").replace("x", ""))
    tile = Tile(level, number, int(found["width"] or WIDTH))
    if path not in (tile.path, tile.bundle_path) or level > _HIGHEST or tile.width > WIDTH:
        raise MalformedText("this is no path of a tile in its one form")
    return tile


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Yield the tiles of a tree of ``size`` leaves that one of ``since`` did not have, level by level."""
    level = 0
    while size >> (HEIGHT * level):
        nodes, before = size >> (HEIGHT * level), since >> (HEIGHT * level)
        for number in range(before // WIDTH, -(-nodes // WIDTH)):
            width = min(WIDTH, nodes - number * WIDTH)
            if number * WIDTH + width > before:
                yield Tile(level, number, width)
        level += 1


def tile_content(reader: NodeReader, tile: Tile) -> bytes:
    """Return the bytes of a tile."""
    return b"".join(reader.read(tile.places))


def bundle_content(leaves: Sequence[bytes]) -> bytes:
    """Return the bytes of a bundle of leaves. Raises ``MalformedText`` if one is too long for it."""
    if any(len(leaf) > LARGEST_ENTRY for leaf in leaves):
        raise MalformedText(f"a leaf in a bundle has {LARGEST_ENTRY} bytes at most")
    return b"".join(len(leaf).to_bytes(2) + leaf for leaf in leaves)


def parse_bundle(data: bytes, width: int = WIDTH) -> list[bytes]:
    """Return the ``width`` leaves of a bundle. Raises ``MalformedText``."""
    leaves: list[bytes] = []
    at = 0
    while at < len(data) and len(leaves) < width:
        end = at + 2 + int.from_bytes(data[at : at + 2])
        leaves.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(leaves) != width:
        raise MalformedText(f"this is no bundle of {width} leaves")
    return leaves


class TileReader:
    """Gives the nodes of a tree of ``size`` leaves from its tiles, each of which is fetched once.

    What it gives is as true as the tiles: a proof that is made from them is checked against a signed root.
    """

    def __init__(self, size: int, fetch: Callable[[Tile], bytes]) -> None:
        """Take the size of the tree, and what returns the bytes of a tile."""
        self._size = size
        self._fetch = fetch
        self._fetched: dict[Tile, bytes] = {}

    def read(self, places: Sequence[NodeId]) -> list[bytes]:
        """Return the nodes at these places. Raises ``MalformedText`` if a tile has not as many as it must."""
        return [self._node(*place) for place in places]

    def _node(self, level: int, number: int) -> bytes:
        tiles, within = divmod(level, HEIGHT)
        first = number << within
        start = first % WIDTH * HASH_BYTES
        content = self._content(self._tile(tiles, first // WIDTH))
        part = content[start : start + (HASH_BYTES << within)]
        if len(part) != HASH_BYTES << within:
            raise ValueError(f"a tree of {self._size} leaves has no whole subtree {number} at level {level}")
        return node_over([part[at : at + HASH_BYTES] for at in range(0, len(part), HASH_BYTES)])

    def _tile(self, level: int, number: int) -> Tile:
        width = min(WIDTH, (self._size >> (HEIGHT * level)) - number * WIDTH)
        if width < 1:
            raise ValueError(f"a tree of {self._size} leaves has no tile {number} at level {level}")
        return Tile(level, number, width)

    def _content(self, tile: Tile) -> bytes:
        if tile not in self._fetched:
            content = self._fetch(tile)
            if len(content) != tile.width * HASH_BYTES:
                raise MalformedText(
                    f"the tile {tile.path} has {tile.width * HASH_BYTES} bytes, not {len(content)}"
                )
            self._fetched[tile] = content
        return self._fetched[tile]
