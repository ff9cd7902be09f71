"""Adopting a rulebook, and the one in force: the shipped one until a force adopts its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from application.recording import AHEAD, record
from domain.cases.events import Reported
from domain.errors import Refused, UsageProblem
from domain.identity import rulebook_stream
from domain.instant import iso
from domain.rulebook.default import default_of
from domain.rulebook.events import Adopted
from domain.rulebook.versions import RulebookVersions, versions_of_entries

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from domain.cases.history import History
    from domain.event import Entry
    from domain.instant import Instant
    from domain.rulebook.model import Rulebook
    from domain.rulebook_toml.reader import Problem
    from domain.vocabulary import Vocabulary


def versions(app: Longcase) -> RulebookVersions:
    """Return the versions of the rulebook: the one that ships, then those adopted."""
    return versions_of_entries(default_of(app.ledger.settings()), app.entries(rulebook_stream()))


def problems_of(text: str, vocabulary: Vocabulary) -> list[Problem]:
    """Return all that is wrong with a rulebook's text, in order of the lines; none if it can be adopted."""
    from application.bank_holidays import FIRST_YEAR, LAST_YEAR, bank_holidays
    from domain.rulebook_toml.reader import KnownDays, problems

    days, _ = bank_holidays()
    return problems(text, vocabulary, KnownDays(days, FIRST_YEAR, LAST_YEAR))


def adopt(
    app: Longcase, text: str, effective_from: Instant, by: Envelope, *, source: str = "rulebook"
) -> Receipt:
    """Adopt the rulebook of a text (TOML) from an instant on (microseconds, UTC), bank holidays and all.

    A text that names no zone counts the days of the store's.
    Raises ``UsageProblem`` for a text with problems, naming each by ``source`` and line. Raises ``Refused``
    for an instant that is not to come, since clocks that run by then keep the rules under which they started;
    a ledger without cases has no such clocks, and any instant will do.
    """
    found = problems_of(text, app.vocabulary)
    if found:
        hints = tuple(f"{source}:{line}: {message}" for line, message in found)
        raise UsageProblem(f"{source} cannot be adopted as it is", hints=hints)
    book = _with_holidays(app, text, by)
    event = Adopted(effective_from=effective_from, rulebook=book, **by.fields())

    def check(_history: History, entry: Entry) -> None:
        if effective_from <= entry.recorded_at + AHEAD and _holds_a_case(app):
            why = f"a rulebook takes effect on a day to come, and {iso(effective_from)} is none"
            raise Refused(why, hints=("what is waited for already keeps the rules under which it began",))

    return record(app, rulebook_stream(), Adopted, lambda _history, _at: [event], check, by)


def _with_holidays(app: Longcase, text: str, by: Envelope) -> Rulebook:
    """Return the rulebook with its bank holidays; if this command adopted it before, with those of then."""
    from domain.rulebook_toml.reader import read, without_holidays

    book = read(text, app.ledger.setting("zone"))
    done = app.history(rulebook_stream()).command(by.command_id) if by.command_id else []
    # Earlier versions put no zone in where the text names none.
    same = (book, read(text))
    if done and isinstance(before := done[0].event, Adopted) and without_holidays(before.rulebook) in same:
        return before.rulebook
    from application.bank_holidays import FIRST_YEAR, LAST_YEAR, bank_holidays

    days, source = bank_holidays((one.day, one.holiday, one.why) for one in book.calendar.overrides)
    filled = {"holidays": days, "holidays_from": source, "first_year": FIRST_YEAR, "last_year": LAST_YEAR}
    return msgspec.structs.replace(book, calendar=msgspec.structs.replace(book.calendar, **filled))


def _holds_a_case(app: Longcase) -> bool:
    if app.unit is not None:
        app.unit.flush()
    return bool(app.ledger.select_notifications(None, 1, topics=(Reported.TOPIC,)))
