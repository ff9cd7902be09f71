"""As of which two instants a page is shown: as they stand in the URL, and as the form of the time bar sends them.

The instants are texts, in the command line's own words; ``presentation.instants`` alone reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from web.parameters import Pairs

AS_AT: Final = "as-at"
KNOWN_AT: Final = "known-at"
IN_URL: Final = (AS_AT, KNOWN_AT)

MOMENT: Final = "moment"
KNOWN_BY: Final = "by"
KNOWN_ON: Final = "on"
IN_FORM: Final = (MOMENT, KNOWN_BY, KNOWN_ON)

NOW: Final = "now"
THEN: Final = "then"
ANOTHER: Final = "on"
"""By what was known a page is shown: now, at the instant itself, or at another one."""


class Moment(NamedTuple):
    """The two instants as typed; what is not given is ``None``: now, or as ``known_at`` says."""

    as_at: str | None = None
    known_at: str | None = None

    @property
    def pairs(self) -> Pairs:
        """Both as they stand in the URL."""
        given = ((AS_AT, self.as_at), (KNOWN_AT, self.known_at))
        return tuple((name, text) for name, text in given if text is not None)

    @property
    def known_by(self) -> str:
        """By what was known: now, then, or on another day."""
        if self.known_at is None:
            return NOW
        return THEN if self.as_at is None else ANOTHER

    @property
    def text(self) -> str:
        """What stands in the field for the instant; nothing for now."""
        return self.as_at or (self.known_at if self.known_by == THEN else None) or ""

    @property
    def known_on(self) -> str:
        """What stands in the field for the other instant, if there is one."""
        return (self.known_at or "") if self.known_by == ANOTHER else ""


def moment_of(given: Mapping[str, Sequence[str]]) -> Moment:
    """Return the moment that a query names, in its shortest form; raise ``UsageProblem`` for what names none."""
    if any(name in given for name in IN_FORM):
        return _of_form(given)
    as_at, known_at = (_single(given, name) for name in IN_URL)
    return shortest(as_at, known_at)


def shortest(as_at: str | None, known_at: str | None) -> Moment:
    """Return the moment without what goes without saying: now, and what both say alike."""
    known_at = None if known_at == NOW else known_at
    if as_at == known_at or (as_at == NOW and known_at is None):
        return Moment(None, known_at)
    return Moment(as_at, known_at)


def _single(given: Mapping[str, Sequence[str]], name: str) -> str | None:
    texts = [text.strip() for text in given.get(name, ())]
    if len(texts) > 1:
        raise UsageProblem(f"{name} is given twice", hints=("give it once",))
    if texts == [""]:
        raise UsageProblem(f"{name} is empty", hints=(f"leave {name} out to mean now",))
    return texts[0] if texts else None


def _of_form(given: Mapping[str, Sequence[str]]) -> Moment:
    text, by, on = (_field(given, name) for name in IN_FORM)
    if any(name in given for name in IN_URL):
        raise UsageProblem("the form and the address say different instants", hints=("give one of them",))
    if by in {"", NOW}:
        return shortest(text or None, None)
    if by == THEN:
        return shortest(None, text or None)
    if by != ANOTHER:
        raise UsageProblem(
            f"{KNOWN_BY}: {by!r} is none of the choices", hints=(f"one of: {NOW}, {THEN}, {ANOTHER}",)
        )
    if not on:
        raise UsageProblem("on which day it was known is not said", hints=("fill in the second field",))
    return shortest(text or NOW, on)


def _field(given: Mapping[str, Sequence[str]], name: str) -> str:
    texts = [text.strip() for text in given.get(name, ())]
    if len(texts) > 1:
        raise UsageProblem(f"{name} is given twice", hints=("give it once",))
    return texts[0] if texts else ""
