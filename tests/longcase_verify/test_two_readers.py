"""Two implementations of the same texts, which share nothing, take and refuse the same bytes."""

from __future__ import annotations

import random
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity import case_stream
from longcase_verify import keys, leaves, notes, policy, proofs, texts, tree
from longcase_verify.problems import VerifierError
from tests.faults.outcome import LONG
from tests.faults.parsers import changed, parsers
from tests.transparency.logs import ORIGIN, noted, small_log
from tests.transparency.logs import keys as held_keys
from tests.transparency.naive_tree import root
from transparency.checkpoints import new_checkpoint, parse_checkpoint
from transparency.cosignatures import verifier_of
from transparency.errors import TransparencyError
from transparency.keys import refuse_weak
from transparency.notes import open_note, parse_note
from transparency.tiles import tile_content, tiles_of
from transparency.tree import TreeHead, check_consistency, check_inclusion, consistency_proof, inclusion_proof

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = held_keys()
LOG = small_log(600)
TIMES = 20_000 if LONG else 600

LINE = "\n\N{EM DASH} a AAAAAAA=\n".encode()
THEIRS: dict[str, Callable[[bytes], object]] = {
    **{name: parser.again for name, parser in parsers().items()},
    "checkpoint": lambda data: parse_checkpoint(parse_note(data + LINE).text),
}
OURS: dict[str, Callable[[bytes], object]] = {
    "note": notes.read_note,
    "checkpoint": lambda data: notes.read_head(data + LINE),
    "proof": proofs.read_proof,
    "policy": policy.read_policy,
    "key": lambda data: keys.read_key(texts.utf8(data)),
}


def takes(read: Callable[[bytes], object], data: bytes) -> bool:
    try:
        read(data)
    except (VerifierError, TransparencyError):
        return False
    return True


@pytest.mark.parametrize("name", OURS)
def test_changed_texts_are_taken_or_refused_alike(name: str) -> None:
    """Notes, checkpoints, proofs, policies and keys that were changed at random."""
    chance, good = random.Random(name), parsers()[name].good
    taken = 0
    for _ in range(TIMES):
        data = changed(good, chance)
        theirs = takes(THEIRS[name], data)
        assert takes(OURS[name], data) is theirs, data[:2_000]
        taken += theirs
    assert 0 < taken < TIMES


def test_changed_notes_are_opened_alike() -> None:
    """With all four keys known, both believe the same of a note in which a byte was changed."""
    note = noted(new_checkpoint(ORIGIN, LOG.head(600)), *KEYS.values()).to_bytes()
    chance = random.Random(3)
    own = [keys.read_key(str(key.public)) for key in KEYS.values()]
    for _ in range(TIMES):
        at = chance.randrange(len(note))
        data = note[:at] + bytes([note[at] ^ 1 << chance.randrange(8)]) + note[at + 1 :]
        assert verified_here(data, own) == verified_there(data)


def verified_here(data: bytes, own: list[keys.PublicKey]) -> set[bytes] | None:
    try:
        text, lines = notes.read_note(data)
        return {key.key_id for key in notes.check_lines(text, lines, own).times} or None
    except VerifierError:
        return None


def verified_there(data: bytes) -> set[bytes] | None:
    try:
        opened = open_note(parse_note(data), [verifier_of(key.public) for key in KEYS.values()])
    except TransparencyError:
        return None
    return {key.key_id for key, _ in opened.verified}


@given(st.integers(0, 600), st.lists(st.integers(0, 600), max_size=4))
def test_a_grown_tree_has_the_tiles_and_roots_of_the_log(size: int, stops: list[int]) -> None:
    """The tree that the verifier grows has the tiles that the log writes, and its root at every size."""
    found: dict[str, bytes] = {}

    def keep(level: int, number: int, row: Any) -> None:
        found[tree.tile_name(level, number, len(row))] = b"".join(row)

    grown = tree.GrownTree(keep)
    cuts = sorted({*(stop for stop in stops if stop < size), *range(0, size, 256), size})
    for start, end in zip([0, *cuts], cuts, strict=False):
        grown.add([tree.leaf_hash(leaf) for leaf in LOG.leaves[start:end]])
        assert grown.root() == root(LOG.leaves[:end])
    grown.finish()
    assert found == {tile.path: tile_content(LOG.nodes, tile) for tile in tiles_of(size)}
    assert set(found) | {tile.bundle_path for tile in tiles_of(size) if tile.level == 0} == tree.tile_names(size)


@given(st.data())
def test_proofs_hold_alike(data: st.DataObject) -> None:
    """Both believe the same of a proof with its sizes, its index and a hash of it changed."""
    new = data.draw(st.integers(1, 300))
    old, index = data.draw(st.integers(1, new)), data.draw(st.integers(0, new - 1))
    inclusion, growth = inclusion_proof(LOG.nodes, index, new), consistency_proof(LOG.nodes, old, new)
    off = data.draw(st.sampled_from([-2, -1, 0, 1, 2, 256]))
    leaf, head, before = tree.leaf_hash(LOG.leaves[index]), LOG.head(new), LOG.head(old)
    for proof in (inclusion, mutated(data, inclusion)):
        ours = holds(tree.check_inclusion, leaf, index, new + off, head.root, proof)
        assert ours is holds(check_inclusion, leaf, index, TreeHead(new + off, head.root), proof)
        assert ours or off or proof != inclusion
    for proof in (growth, mutated(data, growth)):
        ours = holds(tree.check_consistency, old, before.root, new + off, head.root, proof)
        assert ours is holds(check_consistency, before, TreeHead(new + off, head.root), proof)
        assert ours or off or proof != growth


def mutated(data: st.DataObject, proof: tuple[bytes, ...]) -> tuple[bytes, ...]:
    at = data.draw(st.integers(0, len(proof)))
    other = data.draw(st.sampled_from([(), (sha256(b"other").digest(),), (sha256(b"a").digest(),) * 2]))
    return (*proof[:at], *other, *proof[at + data.draw(st.integers(0, 1)) :])


def holds(check: Callable[..., None], *args: Any) -> bool:
    try:
        check(*args)
    except (VerifierError, TransparencyError):
        return False
    return True


def odd(number: int) -> bytes:
    """Return encodings around zero, one and the prime, with either sign."""
    prime, (around, sign) = 2**255 - 19, divmod(number, 2)
    value = [around - 5 + prime, around % 7][around % 2] % 2**255
    return (value | sign << 255).to_bytes(32, "little")


@given(st.binary(min_size=32, max_size=32) | st.integers(0, 40).map(odd))
def test_the_same_keys_are_weak(raw: bytes) -> None:
    """Points of small order, encodings that are not the only one, and what is no point: both refuse the same."""
    assert takes(keys.refuse_weak, raw) is takes(refuse_weak, raw)


@given(st.text(max_size=40).filter(lambda text: text.isprintable()))
def test_streams_are_those_of_references(reference: str) -> None:
    """The stream of a case is worked out as the domain does it."""
    assert leaves.case_stream(reference) == case_stream(reference).hex().encode()
