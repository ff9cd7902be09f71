"""The commands on inspections: opening a round, drawing its samples, closing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from application.commands.cases import check_day
from application.recording import record
from domain.axes import Axes
from domain.cases.rules import INSPECTORATE
from domain.errors import NotFound, Refused, UsageProblem
from domain.identity import identifier, kept_identifier, known, same_name
from domain.inspections import inspection as rounds
from domain.inspections.sampling import METHOD, draw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from domain.cases.history import History
    from domain.event import Entry, Event
    from domain.inspections.sampling import Population
    from domain.instant import Instant


class Frame(NamedTuple):
    """What a sample is drawn from, and how: kept with it, so that anybody can draw it again.

    ``among`` are the filters by name, ``strata`` names what
    the stratum of each case in ``population`` is.
    """

    axes: Axes
    size: int
    seed: int
    strata: str
    population: Population
    among: dict[str, tuple[str, ...]]


def _check(history: History, entry: Entry) -> None:
    rounds.check(rounds.fold(history.entries, Axes(entry.occurred_at)), entry)
    rounds.check(rounds.fold(history.entries), entry)


def on_inspection(
    app: Longcase, name: str, kind: type[Event], build: Callable[[History], Event], by: Envelope
) -> Receipt:
    """Record the event that ``build`` makes from an inspection's history; raise ``NotFound`` if there is none."""
    stream = known(rounds.inspection_stream, kept_identifier(name, "the inspection"), app.entries)

    def events(history: History, _at: Instant) -> Sequence[Event]:
        if kind is not rounds.Opened and not history.entries:
            from domain.spelling import typed  # (most rounds are there)

            raise NotFound(f"there is no inspection {name}", hints=(typed("inspection open", name),))
        return [build(history)]

    return record(app, stream, kind, events, _check, by)


def _envelope(by: Envelope) -> dict[str, Any]:
    """Return the envelope's fields, and the flag of what the inspectorate did not record itself."""
    flags = () if by.role == INSPECTORATE else ("not-by-the-inspectorate",)
    return {**by.fields(), "flags": flags}


def open_inspection(  # noqa: PLR0913  (what an opening carries)
    app: Longcase,
    name: str,
    by: Envelope,
    *,
    body: str,
    force: str,
    period_from: str | None = None,
    period_to: str | None = None,
    follows: str | None = None,
) -> Receipt:
    """Open a round; days are YYYY-MM-DD, ``follows`` is an earlier round, which must exist."""
    _period(period_from, period_to)
    earlier = follows and app.entries(known(rounds.inspection_stream, follows, app.entries))
    if follows is not None and (same_name(follows, name) or not earlier):
        raise NotFound(f"there is no earlier inspection {follows}", hints=("longcase inspection list",))
    event = rounds.Opened(
        inspection=identifier(name, "the inspection"),
        body=identifier(body, "the body"),
        force=identifier(force, "the force"),
        period_from=period_from,
        period_to=period_to,
        follows=follows and follows.strip(),
        **_envelope(by),
    )
    return on_inspection(app, name, rounds.Opened, lambda _history: event, by)


def _period(first: str | None, last: str | None) -> None:
    for text in (first, last):
        check_day(text)
    if first is not None and last is not None and last < first:
        raise UsageProblem(f"the period ends on {last}, before it begins on {first}")


def draw_sample(
    app: Longcase, name: str, frame: Frame, by: Envelope, *, additional: str | None = None
) -> Receipt:
    """Draw a sample and keep it, with how it was drawn; an ``additional`` one leaves out what was drawn before.

    Raises ``Refused`` if there is a sample of that name, if more is asked for than there is, or if the
    instant of knowledge lies in the future: what will be known then, nobody could draw from again.
    """
    if frame.axes.known_at > max(app.now(), app.ledger.head()[1]):
        raise Refused("a sample cannot be drawn from what is not known yet", hints=("give another --known-at",))
    called = identifier(additional, "the sample") if additional is not None else rounds.MAIN

    def event(history: History) -> Event:
        before = rounds.fold(history.entries)
        rounds.check_new_sample(before, called)
        drawn = before.drawn()
        sample = draw(frame.population, frame.size, frame.seed, without=drawn)
        given = frame._asdict() | sample._asdict()
        given |= given.pop("axes")._asdict()
        return rounds.Sampled(name=called, method=METHOD, **given, **_envelope(by))

    return on_inspection(app, name, rounds.Sampled, event, by)


def close_inspection(app: Longcase, name: str, by: Envelope) -> Receipt:
    """Close a round: no further sample belongs to it, and its referrals may still be answered."""
    return on_inspection(app, name, rounds.Closed, lambda _history: rounds.Closed(**_envelope(by)), by)


def drawn_by(app: Longcase, name: str, command_id: bytes) -> rounds.Sampled | None:
    """Return the sample that this command drew before, if it did: a retry must draw as of the same instants."""
    entries: Sequence[Entry] = app.history(known(rounds.inspection_stream, name, app.entries)).command(command_id)
    event = entries[0].event if entries else None
    return event if isinstance(event, rounds.Sampled) else None
