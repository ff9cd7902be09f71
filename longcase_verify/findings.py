"""What was found, where, and what it means, in words for which nobody need be a programmer."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import NamedTuple


class FindingLevel(Enum):
    """How bad a finding is; the worst one decides the exit code."""

    TAMPERED = "tampered"
    INCOMPLETE = "incomplete"
    NOTE = "note"


class FindingPlace(NamedTuple):
    """Where something was found; what is not known is ``None``."""

    file: str | None = None
    reference: str | None = None
    stream: str | None = None
    version: int | None = None
    position: int | None = None

    def __str__(self) -> str:
        """Return the place in words."""
        whose = f"case {self.reference}" if self.reference else f"stream {self.stream}" if self.stream else None
        parts = [
            f"entry {self.version} of {whose}" if whose and self.version else whose,
            f"position {self.position}" if self.position else None,
            f"in {self.file}" if self.file else None,
        ]
        return ", ".join(part for part in parts if part)


class AuditFinding(NamedTuple):
    """One thing that was found."""

    level: FindingLevel
    code: str
    text: str
    place: FindingPlace


MOST = 20
"""How many findings of one code are listed; the rest are counted."""

EXIT_CODES = {FindingLevel.TAMPERED: 1, FindingLevel.INCOMPLETE: 2}


class AuditFindings:
    """Everything that was found, in the order in which it was."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.listed: list[AuditFinding] = []
        self.counts: Counter[tuple[FindingLevel, str]] = Counter()

    def tampered(self, code: str, text: str, place: FindingPlace | None = None) -> None:
        """Note what an honest log cannot show."""
        self._add(FindingLevel.TAMPERED, code, text, place)

    def incomplete(self, code: str, text: str, place: FindingPlace | None = None) -> None:
        """Note what is missing, or too old, so that something could not be checked."""
        self._add(FindingLevel.INCOMPLETE, code, text, place)

    def note(self, code: str, text: str, place: FindingPlace | None = None) -> None:
        """Note what is to be known, and is no reproach."""
        self._add(FindingLevel.NOTE, code, text, place)

    def _add(self, level: FindingLevel, code: str, text: str, place: FindingPlace | None) -> None:
        self.counts[level, code] += 1
        if self.counts[level, code] <= MOST:
            self.listed.append(AuditFinding(level, code, text, place or FindingPlace()))

    @property
    def exit_code(self) -> int:
        """Return 1 if anything was tampered with, 2 if something is incomplete or too old, else 0."""
        return min((EXIT_CODES[level] for level, _ in self.counts if level in EXIT_CODES), default=0)

    @property
    def unlisted(self) -> dict[str, int]:
        """Return, by code, how many findings are not listed."""
        return {code: count - MOST for (_, code), count in self.counts.items() if count > MOST}
