"""Small logs for the tests: leaves, nodes in memory, and keys from fixed seeds."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from transparency.checkpoints import new_checkpoint
from transparency.cosignatures import cosigned_line
from transparency.keys import ED25519, ED25519_COSIGNATURE, ML_DSA_44, VerifierKey
from transparency.notes import Note, signed_line
from transparency.private_keys import Algorithm, PrivateKey, private_key
from transparency.tree import Frontier, NodeId, TreeHead, leaf_hash, root_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from transparency.checkpoints import Checkpoint

ORIGIN = "log.example/longcase/1"
TIME = 1_800_000_000


class Nodes(dict[NodeId, bytes]):
    """The nodes of a tree in memory."""

    def read(self, places: Sequence[NodeId]) -> list[bytes]:
        return [self[place] for place in places]


class SmallLog(NamedTuple):
    """Leaves, and the tree over them."""

    leaves: list[bytes]
    nodes: Nodes

    def head(self, size: int) -> TreeHead:
        return TreeHead(size, root_at(self.nodes, size))


def nodes_of(leaves: Iterable[bytes]) -> Nodes:
    _, added = Frontier().with_leaves(map(leaf_hash, leaves))
    return Nodes(added)


def small_log(size: int) -> SmallLog:
    leaves = [b"leaf %d\n" % number for number in range(size)]
    return SmallLog(leaves, nodes_of(leaves))


class HeldKey(NamedTuple):
    """A public key, and the private one that belongs to it."""

    public: VerifierKey
    private: PrivateKey


def held(name: str, kind: int, seed: str) -> HeldKey:
    algorithm = Algorithm.ML_DSA_44 if kind == ML_DSA_44 else Algorithm.ED25519
    private = private_key(algorithm, sha256(seed.encode()).digest())
    return HeldKey(VerifierKey(name, kind, private.public), private)


def keys() -> Mapping[str, HeldKey]:
    """Return two keys of the log, and a witness's of either type."""
    return {
        "log": held(ORIGIN, ED25519, "log"),
        "log2": held(ORIGIN, ML_DSA_44, "log2"),
        "w1": held("witness.example/w1", ED25519_COSIGNATURE, "w1"),
        "w2": held("witness.example/w2", ML_DSA_44, "w2"),
    }


def noted(checkpoint: Checkpoint, *by: HeldKey, time: int = TIME) -> Note:
    """Sign a checkpoint with some keys, each as its type asks."""
    lines = (
        signed_line(checkpoint.text, key.public, key.private)
        if key.public.kind == ED25519
        else cosigned_line(checkpoint, key.public, key.private, time)
        for key in by
    )
    return Note(checkpoint.text, tuple(lines))


def signed(head: TreeHead, *by: HeldKey, origin: str = ORIGIN) -> bytes:
    return noted(new_checkpoint(origin, head), *by).to_bytes()
