"""The whole state of a case in words: sentences for each of the states that run in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from presentation.flags import in_words
from presentation.phrases import at, elapsed
from projections.views.clocks.clock_states import NOT_NAMED
from projections.views.summaries import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from projections.views.timeline import Item


def state_paragraphs(state: Item, zone: tzinfo) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield what there is to say of a state as ``projections.views.state`` has it, by title."""
    yield "reported", _reported(state, zone)
    yield "last activity", [_last(state, zone)]
    yield "ownership", [_ownership(state["ownership"], zone)]
    if len(state["owners"]) > 1:
        yield "owners", [_owner(spell, zone) for spell in state["owners"]]
    yield "investigation", _investigation(state["investigation"], zone)
    yield "safeguarding", _steps(state["safeguarding"]["steps"], zone)
    if state["safeguarding"]["children"]:
        yield "children", _children(state["safeguarding"]["children"], zone)
    yield "oversight", _oversight(state["oversight"], zone)
    yield "closure", [_closure(state["closure"], zone)]
    yield "record", [_record(state["record"])]
    if state.get("clocks"):
        yield "clocks", [_clock(clock, zone) for clock in state["clocks"]]
    if state["linked"]:
        yield "links", [f"{other}: {', '.join(relations)}" for other, relations in state["linked"].items()]
    if state["flags"]:
        yield "flags", _flags(state["flags"])


def _at(instant: int | None, zone: tzinfo) -> str:
    return "at a time that is not known" if instant is None else at(instant, zone)


def _reported(state: Item, zone: tzinfo) -> Iterator[str]:
    by = f", by {state['source']}" if state["source"] else ""
    yield f"{_at(state['reported_at'], zone)}{by}"
    if state["summary"]:
        yield state["summary"]
    if state["children"] is not None:
        yield "1 child" if state["children"] == 1 else f"{state['children']} children"
    if state["ages"]:
        yield f"aged {', '.join(map(str, state['ages']))}"
    if state["crime_reference"]:
        yield f"recorded as crime {state['crime_reference']}"


def _last(state: Item, zone: tzinfo) -> str:
    if state["last_activity_at"] is None:
        return "none"
    idle = state["idle_seconds"]
    ago = "" if idle is None else f", {elapsed(idle)} ago"
    return f"{words_of(state['last_activity'])}, {_at(state['last_activity_at'], zone)}{ago}"


def _ownership(ownership: Item, zone: tzinfo) -> str:
    if not ownership["owner"]:
        return f"{ownership['state']}: nobody has the case"
    team = f", {ownership['team']}" if ownership["team"] else ""
    return f"{ownership['state']} to {ownership['owner']}{team}, since {_at(ownership['since'], zone)}"


def _owner(spell: Item, zone: tzinfo) -> str:
    over, since = spell["until"] is not None, _at(spell["since"], zone)
    when = f"{since} to {_at(spell['until'], zone)}" if over else f"since {since}"
    done = "1 action" if spell["actions"] == 1 else f"{spell['actions'] or 'no'} actions"
    last = "" if over or not spell["actions"] else f" (the last {elapsed(spell['idle_seconds'])} ago)"
    tried = f", {spell['attempts']} failed to make contact" if spell["attempts"] else ""
    return f"{spell['owner'] or 'nobody'}: {when}, {elapsed(spell['held_seconds'])}, {done}{last}{tried}"


def _investigation(investigation: Item, zone: tzinfo) -> Iterator[str]:
    for name, warrant in investigation["warrants"].items():
        court = f", {warrant['court']}" if warrant["court"] else ""
        since = _at(warrant["since"], zone)
        yield f"{words_of(warrant['kind'])} warrant {name}: {warrant['state']}, {since}{court}"
    if not investigation["warrants"]:
        yield "no warrant"
    for over in investigation["pauses"]:
        halted = f"was paused from {_at(over['since'], zone)} to {_at(over['until'], zone)}"
        yield f"{halted}{_reviews(over)}; authorised by {over['authorised_by']}: {over['reason']}"
    if investigation["paused"]:
        yield _paused(investigation["paused"], zone)


def _paused(pause: Item, zone: tzinfo) -> str:
    until = f"{_reviews(pause)}, to be looked at again on {pause['review_on'] or 'a day that nobody has set'}"
    by = f"authorised by {pause['authorised_by']}"
    return f"paused since {_at(pause['since'], zone)}{until}; {by}: {pause['reason']}"


def _reviews(pause: Item) -> str:
    times = pause["reviewed"]
    return f", reviewed {'once' if times == 1 else f'{times} times'}" if times else ""


def _steps(steps: dict[str, Item], zone: tzinfo) -> Iterator[str]:
    for kind, step in steps.items():
        times = "" if step["count"] == 1 else f"{step['count']} times, last "
        outcome = f", {step['outcome']}" if step["outcome"] else ""
        yield f"{words_of(kind)}: {times}{_at(step['last_at'], zone)}{outcome}"
    if not steps:
        yield "no step was recorded"


def _children(children: dict[str, Item], zone: tzinfo) -> Iterator[str]:
    """Yield, for each child that is named, whether it is missing or in custody, and the actions that name it."""
    for name, child in children.items():
        missing, detained = child["missing_since"], child["detained_since"]
        wrong = [f"missing since {_at(missing, zone)}"] if missing is not None else []
        wrong += [f"in custody since {_at(detained, zone)}"] if detained is not None else []
        yield f"{'! ' if wrong else ''}{name}: {'; '.join([*wrong, *_steps(child['steps'], zone)])}"


def _oversight(oversight: Item, zone: tzinfo) -> Iterator[str]:
    for name, one in oversight["escalations"].items():
        urgent = ", a child at immediate risk" if one["immediate"] else ""
        yield f"escalation {name}: {one['state']}, {_at(one['since'], zone)}{urgent}: {one['concern']}"
    for grade in oversight["grades"]:
        on = f" on {grade['topic']}" if grade["topic"] else ""
        yield f"graded {grade['grade']} by the {grade['by']}{on}, {_at(grade['at'], zone)}"
    if not oversight["escalations"] and not oversight["grades"]:
        yield "never escalated, never graded"


def _closure(closure: Item, zone: tzinfo) -> str:
    if closure["state"] == "resolved":
        return f"resolved, {_at(closure['closed_at'], zone)}: {closure['outcome']}"
    if closure["state"] == "requested":
        return f"asked for by {closure['requested_by']}: {closure['requested_outcome']}"
    return f"{closure['state']}"


def _record(record: Item) -> str:
    if record["state"] != "restricted":
        return f"{record['state']}"
    return f"restricted to {', '.join(record['restricted_to'])}, the owner, the inspectorate and auditors"


def _clock(clock: Item, zone: tzinfo) -> str:
    about = NOT_NAMED if clock["unnamed"] else clock["key"] or clock["child"]
    name = f"{clock['standard']} {about}" if about else clock["standard"]
    if clock["due"] is None:
        stands = clock["stands_since"]
        return f"{name}: never due" + ("" if stands is None else f", it stands still since {_at(stands, zone)}")
    over, due = clock["overdue_seconds"], _at(clock["due"], zone)
    if over >= 0:
        return f"! {name}: {elapsed(over)} overdue, since {due}"
    return f"{name}: {elapsed(-over)} left, due {due}"


def _flags(flags: dict[str, Any]) -> Iterator[str]:
    for version, found in flags.items():
        yield f"! entry {version}: {'; '.join(map(in_words, found))}"
