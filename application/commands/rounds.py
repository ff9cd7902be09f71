"""Whether what a grade or a referral names is there: its round, and the topics graded in it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from domain.cases.events import Graded
from domain.errors import NotFound, Refused
from domain.identity import case_stream, kept_identifier, known
from domain.inspections import inspection as rounds
from domain.inspections.grading import topic_named
from domain.spelling import did_you_mean, nearest, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from application.app import Longcase
    from domain.event import Entry


def check_round(app: Longcase, name: str | None) -> None:
    """Raise ``NotFound`` for a round of inspection that was never opened: a report would miss what names it."""
    if name is not None and not _entries(app, name):
        opened = (getattr(entry.event, "inspection", "") for entry in _opened(app))
        hints = did_you_mean(nearest(name, opened)) or (typed("inspection open", name),)
        raise NotFound(f"there is no inspection {name}", hints=hints)


def check_topic(app: Longcase, name: str | None, topic: str | None) -> None:
    """Raise ``Refused`` for a topic that is nearly another one graded in the round, in the cases drawn for it."""
    if name is None or topic is None:
        return
    there = set(_topics(app, name))
    wanted = topic_named(topic)
    near = [] if wanted in there else get_close_matches(wanted, there, n=3, cutoff=0.8)
    if near:
        hints = (*did_you_mean(near), "--new says that it is another topic")
        raise Refused(f"no case of {name} was graded on {topic!r}", hints=hints)


def _entries(app: Longcase, name: str) -> list[Entry]:
    return app.entries(known(rounds.inspection_stream, kept_identifier(name, "the inspection"), app.entries))


def _opened(app: Longcase) -> Iterator[Entry]:
    from domain.codec import entry_of

    return map(entry_of, app.ledger.topics_like(rounds.Opened.TOPIC))


def _topics(app: Longcase, name: str) -> Iterator[str]:
    for reference in rounds.fold(_entries(app, name)).drawn():
        for entry in app.entries(case_stream(reference)):
            if isinstance(entry.event, Graded) and entry.event.topic:
                yield topic_named(entry.event.topic)
