"""What is said of entries that were recorded, and of what is irregular about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.cases.restrictions import WITHHELD
from presentation.flags import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from application.envelope import Receipt
    from domain.event import Entry

_TELLING: Final = (
    "warrant",
    "escalation",
    "kind",
    "child",
    "risk",
    "by",
    "grade",
    "officer",
    "accreditation",
    "team",
    "outcome",
    "relation",
    "other",
    "entry",
    "review_on",
)
"""The fields that tell one entry from others of its name, in the order in which they are said."""

_PURPOSE: Final = frozenset({"corrected", "retracted"})
"""The flags that are what a command is for, so that nobody needs to be told of them."""


def in_one_line(name: str, done: Receipt, *, readable: bool) -> str:
    """Return what was recorded in one line; of a case that may not be read nothing but that it was."""
    said = (
        f"entry {each.version}: {entry_in_words(each, readable=readable)}, position {each.position}"
        for each in done.entries
    )
    again = " (recorded before: nothing was added)" if done.repeated else ""
    return f"{name} {'; '.join(said)}{again}"


def entry_in_words(entry: Entry, *, readable: bool) -> str:
    """Return what an entry says, in the words that tell it from others; of one that is withheld its name."""
    if not readable:
        return f"{entry.name} ({WITHHELD})"
    values = (getattr(entry.event, field, None) for field in _TELLING)
    return " ".join((entry.name, *(str(value) for value in values if value is not None)))


def warnings(done: Receipt, new: Mapping[int, list[str]]) -> Iterator[str]:
    """Yield what is said of new flags: of the entries recorded, then of others."""
    recorded = [each.version for each in done.entries]
    for version in (*recorded, *(one for one in new if one not in recorded)):
        what = f"entry {version}" if version in recorded else f"entry {version}, as it stands now"
        for flag in new.get(version, ()):
            if flag not in _PURPOSE:
                yield f"{what}: {'recorded more than a day late' if flag == 'late' else in_words(flag)}"
