"""Whom the auditor trusts: keys or a policy of the auditor's own, never those that came with what is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from longcase_verify.keys import ML_DSA, PLAIN, PublicKey, read_key
from longcase_verify.notes import Signatures, SignedHead, check_lines, read_head
from longcase_verify.policy import TrustPolicy, read_policy
from longcase_verify.problems import NotInForm, NotProved
from longcase_verify.texts import utf8

if TYPE_CHECKING:
    from longcase_verify.findings import AuditFindings, FindingPlace

FUTURE = 300
"""How many seconds after now a signature may say that it was made: clocks differ."""


LINES = 3
"""How many lines a checkpoint has that everything is concluded from."""


class AuditorTrust(NamedTuple):
    """Whose signatures count; ``source`` is ``policy``, ``keys`` or ``bundle``."""

    source: str
    logs: frozenset[PublicKey]
    policy: TrustPolicy | None = None

    def check(self, head: SignedHead) -> Signatures:
        """Check the signatures of a checkpoint that the log must have made. Raises ``NotProved``."""
        logs = {key for key in self.logs if key.name == head.origin}
        if not logs:
            raise NotProved(f"it is of the log {head.origin}, and no key of that log is trusted")
        found = check_lines(head.text, head.lines, logs | self.witnesses)
        if not logs & found.times.keys():
            raise NotProved(f"it is not signed by any trusted key of the log {head.origin}")
        return found

    @property
    def witnesses(self) -> set[PublicKey]:
        """Return the keys of the witnesses that the policy knows."""
        return set(self.policy.witnesses.values()) if self.policy else set()


class AgeLimit(NamedTuple):
    """How old the newest signatures may be, in seconds, and what time it is, in seconds since 1970."""

    most: int | None
    now: int


def trusted_policy(data: bytes) -> AuditorTrust:
    """Return the trust that a policy of the auditor's gives. Raises ``NotInForm``."""
    policy = read_policy(data)
    return AuditorTrust("policy", frozenset(policy.logs), policy)


def trusted_keys(texts: list[str]) -> AuditorTrust:
    """Return the trust in some keys of the log. Raises ``NotInForm``."""
    keys = frozenset(map(read_key, texts))
    if not all(key.kind in (PLAIN, ML_DSA) for key in keys):
        raise NotInForm("a log signs with keys of type 0x01 and 0x06: what you gave is the key of a witness")
    return AuditorTrust("keys", keys)


def read_keys(data: bytes) -> list[PublicKey]:
    """Read ``keys.txt``, one key a line. Raises ``NotInForm``."""
    lines = utf8(data).split("\n")
    if lines.pop() or not lines:
        raise NotInForm("keys.txt is one key a line, each with its end")
    return list(map(read_key, lines))


def opened(
    data: bytes, trust: AuditorTrust, findings: AuditFindings, place: FindingPlace
) -> tuple[SignedHead, Signatures] | None:
    """Return a checkpoint of which every signature by a trusted key holds; note what is wrong if not."""
    try:
        head = read_head(data)
        signatures = trust.check(head)
    except (NotInForm, NotProved) as error:
        code = "checkpoint-form" if isinstance(error, NotInForm) else "checkpoint-signature"
        findings.tampered(code, f"This checkpoint is not to be believed: {error}.", place)
        return None
    for line in signatures.unknown:
        findings.note(
            "unknown-signature", f"A signature by {line} counts for nothing: you do not know the key.", place
        )
    if head.text.count("\n") > LINES:
        findings.note("extension", "This checkpoint has further lines, of which nothing was concluded.", place)
    return head, signatures


def judge_quorum(
    signatures: Signatures, trust: AuditorTrust, age: AgeLimit, findings: AuditFindings, place: FindingPlace
) -> None:
    """Note whether enough witnesses signed, and whether they did so lately enough."""
    timed = {key: time for key, time in signatures.times.items() if key.kind != PLAIN and time}
    for key, time in timed.items():
        if time > age.now + FUTURE:
            findings.incomplete("future", f"The signature by {key} says that it was made in the future.", place)
    if trust.policy and not trust.policy.is_met_by(signatures.times):
        signed = len(trust.witnesses & signatures.times.keys())
        text = f"{signed} of the witnesses of your policy signed, and it asks for more."
        findings.incomplete("quorum", text, place)
    elif age.most is not None:
        fresh = {key for key, time in timed.items() if age.now - age.most <= time <= age.now + FUTURE}
        if not _fresh_enough(fresh, trust):
            findings.incomplete(
                "stale",
                "No signature that you trust says that this checkpoint is as young as you asked for.",
                place,
            )


def _fresh_enough(fresh: set[PublicKey], trust: AuditorTrust) -> bool:
    """Say whether those who signed lately are enough; without witnesses it is the log's own word that counts."""
    if trust.policy and trust.policy.quorum != "none":
        return trust.policy.is_met_by(fresh)
    return bool(fresh & (trust.logs | trust.witnesses))
