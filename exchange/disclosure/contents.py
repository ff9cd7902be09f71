"""What a bundle is made from, and what its files are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from application.commands.disclosures import Disclosure
    from domain.instant import Instant
    from domain.rulebook.versions import RulebookVersions
    from exchange.disclosure.checkpoints import BundleCheckpoints
    from transparency.keys import VerifierKey

_OTHER: Final = re.compile(r"[^A-Za-z0-9-]+")
"""What no file in a bundle is called by, on any system, whatever a reference holds."""

_LONGEST_NAME: Final = 60


class BundledCase(NamedTuple):
    """A case of a bundle: its reference, its stream, and how many entries it has up to the checkpoint."""

    reference: str
    stream: bytes
    entries: int

    @property
    def record_name(self) -> str:
        """Where its printed record is: by its reference as far as file systems allow, and a name of its own."""
        said = _OTHER.sub("-", self.reference).strip("-")[:_LONGEST_NAME]
        return f"records/{said or 'case'}-{self.stream.hex()[:8]}.html"

    @property
    def entries_name(self) -> str:
        """Where its entries are."""
        return f"entries/{self.stream.hex()}.jsonl"


class Bundle(NamedTuple):
    """All that a bundle is made from beside the ledger; it is the same bytes for the same of these.

    ``made_at`` is when the disclosure was recorded (microseconds, UTC).
    """

    given: Disclosure
    reason: str
    made_at: Instant
    zone: tzinfo
    program: str
    cases: Sequence[BundledCase]
    checkpoints: BundleCheckpoints
    keys: Sequence[VerifierKey]
    rulebooks: RulebookVersions
    policy: bytes | None = None

    @property
    def kind(self) -> str:
        """``inspection`` with the headers of all entries, ``case`` without those of any other case."""
        return "case" if self.given.inspection is None else "inspection"
