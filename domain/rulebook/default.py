"""The rulebooks that ship, of which a store holds one until a force adopts its own: read from the domain's data.

``data/rulebook.toml`` is what a person reads and edits; ``data/rulebook.json`` is the same with the bank
holidays in it, made by ``scripts/write_default_rulebook.py``, since reading TOML would cost every command. An
edition that shipped is never changed: a better one ships beside it under the next number.
"""

from __future__ import annotations

import os
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, Final

import msgspec

from domain.errors import StoreError
from domain.rulebook.model import CalendarData, Rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA: Final = os.path.join(os.path.dirname(os.path.dirname(__file__)), "data")  # noqa: PTH118, PTH120  (pathlib costs a cold start 12 ms)

FILES: Final = {1: "rulebook", 2: "rulebook-2", 3: "rulebook-3"}
"""The editions that ship, by number, and the names of their files."""

NEWEST: Final = max(FILES)
"""The edition that a new store holds."""

SETTING: Final = "rulebook"
"""The setting of a store that names the edition; one without it is of the days of the first."""


def title_of(edition: int) -> str:
    """Return the title of an edition, as a store names it in its settings."""
    return f"Longcase default {edition}"


_BY_TITLE: Final = {title_of(edition): edition for edition in FILES}


@cache
def shipped(edition: int) -> Rulebook:
    """Return an edition as it ships, with the days of Europe/London; raise ``KeyError`` if there is none."""
    with open(os.path.join(DATA, f"{FILES[edition]}.json"), "rb") as file:  # noqa: PTH118, PTH123  (as above)
        return msgspec.json.decode(file.read(), type=Rulebook)


def default_rulebook() -> Rulebook:
    """Return the first edition, which stores of its days keep."""
    return shipped(1)


def proposed(edition: int, zone: str | None) -> Rulebook:
    """Return an edition as it holds in a store of a ``zone``, whose midnights it counts.

    The first counts those of Europe/London in every store, as it always did.
    """
    book = shipped(edition)
    if edition == 1 or zone is None or zone == book.calendar.zone:
        return book
    return msgspec.structs.replace(book, calendar=msgspec.structs.replace(book.calendar, zone=zone))


def default_of(settings: Mapping[str, str]) -> Rulebook:
    """Return what holds until a rulebook is adopted in a store with these ``settings``.

    Raises ``StoreError`` for an edition that this version does not have.
    """
    edition = edition_of(settings)
    return proposed(edition, settings.get("zone", CalendarData().zone))


def edition_of(settings: Mapping[str, str]) -> int:
    """Return which edition a store with these ``settings`` holds; raise ``StoreError`` if it is not known."""
    title = settings.get(SETTING, title_of(1))
    if title not in _BY_TITLE:
        raise StoreError(
            f"the store counts by {title!r}, which this version of Longcase does not have",
            hints=("a later version does", "it was left as it is"),
        )
    return _BY_TITLE[title]


def notes() -> str:
    """Return the remarks, in comments of TOML, at the top of the rulebooks that ship: what each key means."""
    with open(os.path.join(DATA, "rulebook.toml"), encoding="utf-8") as file:  # noqa: PTH118, PTH123  (as above)
        return "".join(takewhile(lambda line: line.startswith("#"), file))
