"""A trust policy (C2SP tlog-policy): whose checkpoints count, and which witnesses must have signed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from longcase_verify.keys import PLAIN, TIMED, PublicKey, read_key
from longcase_verify.problems import NotInForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LARGEST = 1_000_000
"""How many bytes a policy has at most."""

_OTHER_CONTROL = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,8}")


class WitnessGroup(NamedTuple):
    """Names of witnesses and of groups before it, of which so many must have signed."""

    threshold: int
    members: frozenset[str]


class TrustPolicy:
    """A policy as it was read; two of them are equal if they mean the same."""

    def __init__(self) -> None:
        """Begin with nothing: no log, no witness, no quorum."""
        self.logs: list[PublicKey] = []
        self.witnesses: dict[str, PublicKey] = {}
        self.groups: dict[str, WitnessGroup] = {}
        self.quorum: str | None = None

    def is_met_by(self, keys: Iterable[PublicKey]) -> bool:
        """Say whether cosignatures by these keys are enough."""
        held = set(keys)
        met = {name for name, key in self.witnesses.items() if key in held} | {"none"}
        for name, group in self.groups.items():
            if len(met & group.members) >= group.threshold:
                met.add(name)
        return self.quorum in met

    @property
    def meaning(self) -> tuple[object, ...]:
        """Return what is compared of two policies: addresses, comments and the order of lines do not count."""
        return frozenset(self.logs), self.witnesses, self.groups, self.quorum

    def take(self, words: Sequence[str]) -> None:
        """Read a line of it. Raises ``NotInForm``."""
        match words:
            case ["log", key] | ["log", key, _]:
                self.logs.append(self._new_key(read_key(key), self.logs))
                if self.logs[-1].kind == TIMED:
                    raise NotInForm("a log signs with keys of type 0x01 and 0x06")
            case ["witness", name, key] | ["witness", name, key, _]:
                self._new_name(name)
                self.witnesses[name] = self._new_key(_witness_key(key), self.witnesses.values())
            case ["group", name, threshold, *members] if members:
                self._new_name(name)
                self.groups[name] = self._group(threshold, members)
            case ["quorum", name] if self.quorum is None and name in ("none", *self.witnesses, *self.groups):
                self.quorum = name
            case _:
                raise NotInForm("this is no line of a policy, or it names what does not stand before it")

    def _new_name(self, name: str) -> None:
        if name in ("none", *self.witnesses, *self.groups):
            raise NotInForm("a name is taken twice")

    def _new_key(self, key: PublicKey, others: Iterable[PublicKey]) -> PublicKey:
        if any(key.raw == other.raw for other in others):
            raise NotInForm("a key stands twice")
        return key

    def _group(self, threshold: str, members: list[str]) -> WitnessGroup:
        grouped = {one for group in self.groups.values() for one in group.members}
        known = set(self.witnesses) | set(self.groups)
        if len(set(members)) != len(members) or not known.issuperset(members) or grouped.intersection(members):
            raise NotInForm("a member of a group is not known, or stands in two groups")
        count = {"any": "1", "all": str(len(members))}.get(threshold, threshold)
        if not _THRESHOLD.fullmatch(count) or int(count) > len(members):
            raise NotInForm("a group asks for none, or for more members than it has")
        return WitnessGroup(int(count), frozenset(members))


def _witness_key(text: str) -> PublicKey:
    """Read a witness's key; many policies give it with the type 0x01, and what it makes is of type 0x04."""
    key = read_key(text)
    return key._replace(kind=TIMED) if key.kind == PLAIN else key


def read_policy(data: bytes) -> TrustPolicy:
    """Read a policy. Raises ``NotInForm``, which names the line."""
    if len(data) > LARGEST or _OTHER_CONTROL.search(data) or not data.endswith(b"\n"):
        raise NotInForm("a policy is lines that each end in LF")
    policy = TrustPolicy()
    for count, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n")[:-1], 1):
        words = [word for word in re.split("[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            policy.take(words)
        except NotInForm as error:
            raise NotInForm(f"line {count} of the policy: {error}") from error
    if policy.quorum is None:
        raise NotInForm("a policy has a line that says its quorum")
    return policy
