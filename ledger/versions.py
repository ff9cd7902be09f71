"""Why a store that another version of Longcase wrote cannot be used as it is, on either engine."""

from __future__ import annotations

from typing import NamedTuple

from ledger import schema
from ledger.errors import Advised, NotAStore


class OldStore(NotAStore):
    """The store is of an older version, and can be used once it is upgraded."""


class NewerStore(NotAStore):
    """The store is of a newer version, and a newer Longcase is needed."""


class NotUpgraded(Advised):
    """Something was in the way, and the store is as it was; ``advice`` says what to do."""


class Upgraded(NamedTuple):
    """What was done: from which version to which, where the store is as it was before, how many entries.

    There is no ``backup`` if nothing had to be done.
    """

    before: int
    after: int
    backup: str | None
    entries: int


def unfit(location: str, version: int, by: str | None) -> NotAStore:
    """Return why a store of another version than this one's cannot be used; ``by`` is who wrote it, if known."""
    if schema.OLDEST <= version < schema.VERSION:
        why = f"(store version {version}; this one uses version {schema.VERSION})"
        return OldStore(f"{location} was written by an older Longcase {why}: it must be upgraded first")
    if version <= schema.VERSION:
        return NotAStore(f"{location} is damaged, or no store of Longcase: its version is said to be {version}")
    this = schema.longcase_version()
    known = by not in {None, schema.UNKNOWN, this}
    writer, wanted = (f", {by}", f"Longcase {by} or later") if known else ("", "that version")
    text = f"{location} was written by a newer Longcase{writer} (store version {version})"
    return NewerStore(f"{text}; this is {this}, which knows versions up to {schema.VERSION}: install {wanted}")
