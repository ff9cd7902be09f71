"""Trust policies (C2SP tlog-policy): whose checkpoints count, and which witnesses must have cosigned them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from transparency.cosignatures import open_checkpoint
from transparency.errors import BadKey, MalformedText, QuorumMissed
from transparency.keys import ED25519, ED25519_COSIGNATURE, read_verifier_key, verifier_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from transparency.cosignatures import OpenedCheckpoint
    from transparency.keys import VerifierKey

LARGEST_POLICY = 1_000_000
"""How many bytes a policy has at most."""

NONE = "none"
"""The quorum that asks for no witness."""

_OTHER_CONTROL = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,8}")


class Group(NamedTuple):
    """Witnesses and groups of which so many must have cosigned."""

    threshold: int
    members: tuple[str, ...]


class Party(NamedTuple):
    """A log or a witness: its key, and the address where it is reached, if that stands there."""

    key: VerifierKey
    address: str | None = None


class Policy(NamedTuple):
    """A trust policy: a checkpoint counts if one of the logs signed it, and enough witnesses cosigned it."""

    logs: tuple[Party, ...]
    witnesses: Mapping[str, Party]
    """The witnesses by their names in the policy, which are not those of their keys."""
    groups: Mapping[str, Group]
    """The groups in their order: one has only members that stand before it."""
    quorum: str

    def is_met_by(self, cosigned: Iterable[VerifierKey]) -> bool:
        """Say whether cosignatures by these keys are enough."""
        keys = set(cosigned)
        met = {NONE} | {name for name, witness in self.witnesses.items() if witness.key in keys}
        for name, group in self.groups.items():
            if len(met.intersection(group.members)) >= group.threshold:
                met.add(name)
        return self.quorum in met

    def open(self, data: bytes, logs: Iterable[VerifierKey] = ()) -> OpenedCheckpoint:
        """Check a signed checkpoint: by one of the policy's logs, or of those given, and by enough witnesses.

        Raises ``MalformedText``, ``NotVerified`` if a signature is missing or fails, and ``QuorumMissed``.
        """
        known = (*logs, *(log.key for log in self.logs))
        opened = open_checkpoint(data, known, (witness.key for witness in self.witnesses.values()))
        if not self.is_met_by(each.key for each in opened.cosignatures):
            raise QuorumMissed(
                f"the checkpoint is cosigned by {len(opened.cosignatures)} witnesses, not by enough"
            )
        return opened


def parse_policy(data: bytes) -> Policy:
    """Read a policy. Raises ``MalformedText``, which names the line."""
    if len(data) > LARGEST_POLICY or _OTHER_CONTROL.search(data) or not data.endswith(b"\n"):
        raise MalformedText("a policy is lines that each end in LF, without other control characters than tabs")
    reading = _PolicyLines()
    for number, line in enumerate(data.removesuffix(b"\n").split(b"\n"), 1):
        # Bytes that are no UTF-8 stay what they are: a name is compared as it is written.
        words = [word for word in re.split("[ \t]+", line.decode("utf-8", "surrogateescape")) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reading.take(words)
        except (MalformedText, BadKey) as error:
            raise MalformedText(f"line {number} of the policy: {error}") from error
    return reading.policy()


class _PolicyLines:
    """What was read of a policy so far."""

    def __init__(self) -> None:
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None

    def policy(self) -> Policy:
        if self.quorum is None:
            raise MalformedText("a policy has a line that says its quorum")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum)

    def take(self, words: Sequence[str]) -> None:
        match words:
            case ["log", key, *address] if len(address) <= 1:
                self._log(key, address)
            case ["witness", name, key, *address] if len(address) <= 1:
                self._witness(name, key, address)
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, tuple(members))
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise MalformedText(f"this is no line of a policy: {words[0]!a}")

    def _log(self, text: str, address: Sequence[str]) -> None:
        key = read_verifier_key(text)
        if key.kind == ED25519_COSIGNATURE:
            raise BadKey("a log signs with keys of type 0x01 and 0x06")
        _refuse_twice(key, self.logs)
        self.logs.append(Party(key, *address))

    def _witness(self, name: str, text: str, address: Sequence[str]) -> None:
        self._refuse_taken(name)
        key = read_verifier_key(text)
        if key.kind == ED25519:  # how many files in use give a witness's key; what it makes is of type 0x04
            key = verifier_key(key.name, ED25519_COSIGNATURE, key.public)
        _refuse_twice(key, self.witnesses.values())
        self.witnesses[name] = Party(key, *address)

    def _group(self, name: str, threshold: str, members: tuple[str, ...]) -> None:
        self._refuse_taken(name)
        grouped = [one for group in self.groups.values() for one in group.members]
        for at, member in enumerate(members):
            self._refuse_unknown(member)
            if member in grouped or member in members[:at]:
                raise MalformedText(f"{member!a} is a member of two groups, or twice of one")
        self.groups[name] = Group(_threshold(threshold, len(members)), members)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise MalformedText("a policy has one quorum")
        if name != NONE:
            self._refuse_unknown(name)
        self.quorum = name

    def _refuse_taken(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise MalformedText(f"the name {name!a} is taken")

    def _refuse_unknown(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise MalformedText(f"nothing before this line is named {name!a}")


def _threshold(text: str, members: int) -> int:
    if text in ("any", "all"):
        return 1 if text == "any" else members
    if not _THRESHOLD.fullmatch(text) or int(text) > members:
        raise MalformedText(f"of {members} members, all, any or a number from 1 to {members} must have cosigned")
    return int(text)


def _refuse_twice(key: VerifierKey, others: Iterable[Party]) -> None:
    if any(key.public == other.key.public for other in others):
        raise MalformedText(f"the key of {key.name!a} stands here twice")
