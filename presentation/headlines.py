"""The sentence above a list: how many, of what, as of which instants; the same on every surface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presentation.phrases import as_of_in_words, number, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.rulebook.model import Rulebook
    from presentation.instants import AsOf
    from projections.queries.agenda import Agenda
    from projections.queries.cases import CaseQuery
    from projections.queries.stalled import StalledCases, StalledQuery
    from projections.views.rulebooks import InForce
    from projections.views.timeline import Item


def cases(total: int, query: CaseQuery, idle_over: str | None, as_of: AsOf) -> str:
    """Say how many cases were found, ``total``; ``idle_over`` is the length of time as typed."""
    kind = {None: "", True: "open ", False: "closed "}[query.open]
    quiet = f" idle for longer than {idle_over}" if idle_over else ""
    return f"{number(total, f'{kind}case', f'{kind}cases')}{quiet}, {as_of_in_words(as_of)}"


def stalled(answer: StalledCases, query: StalledQuery, as_of: AsOf) -> str:
    """Say how many of the open cases are stalled, for what where that was asked, and how many closed ones."""
    closed = answer.closed
    count = answer.total - closed
    verb = "is" if count == 1 or answer.open == 1 else "are"
    what = " or ".join((*query.causes, *query.standards))
    why = f" ({what})" if what else ""
    too = f", and {closed:,} that {'was' if closed == 1 else 'were'} closed" if closed else ""
    open_cases = number(count, "open case", "open cases", of=answer.open)
    return f"{open_cases} {verb} stalled{why}{too}, {as_of_in_words(as_of)}"


def due(answer: StalledCases, within: str, as_of: AsOf) -> str:
    """Say how many cases will be stalled ``within`` a length of time, as typed."""
    return f"{number(answer.total, 'case', 'cases')} due within {within}, {as_of_in_words(as_of)}"


def agenda(answer: Agenda, within: str, as_of: AsOf) -> str:
    """Say how much is overdue, and how much falls due ``within`` a length of time, as typed."""
    coming = f"{answer.total - answer.overdue:,} due within {within}"
    return f"{answer.overdue:,} overdue and {coming}, {as_of_in_words(as_of)}"


def clocks(standards: Iterable[str], states: Iterable[str], as_of: AsOf) -> str:
    """Say that clocks are listed, of which standards and in which states where that was asked."""
    kind = " or ".join(states)
    of = " or ".join(standards)
    return " ".join(filter(None, (kind, "clocks", of and f"of {of}"))) + f", {as_of_in_words(as_of)}"


def waiting(count: int, whose: str | None, as_of: AsOf) -> str:
    """Say how many decisions are waited for, and whose, if those of somebody alone were asked for."""
    by = {None: "", "owner": " by the owner", "inspectorate": " by the inspectorate"}.get(whose, f" by a {whose}")
    return f"{number(count, 'decision', 'decisions')} waited for{by}, {as_of_in_words(as_of)}"


def stalled_counts(by: str | None, months: int | None, as_of: AsOf) -> str:
    """Say by what stalled cases are counted, and over how many months."""
    grouped = f" by {by}" if by else ""
    if months is None:
        return f"stalled cases{grouped}, {as_of_in_words(as_of)}; harm since the beginning of the month"
    return f"stalled cases{grouped} at the end of each month, the last {as_of_in_words(as_of)}"


def detained(items: Sequence[Item], as_of: AsOf) -> str:
    """Say how many cases and children are in custody, and for how many no other accommodation was asked for."""
    cases = _cases(items)
    unasked = sum(one["accommodation_requested_at"] is None for one in items)
    held = number(cases, "case with a child in custody", "cases with a child in custody")
    of_them = f"in {unasked:,} of them" if cases == len(items) else f"for {unasked:,} of them"
    asked = f", {of_them} other accommodation was not asked for" if unasked else ""
    return f"{held}{_children(items, cases)}{asked}, {as_of_in_words(as_of)}"


def missing(items: Sequence[Item], as_of: AsOf, every: Sequence[Item] | None) -> str:
    """Say in how many cases, of ``every``, children were reported missing, still are, were spoken to too late."""
    cases = _cases(items)
    lost = sum(one["state"] == "missing" for one in items)
    late = sum(one["in_time"] is False for one in items)
    nouns = "case with a child reported missing", "cases with a child reported missing"
    found = [f"{lost:,} missing still"] if lost else []
    found += [f"{late:,} not spoken to in time"] if late else []
    total = None if every is None else _cases(every)
    listed = f"{number(cases, *nouns, of=total)}{_children(items, cases)}"
    return ", ".join([listed, *found, as_of_in_words(as_of)])


def _cases(items: Iterable[Item]) -> int:
    return len({one["reference"] for one in items})


def _children(items: Sequence[Item], cases: int) -> str:
    """Return how many children there are where that is not how many cases there are."""
    return f", {len(items):,} children" if len(items) != cases else ""


def visits(items: Sequence[Item], as_of: AsOf, total: int | None) -> str:
    """Say how many offenders, of a ``total``, are listed, are overdue, are unknown to their neighbourhood."""
    late = sum(one["overdue"] for one in items)
    unknown = sum(one["briefed_at"] is None for one in items)
    offenders = number(len(items), "registered offender", "registered offenders", of=total)
    found = [number(late, "visit overdue", "visits overdue")] if late else []
    found += [f"{unknown:,} of whom no neighbourhood team was told"] if unknown else []
    return ", ".join([offenders, *found, as_of_in_words(as_of)])


def officers(items: Sequence[Item], as_of: AsOf) -> str:
    """Say how many officers there are, and how many are unfit for cases that they hold."""
    unfit = sum(one["unfit"] for one in items)
    which = f"{unfit:,} of them unfit for cases that they hold, " if unfit else ""
    return f"{number(len(items), 'officer', 'officers')}, {which}{as_of_in_words(as_of)}"


def shipped(book: Rulebook) -> str:
    """Say that a rulebook is one that ships, and how many standards it has."""
    return f"{book.title}, which ships with Longcase: {len(book.standards)} standards"


def rulebook(found: InForce, as_of: AsOf) -> str:
    """Say which rulebook is in force, since when, and with how many standards."""
    if found.effective_from is None:
        since = "which holds until another is adopted"
    else:
        since = f"in force from {spoken(found.effective_from, as_of.zone)}"
    when = "now" if as_of.axes.as_at == as_of.now else spoken(as_of.axes.as_at, as_of.zone)
    return f"{found.rulebook.title}, {since}: {len(found.rulebook.standards)} standards, as at {when}"
