"""What is being looked at, and by whom: the store, its position, its zone, the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from presentation.phrases import at
from web.page import Shown, WebPage
from web.rendering import program_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.page import PageQuestion


def _show(asked: PageQuestion) -> Shown:
    return Shown("about.html", "About this store", {"facts": list(_facts(asked))})


def _facts(asked: PageQuestion) -> Iterator[tuple[str, str]]:
    look = asked.look
    position, recorded_at = look.ledger.head()
    yield "store", look.location
    yield "entries", f"{position:,}"
    if position:
        yield "last recorded", at(recorded_at, look.zone)
    yield "times", f"those of {look.zone}"
    yield "reader", look.reader.actor or "nobody is named"
    yield "role", look.reader.role or "none"
    yield "program", f"Longcase {program_version()}"


PAGE: Final = WebPage("/about", "About", (), _show, timed=False)
