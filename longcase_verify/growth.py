"""One log through time: a bundle's checkpoints go on from one another, and from those that the auditor holds."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from longcase_verify.archive import part
from longcase_verify.findings import FindingPlace
from longcase_verify.notes import LARGEST, SignedHead, read_head
from longcase_verify.problems import NotInForm, NotProved
from longcase_verify.texts import hashes, utf8
from longcase_verify.tree import check_consistency
from longcase_verify.trust import AuditorTrust, opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from longcase_verify.archive import BundleParts
    from longcase_verify.findings import AuditFindings

_EARLIER = re.compile(r"checkpoints/(0|[1-9][0-9]{0,18})")

FIRST_LINE = "longcase consistency v1"
LARGEST_PROOF = 4_096


class HeldCheckpoint(NamedTuple):
    """A checkpoint that the auditor keeps: the name of its file, and its content."""

    name: str
    head: SignedHead


def read_held(name: str, data: bytes) -> HeldCheckpoint:
    """Read a checkpoint that the auditor keeps. Raises ``NotInForm``."""
    return HeldCheckpoint(name, read_head(data))


class CheckpointChain:
    """The checkpoints of a bundle, the newest last."""

    def __init__(self, newest: SignedHead, trust: AuditorTrust, findings: AuditFindings) -> None:
        """Take the newest checkpoint, which has been judged."""
        self._trust = trust
        self._findings = findings
        self._newest = newest
        self.heads: dict[int, SignedHead] = {newest.size: newest}
        """The checkpoints by their sizes."""
        self.connected: set[int] = {0, newest.size}
        """The sizes that were proved to be of the newest one's past; every log was once empty."""

    def read(self, parts: BundleParts) -> None:
        """Read the earlier checkpoints, and the proof between each two neighbours."""
        for name in sorted(parts.names()):
            if found := _EARLIER.fullmatch(name):
                self._read_earlier(parts, name, int(found[1]))
        sizes = sorted(self.heads)
        names = [f"consistency/{old}-{new}" for old, new in pairwise(sizes)]
        for name, (old, new) in reversed(list(zip(names, pairwise(sizes), strict=True))):
            self._connect(parts, name, self.heads[old], self.heads[new])
        for name in sorted(parts.names()):
            if name.startswith("consistency/") and name not in names:
                text = "This proof is between two checkpoints that are not both here."
                self._findings.incomplete("unexpected-file", text, FindingPlace(file=name))

    def _read_earlier(self, parts: BundleParts, name: str, size: int) -> None:
        data = part(parts, name, LARGEST, self._findings)
        found = opened(data, self._trust, self._findings, FindingPlace(file=name)) if data is not None else None
        if found is None:
            return
        head, _ = found
        if (head.origin, head.size) != (self._newest.origin, size) or size >= self._newest.size:
            text = "This checkpoint is of another log or size than its name says, or not older than the newest."
            self._findings.tampered("checkpoint-place", text, FindingPlace(file=name))
        else:
            self.heads[size] = head

    def _connect(self, parts: BundleParts, name: str, old: SignedHead, new: SignedHead) -> None:
        data = part(parts, name, LARGEST_PROOF, self._findings)
        if data is None:
            return
        try:
            proof = read_consistency(data, old.size, new.size)
            if old.size or proof:
                check_consistency(old.size, old.root, new.size, new.root, proof)
        except (NotInForm, NotProved) as error:
            text = (
                f"It is not proved that the log of {new.size} entries goes on from that of {old.size}: {error}."
            )
            self._findings.tampered("consistency", text, FindingPlace(file=name))
            return
        if new.size in self.connected:
            self.connected.add(old.size)

    def compare_roots(self, roots: Mapping[int, bytes]) -> None:
        """Compare each checkpoint with the root that the entries themselves give."""
        good = 0
        for size, head in sorted(self.heads.items()):
            if size not in roots:
                continue
            if roots[size] == head.root:
                good = size
                continue
            text = (
                f"The entries shown are not those that were signed: somewhere from position {good + 1} to {size} "
                f"an entry was changed, moved, taken out or put in."
            )
            name = "checkpoint" if size == self._newest.size else f"checkpoints/{size}"
            self._findings.tampered("root", text, FindingPlace(file=name))

    def compare_held(self, held: Sequence[HeldCheckpoint], roots: Mapping[int, bytes]) -> None:
        """Compare the log with each checkpoint that the auditor holds."""
        for one in held:
            self._compare_one(one, roots)

    def _compare_one(self, held: HeldCheckpoint, roots: Mapping[int, bytes]) -> None:
        size, place = held.head.size, FindingPlace(file=held.name)
        try:
            self._trust.check(held.head)
        except NotProved as error:
            text = f"The checkpoint that you hold is not signed as you asked: {error}."
            self._findings.incomplete("held-signature", text, place)
        known = self.heads.get(size)
        if held.head.origin != self._newest.origin:
            text = f"You hold a checkpoint of another log, {held.head.origin}: it says nothing of this one."
            self._findings.incomplete("held-origin", text, place)
        elif size > self._newest.size:
            text = f"You hold a checkpoint of {size} entries, and this has {self._newest.size}: this is older."
            self._findings.incomplete("older-than-held", text, place)
        elif (known and known.root != held.head.root) or roots.get(size, held.head.root) != held.head.root:
            text = (
                f"The first {size} entries are not those of the checkpoint that you hold: what the log had shown "
                f"to you has been rewritten since."
            )
            self._findings.tampered("held", text, place)
        elif size not in roots and size not in self.connected:
            text = f"Nothing here connects this log with the checkpoint of {size} entries that you hold."
            self._findings.incomplete("held-unconnected", text, place)
        else:
            text = (
                f"The first {size} entries are those of the checkpoint that you hold: none of them was rewritten."
            )
            self._findings.note("held-good", text, place)


def read_consistency(data: bytes, old: int, new: int) -> list[bytes]:
    """Return the hashes of a proof between two sizes. Raises ``NotInForm``."""
    lines = utf8(data).split("\n")
    if lines.pop() or lines[:3] != [FIRST_LINE, f"old {old}", f"new {new}"]:
        raise NotInForm("the file of the proof has not the lines that it must have")
    return hashes(lines[3:])
