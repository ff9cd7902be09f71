"""A mapping names events, fields and words that there are, or is refused with what is near."""

from __future__ import annotations

from typing import Any

import pytest

from application.vocabulary import shipped
from domain.errors import UsageProblem
from exchange.imports.command import mapping_for
from exchange.mapping.mapping import check
from exchange.mapping.rules import events, fields_of


def rule(event: str, **fields: Any) -> dict[str, Any]:
    return {"rule": [{"when": {"activity": "A"}, "event": event, "fields": fields}]}


@pytest.mark.parametrize(
    ("mapping", "message", "hint"),
    [
        (rule("case.alocated", officer="DC 1"), "an event 'case.alocated'", "did you mean: case.allocated"),
        (rule("officer.enrolled", officer="DC 1"), "an event 'officer.enrolled'", ""),
        (rule("case.reported", categroy={"from": "x"}), "categroy: case.reported has no such", "mean: category"),
        (rule("case.reported", reference="X"), "reference: case.reported has no such", ""),
        (rule("case.allocated", officer="DC 1", flags=["x"]), "flags: case.allocated has no such", "one of"),
        (rule("case.reported", category="indecent-image"), "no category 'indecent-image'", "indecent-images"),
        (rule("case.action-recorded", kind="child-sen"), "no kind of action 'child-sen'", "mean: child-seen"),
        (rule("case.risk-assessed", risk="hihg"), "there is no risk 'hihg'", "did you mean: high"),
        (rule("case.reported", children="some"), "children: 'some' is none", ""),
        (rule("case.allocated", team="north"), "officer: the event needs it", "from"),
    ],
)
def test_what_there_is_not_is_refused_with_what_is_near(mapping: Any, message: str, hint: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        mapping_for(check(mapping, "m.toml"), None)
    assert message in caught.value.message
    assert hint in caught.value.hints[0]


def test_every_field_that_a_mapping_may_give_is_taken() -> None:
    """From an attribute, whose values are judged row by row."""
    for event in events():
        fields = {name: {"from": name} for name in fields_of(event)}
        assert mapping_for(check(rule(event, **fields), "m.toml"), None) is not None


def test_every_word_of_the_vocabulary_is_taken() -> None:
    for kind in shipped().kinds:
        mapping_for(check(rule("case.action-recorded", kind=kind), "m.toml"), None)
    for category in shipped().categories:
        mapping_for(check(rule("case.reported", category=category), "m.toml"), None)
