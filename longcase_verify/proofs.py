"""Proofs of single entries (C2SP tlog-proof), as a bundle for a court has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from longcase_verify.archive import part
from longcase_verify.notes import LARGEST as LARGEST_NOTE
from longcase_verify.problems import NotInForm, NotProved
from longcase_verify.texts import base64_strict, hashes, number
from longcase_verify.tree import check_inclusion

if TYPE_CHECKING:
    from longcase_verify.archive import BundleParts
    from longcase_verify.cases import DisclosedEntry
    from longcase_verify.findings import AuditFindings, FindingPlace
    from longcase_verify.notes import SignedHead

FIRST_LINE = b"c2sp.org/tlog-proof@v1"
LARGEST = 2 * LARGEST_NOTE
"""How many bytes the file of a proof has at most."""


class InclusionProof(NamedTuple):
    """The file of a proof in its parts; nothing of it is verified yet."""

    leaf_index: int
    hashes: list[bytes]
    checkpoint: bytes
    extra: bytes | None


def read_proof(data: bytes) -> InclusionProof:
    """Read the file of a proof. Raises ``NotInForm``."""
    head, parting, checkpoint = data.partition(b"\n\n")
    lines = head.split(b"\n")
    if len(data) > LARGEST or not parting or not checkpoint or lines.pop(0) != FIRST_LINE or not head.isascii():
        raise NotInForm("a proof is some lines, the first of which names its format, and a checkpoint after them")
    extra = base64_strict(lines.pop(0)[6:].decode()) if lines and lines[0].startswith(b"extra ") else None
    if not lines or not lines[0].startswith(b"index "):
        raise NotInForm("a proof has a line that says which entry it is of")
    path = hashes([line.decode() for line in lines[1:]])
    return InclusionProof(number(lines[0][6:].decode()), path, checkpoint, extra)


class ProofFolder:
    """The proofs of a bundle, one for each entry that is disclosed, all under the newest checkpoint."""

    def __init__(self, parts: BundleParts, head: SignedHead, checkpoint: bytes, findings: AuditFindings) -> None:
        """Take the files, and the newest checkpoint as it was judged and as its file has it."""
        self._parts = parts
        self._head = head
        self._checkpoint = checkpoint
        self._findings = findings
        self.unused = {name for name in parts.names() if name.startswith("proofs/")}
        """The proofs that no entry has asked for."""

    def judge(self, entry: DisclosedEntry, place: FindingPlace) -> None:
        """Note whether an entry is in the log."""
        position = int(entry.leaf.position)
        name = f"proofs/{position}"
        self.unused.discard(name)
        data = part(self._parts, name, LARGEST, self._findings)
        if data is None:
            return
        try:
            self._check(read_proof(data), position, entry.digest)
        except (NotInForm, NotProved) as error:
            text = f"It is not proved that this entry is in the log: {error}."
            self._findings.tampered("proof", text, place._replace(file=name))

    def _check(self, proof: InclusionProof, position: int, digest: bytes) -> None:
        if proof.extra is not None:
            raise NotInForm("the proof has a line that nothing signs")
        if proof.checkpoint != self._checkpoint:
            raise NotProved("the checkpoint in the proof is not that of the bundle")
        if proof.leaf_index != position - 1:
            raise NotProved(f"the proof is of the entry at position {proof.leaf_index + 1}")
        check_inclusion(digest, proof.leaf_index, self._head.size, self._head.root, proof.hashes)
