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


class RoundTopics:
    """The topics that were graded in a round, in the cases drawn for it, and those that are taken up now."""

    def __init__(self, app: Longcase, name: str) -> None:
        """Look them up."""
        self._name = name
        self._there = set(_topics(app, name))

    def check(self, topic: str) -> None:
        """Raise ``Refused`` for a topic that is nearly another one, and take up one that is not."""
        wanted = topic_named(topic)
        near = [] if wanted in self._there else get_close_matches(wanted, self._there, n=3, cutoff=0.8)
        if near:
            hints = (*did_you_mean(near), "--new says that it is another topic")
            raise Refused(f"no case of {self._name} was graded on {topic!r}", hints=hints)
        self._there.add(wanted)


def check_topic(app: Longcase, name: str | None, topic: str | None) -> None:
    """Raise ``Refused`` for a topic that is nearly another one graded in the round, in the cases drawn for it."""
    if name is not None and topic is not None:
        RoundTopics(app, name).check(topic)


def drawn_cases(app: Longcase, name: str) -> set[bytes]:
    """Return the streams of the cases drawn for a round; raise ``NotFound`` if there is no such round."""
    check_round(app, name)
    return set(map(case_stream, rounds.fold(_entries(app, name)).drawn()))


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
