"""One proof of one entry, and a folder of tiles: what a log shows without a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from longcase_verify.archive import part
from longcase_verify.bundle import AuditRequest, AuditResult
from longcase_verify.findings import AuditFindings, FindingPlace
from longcase_verify.growth import CheckpointChain
from longcase_verify.history import LogHistory
from longcase_verify.leaves import read_leaf
from longcase_verify.notes import LARGEST
from longcase_verify.problems import NotInForm, NotProved, NotReadable
from longcase_verify.proofs import read_proof
from longcase_verify.tree import check_inclusion, leaf_hash
from longcase_verify.trust import AuditorTrust, judge_quorum, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from longcase_verify.notes import Signatures, SignedHead

NO_TRUST = "give --key or --policy: there is nothing else here that says whose signature it should be"


class TileFolder:
    """The files of a folder; only names that this program made itself are asked for."""

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        self._folder = folder

    def names(self) -> AbstractSet[str]:
        """Return the names of all files."""
        found = (path for path in self._folder.rglob("*") if path.is_file())
        return {path.relative_to(self._folder).as_posix() for path in found}

    def read(self, name: str, most: int) -> bytes:
        """Return a file of at most so many bytes. Raises ``NotInForm``, and ``KeyError`` if there is none."""
        try:
            with (self._folder / name).open("rb") as file:
                data = file.read(most + 1)
        except FileNotFoundError as error:
            raise KeyError(name) from error
        if len(data) > most:
            raise NotInForm(f"{name} is larger than it can be")
        return data

    def lines(self, name: str, longest: int) -> Iterator[bytes]:
        """Yield the lines of a file without their ends."""
        yield from self.read(name, longest).split(b"\n")[:-1]


def check_proof(data: bytes, entry: bytes, asked: AuditRequest) -> AuditResult:
    """Check the proof of one entry, given by its leaf's text. Raises ``NotReadable`` and ``MissingLibrary``."""
    findings, trust = AuditFindings(), _trust(asked)
    try:
        proof = read_proof(data)
    except NotInForm as error:
        findings.tampered("proof", f"This is no proof: {error}.")
        return AuditResult(findings, trust.source)
    if proof.extra is not None:
        findings.note("extra", "The proof has a line that nothing signs; it was passed over.")
    found = _judged(proof.checkpoint, asked, trust, findings)
    if found is None:
        return AuditResult(findings, trust.source)
    head, signatures = found
    try:
        check_inclusion(leaf_hash(entry), proof.leaf_index, head.size, head.root, proof.hashes)
        said = int(read_leaf(entry).position)
    except (NotInForm, NotProved) as error:
        place = FindingPlace(position=proof.leaf_index + 1)
        findings.tampered("proof", f"It is not proved that this entry is in the log: {error}.", place)
    else:
        if said != proof.leaf_index + 1:
            text = f"The entry that stands here says that its position is {said}."
            findings.tampered("position", text, FindingPlace(position=proof.leaf_index + 1))
    CheckpointChain(head, trust, findings).compare_held(asked.held, {})
    return AuditResult(findings, trust.source, None, head, signatures, 1)


def check_folder(folder: Path, asked: AuditRequest) -> AuditResult:
    """Check a folder of tiles with its checkpoint. Raises ``NotReadable`` and ``MissingLibrary``."""
    findings, trust, parts = AuditFindings(), _trust(asked), TileFolder(folder)
    if not folder.is_dir():
        raise NotReadable(f"{folder} is no folder")
    data = part(parts, "checkpoint", LARGEST, findings)
    found = _judged(data, asked, trust, findings) if data is not None else None
    if found is None:
        return AuditResult(findings, trust.source)
    head, signatures = found
    history, chain = LogHistory(parts, head.size, (), findings), CheckpointChain(head, trust, findings)
    entries = history.read(one.head.size for one in asked.held if one.head.size <= head.size)
    chain.compare_roots(history.roots)
    chain.compare_held(asked.held, history.roots)
    return AuditResult(findings, trust.source, None, head, signatures, entries, history.streams)


def _trust(asked: AuditRequest) -> AuditorTrust:
    if asked.trust is None:
        raise NotReadable(NO_TRUST)
    return asked.trust


def _judged(
    data: bytes, asked: AuditRequest, trust: AuditorTrust, findings: AuditFindings
) -> tuple[SignedHead, Signatures] | None:
    found = opened(data, trust, findings, FindingPlace(file="checkpoint"))
    if found:
        judge_quorum(found[1], trust, asked.age, findings, FindingPlace(file="checkpoint"))
    return found
