"""Logs in memory for the signer: a tree that can be set back and rewritten, and keys that are made once."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, NamedTuple

from application.signing.folder import make_folder
from application.signing.signer import LogSigner
from tests.transparency.logs import ORIGIN, Nodes
from transparency.tree import Frontier, NodeId, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

PASSPHRASE = b"plain wooden horse 17"
SECONDS = 1_800_000_000


class TreeInMemory:
    """A tree whose leaves are told by a letter each, so that two histories differ where their texts do."""

    def __init__(self, leaves: str) -> None:
        self.leaves = leaves

    def size(self) -> int:
        return len(self.leaves)

    def read(self, places: Sequence[NodeId]) -> list[bytes]:
        _, added = Frontier().with_leaves(leaf_hash(one.encode()) for one in self.leaves)
        return Nodes(added).read(places)


@cache
def template() -> Path:
    """Return a signer's folder that has signed nothing; keys take a while to make."""
    folder = Path(mkdtemp()) / "signer"
    make_folder(folder, ORIGIN, PASSPHRASE, SECONDS)
    return folder


def signer_in(folder: Path) -> LogSigner:
    """Return a signer in a folder of its own, which has signed nothing unless it is there."""
    if not folder.exists():
        shutil.copytree(template(), folder)
    return LogSigner.open(folder, PASSPHRASE, lambda: SECONDS)


class GivenOut(NamedTuple):
    """What somebody outside was given: of how many leaves, and the root."""

    size: int
    root: bytes
