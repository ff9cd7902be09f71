"""A whole bundle, from its first byte to what is to be said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from longcase_verify.archive import BundleArchive, part
from longcase_verify.cases import DisclosedEntry, DisclosedStream
from longcase_verify.findings import AuditFindings, FindingPlace
from longcase_verify.growth import CheckpointChain, HeldCheckpoint
from longcase_verify.history import LogHistory
from longcase_verify.manifest import (
    CASE,
    INSPECTION,
    LARGEST,
    BundleManifest,
    DisclosedCase,
    read_manifest,
    unexpected_names,
    unsigned_names,
)
from longcase_verify.notes import LARGEST as LARGEST_NOTE
from longcase_verify.notes import Signatures, SignedHead, read_head
from longcase_verify.policy import LARGEST as LARGEST_POLICY
from longcase_verify.policy import read_policy
from longcase_verify.problems import CutShort, NotInForm
from longcase_verify.proofs import ProofFolder
from longcase_verify.trust import AgeLimit, AuditorTrust, judge_quorum, opened, read_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from longcase_verify.archive import BundleParts
    from longcase_verify.keys import PublicKey

LARGEST_KEYS = 65_536


class AuditRequest(NamedTuple):
    """What the auditor brings: whom to trust, checkpoints of earlier visits, and how old a signature may be."""

    trust: AuditorTrust | None
    held: Sequence[HeldCheckpoint]
    age: AgeLimit


class AuditResult(NamedTuple):
    """What a bundle says that it is, what was found, and what was looked at."""

    findings: AuditFindings
    trust: str
    manifest: BundleManifest | None = None
    head: SignedHead | None = None
    signatures: Signatures | None = None
    entries: int = 0
    streams: int = 0
    contents: int = 0
    unsigned: Sequence[str] = ()


def check_bundle(file: BinaryIO, asked: AuditRequest) -> AuditResult:
    """Check a bundle. Raises ``NotReadable`` if the file is none at all, and ``MissingLibrary``."""
    findings = AuditFindings()
    nothing = AuditResult(findings, asked.trust.source if asked.trust else "bundle")
    try:
        parts = BundleArchive(file)
    except CutShort as error:
        findings.incomplete("cut-short", f"The file is not whole: {error}. Ask for it again.")
        return nothing
    except NotInForm as error:
        findings.tampered("archive", f"The file is not as Longcase makes it: {error}.")
        return nothing
    data = part(parts, "bundle.json", LARGEST, findings)
    try:
        manifest = read_manifest(data) if data is not None else None
    except NotInForm as error:
        findings.tampered("manifest", f"{error}.", FindingPlace(file="bundle.json"))
        return nothing
    return _Bundle(parts, manifest, asked, findings).check() if manifest else nothing


class _Bundle:
    """A bundle that is being checked."""

    def __init__(
        self, parts: BundleParts, manifest: BundleManifest, asked: AuditRequest, findings: AuditFindings
    ) -> None:
        self.parts = parts
        self.manifest = manifest
        self.asked = asked
        self.findings = findings
        self.keys = self._keys()
        self.trust = asked.trust or AuditorTrust("bundle", frozenset(self.keys))
        self.history: LogHistory | None = None
        self.contents = 0

    def check(self) -> AuditResult:
        """Check everything, and return what was found."""
        self._compare_trust()
        for name in unexpected_names(set(self.parts.names()), self.manifest):
            text = "This file belongs to no bundle of this kind. Nobody checked it: do not rely on it."
            self.findings.incomplete("unexpected-file", text, FindingPlace(file=name))
        head, signatures, checkpoint = self._checkpoint()
        size = head.size if head else self.manifest.size
        entries = self._check_entries(size, head, checkpoint)
        unsigned = unsigned_names(set(self.parts.names()))
        streams = self.history.streams if self.history else 0
        found = (self.findings, self.trust.source, self.manifest, head, signatures)
        return AuditResult(*found, entries, streams, self.contents, unsigned)

    def _keys(self) -> list[PublicKey]:
        data = part(self.parts, "keys.txt", LARGEST_KEYS, self.findings)
        try:
            return read_keys(data) if data is not None else []
        except NotInForm as error:
            text = f"The keys in the bundle cannot be used: {error}."
            self.findings.tampered("keys", text, FindingPlace(file="keys.txt"))
            return []

    def _compare_trust(self) -> None:
        """Say where keys and policy come from, and how those in the bundle differ from the auditor's."""
        if self.asked.trust is None:
            text = (
                "You brought no keys, so those in the bundle were used. Whoever wrote the bundle could have made "
                "them: this shows nothing about who did. Give --key or --policy with what you got another way."
            )
            self.findings.incomplete("keys-from-bundle", text, FindingPlace(file="keys.txt"))
        elif self.keys:
            own = {key for key in self.trust.logs if key.name == self.manifest.origin}
            for key in sorted(own.symmetric_difference(self.keys)):
                whose = "is yours, and not in the bundle" if key in own else "is in the bundle, and not yours"
                text = f"The key {key} {whose}. Yours alone were used."
                self.findings.incomplete("keys-differ", text, FindingPlace(file="keys.txt"))
        if not self.asked.held:
            text = (
                "You brought no checkpoint of an earlier visit. Keep the one in this bundle, and give it with "
                "--checkpoint next time: it shows whether anything before it was rewritten since."
            )
            self.findings.note("nothing-held", text)
        if self.asked.age.most is None:
            text = "You did not say how old this may be (--max-age), so its age was not judged."
            self.findings.note("age-not-asked", text)
        self._compare_policy()

    def _compare_policy(self) -> None:
        if "policy.txt" not in self.parts.names():
            return
        data = part(self.parts, "policy.txt", LARGEST_POLICY, self.findings)
        try:
            policy = read_policy(data) if data is not None else None
        except NotInForm as error:
            text = f"The policy in the bundle cannot be used: {error}."
            self.findings.tampered("policy", text, FindingPlace(file="policy.txt"))
            return
        if policy and self.trust.policy is None:
            text = "The bundle has a policy, and you gave none: no witness was asked for."
            self.findings.note("policy-unused", text, FindingPlace(file="policy.txt"))
        elif policy and self.trust.policy and policy.meaning != self.trust.policy.meaning:
            text = "The policy in the bundle asks for something else than yours. Yours was used."
            self.findings.incomplete("policy-differs", text, FindingPlace(file="policy.txt"))

    def _checkpoint(self) -> tuple[SignedHead | None, Signatures | None, bytes]:
        place = FindingPlace(file="checkpoint")
        data = part(self.parts, "checkpoint", LARGEST_NOTE, self.findings)
        if data is None:
            return None, None, b""
        found = opened(data, self.trust, self.findings, place)
        if found:
            judge_quorum(found[1], self.trust, self.asked.age, self.findings, place)
            self._note_silent_keys(found[1], place)
        try:
            head = found[0] if found else read_head(data)
        except NotInForm:
            return None, None, data
        if (head.origin, head.size) != (self.manifest.origin, self.manifest.size):
            text = (
                f"bundle.json is about {self.manifest.size} entries of the log {self.manifest.origin}, and the "
                f"checkpoint about {head.size} of {head.origin}."
            )
            self.findings.tampered("checkpoint-place", text, place)
        return head, found[1] if found else None, data

    def _note_silent_keys(self, signatures: Signatures, place: FindingPlace) -> None:
        for key in sorted(self.trust.logs - signatures.times.keys()):
            if key.name == self.manifest.origin:
                text = f"The key {key} of the log, which you trust, did not sign this; another one did."
                self.findings.note("key-silent", text, place)

    def _check_entries(self, size: int, head: SignedHead | None, checkpoint: bytes) -> int:
        """Check checkpoints and entries, and return how many entries were read."""
        chain = CheckpointChain(head, self.trust, self.findings) if head else None
        if chain:
            chain.read(self.parts)
        roots: dict[int, bytes] = {}
        if self.manifest.kind == INSPECTION:
            held = {one.head.size for one in self.asked.held if one.head.size <= size}
            self.history = LogHistory(self.parts, size, self.manifest.cases, self.findings)
            entries = self.history.read(held | (chain.heads.keys() if chain else set()))
            roots = self.history.roots
            self._check_cases(self.history.judge)
        elif head:
            proofs = ProofFolder(self.parts, head, checkpoint, self.findings)
            self._check_cases(proofs.judge)
            entries = self.contents
            for name in sorted(proofs.unused):
                text = "This proof is of no entry that is disclosed."
                self.findings.incomplete("unexpected-file", text, FindingPlace(file=name))
        else:
            entries = 0
        if chain:
            chain.compare_roots(roots)
            chain.compare_held(self.asked.held, roots)
        return entries

    def _check_cases(self, judge: Callable[[DisclosedEntry, FindingPlace], None]) -> None:
        for case in self.manifest.cases:
            stream = DisclosedStream(case, self.findings, judge)
            stream.read(self.parts)
            self.contents += stream.count
            if self.history and self.history.is_whole:
                self._compare_count(case, stream, self.history.count(case.stream))
        if self.manifest.kind == CASE and self.manifest.cases:
            text = (
                "Nothing shows whether these cases have later entries: a bundle of this kind makes no such claim."
            )
            self.findings.note("later-entries", text)

    def _compare_count(self, case: DisclosedCase, stream: DisclosedStream, there: int) -> None:
        """Compare how many entries a case has in the log with how many are shown and announced."""
        stream.left_out(max(stream.version, case.entries) + 1, there)
        if there != case.entries:
            text = f"bundle.json says that this case has {case.entries} entries, and the log has {there}."
            self.findings.tampered("count", text, FindingPlace(file="bundle.json", reference=case.reference))
