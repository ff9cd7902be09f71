"""Tiles: where they lie, what is in them, and that a tree can be read from them alone."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.logs import SmallLog, small_log
from transparency.errors import MalformedText, NotVerified
from transparency.tiles import (
    LARGEST_ENTRY,
    Tile,
    TileReader,
    bundle_content,
    parse_bundle,
    tile_at,
    tile_content,
    tiles_of,
)
from transparency.tree import (
    NodeId,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_at,
)

LOG = small_log(70_000)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 0, 1), "tile/0/000.p/1"),
        (Tile(1, 999, 255), "tile/1/999.p/255"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(3, 1_234_067), "tile/3/x001/x234/067"),
        (Tile(63, 1_234_067, 7), "tile/63/x001/x234/067.p/7"),
    ],
)
def test_where_tiles_lie(tile: Tile, path: str) -> None:
    """The number stands in groups of three digits, all but the last after an x; a part says how wide it is."""
    assert tile.path == path
    assert tile_at(path) == tile


def test_where_bundles_lie() -> None:
    """The leaves lie beside the tiles of level 0."""
    assert Tile(0, 1_234_067, 7).bundle_path == "tile/entries/x001/x234/067.p/7"
    assert tile_at("tile/entries/x001/x234/067.p/7") == Tile(0, 1_234_067, 7)


@given(st.builds(Tile, st.integers(0, 63), st.integers(0, 2**55), st.integers(1, 256)))
def test_every_path_is_read_as_it_is_written(tile: Tile) -> None:
    """A tile is found again from its path."""
    assert tile_at(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/1000",
        "tile/0/001/000",
        "tile/0/x000/001",
        "tile/0/x001/x000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/999",
        "tile/0/000.p/01",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/\u0660\u0660\u0660",
        "tile/8/0/000",
        "tile/entries/000\n",
    ],
)
def test_another_form_of_a_path_is_none(path: str) -> None:
    """Each tile has one path, and what is no path of one is refused."""
    with pytest.raises(MalformedText):
        tile_at(path)


def test_the_tiles_of_a_tree() -> None:
    """A tree of 70,000 leaves has the tiles that the specification counts, and one of 256 two."""
    counted = Counter((tile.level, tile.width) for tile in tiles_of(70_000))
    assert counted == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_the_tiles_that_are_new(one: int, other: int) -> None:
    """What a tree has and an older one had not, is told without looking at the rest."""
    old, new = sorted((one, other))
    assert list(tiles_of(new, old)) == [tile for tile in tiles_of(new) if tile not in set(tiles_of(old))]


def kept(log: SmallLog, size: int) -> dict[str, bytes]:
    return {tile.path: tile_content(log.nodes, tile) for tile in tiles_of(size)}


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_535, 65_536, 70_000])
def test_a_tree_is_read_from_its_tiles(size: int) -> None:
    """Roots and proofs from the tiles of a tree are those from its nodes, for it and for smaller ones."""
    files = kept(LOG, size)
    reader = TileReader(size, lambda tile: files[tile.path])
    for smaller in {1, size // 3 + 1, size - 1 or 1, size}:
        assert root_at(reader, smaller) == root_at(LOG.nodes, smaller)
        assert consistency_proof(reader, smaller, size) == consistency_proof(LOG.nodes, smaller, size)
        assert inclusion_proof(reader, smaller - 1, size) == inclusion_proof(LOG.nodes, smaller - 1, size)


def test_a_tile_is_fetched_once() -> None:
    """However many nodes of a tile are needed, it is read once."""
    fetched: list[Tile] = []

    def fetch(tile: Tile) -> bytes:
        fetched.append(tile)
        return tile_content(LOG.nodes, tile)

    reader = TileReader(70_000, fetch)
    inclusion_proof(reader, 69_999, 70_000)
    consistency_proof(reader, 65_537, 70_000)
    assert len(fetched) == len(set(fetched)) <= 5


@given(st.integers(0, 8191), st.integers(1, 255), st.integers(0, 299), st.integers(1, 300))
def test_no_byte_of_a_tile_can_be_another(at: int, bits: int, index: int, old: int) -> None:
    """With one byte of a tile another, what is made from it is as before, or refused."""
    files = kept(LOG, 300)
    tile = bytearray(files["tile/0/000"])
    tile[at] ^= bits
    files["tile/0/000"] = bytes(tile)
    reader = TileReader(300, lambda one: files[one.path])
    proof, grown = inclusion_proof(reader, index, 300), consistency_proof(reader, old, 300)
    if proof != inclusion_proof(LOG.nodes, index, 300):
        with pytest.raises(NotVerified):
            check_inclusion(leaf_hash(LOG.leaves[index]), index, LOG.head(300), proof)
    if grown != consistency_proof(LOG.nodes, old, 300):
        with pytest.raises(NotVerified):
            check_consistency(LOG.head(old), LOG.head(300), grown)


@pytest.mark.parametrize("content", [b"", bytes(31), bytes(32 * 299), bytes(32 * 301)])
def test_a_tile_of_another_length_is_refused(content: bytes) -> None:
    """A tile has as many hashes as its tree has there."""
    with pytest.raises(MalformedText):
        root_at(TileReader(300, lambda _: content), 300)


@pytest.mark.parametrize("place", [NodeId(0, 300), NodeId(8, 1), NodeId(9, 0), NodeId(2, 75), NodeId(40, 0)])
def test_a_tree_has_no_nodes_beyond_its_size(place: NodeId) -> None:
    """A subtree that is not whole in the tree has no node."""
    files = kept(LOG, 300)
    with pytest.raises(ValueError, match="a tree of 300 leaves has no"):
        TileReader(300, lambda tile: files[tile.path]).read([place])


@given(st.lists(st.binary(max_size=9), max_size=256))
def test_bundles_are_read_as_they_are_written(leaves: list[bytes]) -> None:
    """The leaves of a bundle are found again, as many as its tile is wide, and of another width it is none."""
    content = bundle_content(leaves)
    assert parse_bundle(content, len(leaves)) == leaves
    for width in (len(leaves) - 1, len(leaves) + 1):
        with pytest.raises(MalformedText):
            parse_bundle(content, width)


def test_the_longest_leaf_of_a_bundle() -> None:
    """Two bytes count the length of a leaf, so that it has 65,535 at most."""
    assert parse_bundle(bundle_content([bytes(LARGEST_ENTRY)]), 1) == [bytes(LARGEST_ENTRY)]
    with pytest.raises(MalformedText):
        bundle_content([bytes(LARGEST_ENTRY + 1)])


@pytest.mark.parametrize("content", [b"\0", b"\0\1", b"\0\2a", b"\0\0\0", b"\xff\xff"])
def test_a_bundle_that_ends_within_a_leaf_is_refused(content: bytes) -> None:
    """What is missing of a leaf is not made up."""
    with pytest.raises(MalformedText):
        parse_bundle(content, 1)
