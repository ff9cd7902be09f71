"""What both contestants record: the same cases, the same actions, the same words."""

from __future__ import annotations

from typing import Final, NamedTuple

ACTOR: Final = "DC 1000"
KINDS: Final = ("child-seen", "strategy-discussion", "contact-attempted", "supervisor-review")
OUTCOMES: Final = ("done", "no answer", "seen and spoken to")
TEXT: Final = "an invented note of about the length that a caseworker writes in a minute between two calls"


class Deed(NamedTuple):
    """One action."""

    kind: str
    outcome: str
    text: str

    @classmethod
    def of(cls, index: int) -> Deed:
        """Return the action of that number; they repeat."""
        return cls(KINDS[index % len(KINDS)], OUTCOMES[index % len(OUTCOMES)], TEXT)


def reference(number: int) -> str:
    """Return the reference of the case of that number."""
    return f"GEN-{number:06d}"
