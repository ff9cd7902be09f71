"""The cases of a round with what is graded of each and what is not, and the form to grade them with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.cases.events import Graded
from domain.identity import case_stream
from domain.inspections.grading import OVERALL, standing, topic_named
from projections.fields import fields
from projections.inspections.rounds import inspection_at, sampled_cases
from projections.views.access import may_read_part, part_of_stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.inspections.inspection import Inspection
    from projections.views.access import Scope
    from projections.views.case_view import Unread
    from projections.views.timeline import Item

SAMPLED: Final = fields("reference category risk team sample force inspectorate graded missing")
"""What an item holds for each case of a round, with what is graded of it and what is not."""

FORM: Final = fields("reference sample category risk topic given grade grounds")
"""The columns of the form; ``grade`` and ``grounds`` are to be filled in where ``given`` is not what holds."""

_WITHHELD: Final = re.compile(r"withheld [0-9]+")


def sampled(scope: Scope, inspection: Inspection, unread: list[Unread], topics: Sequence[str] = ()) -> list[Item]:
    """Return every case drawn for a round, with the topics on which the inspectorate graded it and the others.

    The others are ``topics``, or those on which it graded any case of the round; with none of them, the case as
    a whole. Entries that cannot be read are left out, and added to ``unread``.
    """
    items = sampled_cases(scope, inspection, unread)
    wanted = topics_of(items, "inspectorate", topics)
    return [_sampled(one, wanted) for one in items]


def _sampled(case: Item, wanted: Sequence[str]) -> Item:
    graded = [topic for topic, found in case["topics"].items() if found["inspectorate"]]
    there = graded if case["inspectorate"] is None else [*graded, OVERALL]
    missing = [topic for topic in wanted or [OVERALL] if topic not in there]
    return {**{name: case[name] for name in SAMPLED[:7]}, "graded": graded, "missing": missing}


def topics_of(items: Iterable[Item], grader: str, topics: Sequence[str] = ()) -> list[str]:
    """Return the topics asked for in the form in which they are compared, else those graded in any case."""
    if topics:
        return list(dict.fromkeys(map(topic_named, topics)))
    graded = {topic for one in items for topic, found in one["topics"].items() if found[grader]}
    return sorted(topic for topic in graded if not _WITHHELD.fullmatch(topic))


class FormOf(NamedTuple):
    """Whose grades a form is for, and on which topics.

    Cases that may not be read are added to ``withheld``, and entries that cannot be to ``unread``.
    """

    grader: str
    topics: Sequence[str]
    withheld: list[str]
    unread: list[Unread]


def form(scope: Scope, inspection: Inspection, asked: FormOf) -> Iterator[Item]:
    """Yield a row for each case drawn for a round and each topic, and one for the case as a whole.

    The topics are those asked for, else those graded in the round, else those of the round that it follows. A
    case that may not be read has no rows.
    """
    unread, topics = asked.unread, asked.topics
    items = sampled_cases(scope, inspection, unread)
    wanted = topics_of(items, asked.grader, topics) or _topics_before(scope, inspection, asked)
    for item in items:
        view = part_of_stream(scope, case_stream(item["reference"]))
        if not may_read_part(view, scope.reader):
            asked.withheld.append(item["reference"])
            continue
        there = standing(view.believed, asked.grader, inspection.identifier)
        for topic in (*(one for one in wanted if one != OVERALL), OVERALL):
            given = there[topic].event if topic in there else None
            yield {**{name: item[name] for name in FORM[:4]}, "topic": topic, **_given(given)}


def _given(event: object) -> Item:
    return {"given": event.grade if isinstance(event, Graded) else None, "grade": None, "grounds": None}


def _topics_before(scope: Scope, inspection: Inspection, asked: FormOf) -> list[str]:
    earlier = None if inspection.follows is None else inspection_at(scope, inspection.follows)
    return [] if earlier is None else topics_of(sampled_cases(scope, earlier, asked.unread), asked.grader)
