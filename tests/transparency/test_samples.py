"""A proof and a policy that were written once, and are read for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transparency.logs import keys, small_log
from transparency.errors import TransparencyError
from transparency.policies import parse_policy
from transparency.proofs import parse_proof
from transparency.tree import check_inclusion, leaf_hash

SAMPLES = Path(__file__).resolve().parent / "samples"
LEAF = b"leaf 5\n"


def check(proof: bytes, leaf: bytes) -> None:
    found = parse_proof(proof)
    opened = parse_policy((SAMPLES / "policy").read_bytes()).open(found.checkpoint)
    check_inclusion(leaf_hash(leaf), found.leaf_index, opened.checkpoint.head, found.hashes)


def test_the_sample_is_true() -> None:
    """Its four signatures verify, both witnesses make the quorum, and the leaf is in the tree."""
    data = (SAMPLES / "leaf-5.tlog-proof").read_bytes()
    check(data, LEAF)
    found = parse_proof(data)
    assert found.to_bytes() == data
    assert found.extra == b"a word of the application"
    opened = parse_policy((SAMPLES / "policy").read_bytes()).open(found.checkpoint)
    assert {*opened.log_keys, *(one.key for one in opened.cosignatures)} == {
        key.public for key in keys().values()
    }
    assert opened.checkpoint.head == small_log(13).head(13)


def test_nothing_else_is_true_of_it() -> None:
    """Another leaf, another index, and a checkpoint from which one witness was taken away are refused."""
    data = (SAMPLES / "leaf-5.tlog-proof").read_bytes()
    for proof, leaf in (
        (data, b"leaf 6\n"),
        (data.replace(b"\nindex 5\n", b"\nindex 4\n"), LEAF),
        (data.partition("\u2014 witness.example/w2".encode())[0], LEAF),
    ):
        with pytest.raises(TransparencyError):
            check(proof, leaf)
