"""A case's state in the slowest and most obvious way: for each field, a question to a list of facts.

Nothing here is shared with ``domain.cases.belief``, ``fold`` or ``history``: only the shapes of
events and entries are. The answer is plain data, to be compared with ``as_data`` of a state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tests import naive_children

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.cases.state import Case
    from domain.event import Entry

Fact = dict[str, Any]

WORK = {
    "case.reported",
    "case.risk-assessed",
    "case.warrant-sought",
    "case.warrant-granted",
    "case.warrant-refused",
    "case.warrant-executed",
    "case.warrant-withdrawn",
    "case.escalation-answered",
    "case.resolved",
    "case.reopened",
}
CLOSURE = {"case.closure-requested", "case.closure-refused", "case.resolved", "case.reopened"}


def as_data(case: Case) -> Fact:
    """Return a state as plain data."""
    found: Fact = msgspec.to_builtins({name: getattr(case, name) for name in case.__struct_fields__})
    for name in ("begun", "apart", "of_all"):  # (how those reported beside others are told apart: by their facts)
        del found["named"][name]
    found["named"]["since"] = {name: those for name, those in found["named"]["since"].items() if those}
    return found | {"restricted_to": list(case.restricted_to), "ages": list(case.ages), "links": case.links}


def known(entry: Entry) -> int:
    """Say when an entry counts as known (design, section 3)."""
    origin = entry.event.origin
    if origin is not None and origin.recorded_at is not None:
        return min(origin.recorded_at, entry.recorded_at)
    return entry.recorded_at


def fact(entry: Entry) -> Fact:
    """Return an entry as plain data: its topic, its times, its own fields."""
    values = {name: getattr(entry.event, name) for name in entry.event.__struct_fields__}
    values["on"] = values.get("topic")
    return values | {
        "topic": entry.topic,
        "version": entry.version,
        "at": entry.occurred_at,
        "actor": entry.actor,
    }


def stands(version: int, entries: Sequence[Entry]) -> bool:
    """Say whether no retraction that itself stands names the entry."""
    return not any(
        entry.topic == "case.entry-retracted"
        and getattr(entry.event, "entry", 0) == version
        and stands(entry.version, entries)
        for entry in entries
    )


def believed(entries: Sequence[Entry], as_at: int, known_at: int) -> list[Fact]:
    """Return what is believed at ``known_at`` to have occurred by ``as_at``, in order."""
    seen = [entry for entry in entries if known(entry) <= known_at]
    facts = {entry.version: fact(entry) for entry in seen if stands(entry.version, seen)}
    for entry in sorted(seen, key=lambda one: one.version):
        if entry.topic == "case.entry-corrected" and entry.version in facts:
            named = getattr(entry.event, "entry", 0)
            for name, value in getattr(entry.event, "values", {}).items():
                if named in facts:
                    facts[named]["at" if name == "occurred_at" else name] = value
    until = min(as_at, known_at)
    return sorted(
        (one for one in facts.values() if one["at"] <= until), key=lambda one: (one["at"], one["version"])
    )


def last(facts: list[Fact], *topics: str) -> Fact:
    """Return the last fact with one of the topics; empty if there is none."""
    return next((one for one in reversed(facts) if one["topic"] in topics), {})


def state(entries: Sequence[Entry], as_at: int, known_at: int) -> Fact:
    """Return the state as at ``as_at``, as known at ``known_at``, as plain data."""
    facts = believed(entries, as_at, known_at)
    return {
        **about(facts),
        **ownership(facts),
        **investigation(facts),
        **oversight(facts),
        **closure(facts),
        **record(facts),
        **children(facts),
        "version": max((one["version"] for one in facts), default=0),
    }


def about(facts: list[Fact]) -> Fact:
    """Return what the report and the assessments say."""
    report = last(facts, "case.reported")
    return {
        "reference": report.get("reference", ""),
        "category": report.get("category"),
        "summary": report.get("summary"),
        "source": report.get("source"),
        "children": report.get("children"),
        "ages": list(report.get("ages", ())),
        "crime_reference": report.get("crime_reference"),
        "reported_at": report.get("at"),
        "risk": last(facts, "case.risk-assessed").get("risk"),
    }


def children(facts: list[Fact]) -> Fact:
    """Return who is named, who is missing, back or detained, and the actions that name each child."""
    actions = [one for one in facts if naive_children.is_action(one)]
    report, numbers = last(facts, "case.reported"), naive_children.first_named(facts)
    told = report.get("children")
    labels = {
        one["version"]: one["child"] if naive_children.name(one) else naive_children.nobody(one["version"])
        for one in actions
        if one["version"] in numbers.values()
    }
    not_named = [number for known_as, number in numbers.items() if naive_children.is_nobody(known_as)]
    about = naive_children.tell(facts).about
    since: dict[str, dict[int, int]] = {state: {} for state in naive_children.BEGIN}
    for child, theirs in naive_children.everybody(facts).items():
        for state, found in since.items():
            if (at := naive_children.since(theirs, state)) is not None:
                found[child] = at
    steps: dict[int, dict[str, Fact]] = {}
    for one in actions:
        child, kind = about[one["version"]][0], one["kind"]
        if naive_children.name(one) or about[one["version"]] in [[number] for number in not_named]:
            before = steps.setdefault(child, {}).get(kind, {"count": 0})["count"]
            steps[child][kind] = {"count": before + 1, "last_at": one["at"], "outcome": one["outcome"]}
    return {
        "named": {
            "told": None if told is None else max(told, len(report["ages"])),
            "labels": labels,
            "numbers": numbers,
            "since": {state: found for state, found in since.items() if found},
            "not_named": not_named,
            "lost_at": next((one["at"] for one in actions if one["kind"] == "missing-reported"), None),
        },
        "steps_by_child": steps,
    }


def plain(name: str) -> str:
    """Return what is the same however an officer is written."""
    return name.replace(" ", "").lower()


def ownership(facts: list[Fact]) -> Fact:
    """Return whose the case is, and since when without a break."""
    moves = [one for one in facts if one["topic"] in {"case.allocated", "case.returned"}]
    allocated = [one for one in moves if one["topic"] == "case.allocated"]
    team = allocated[-1]["team"] if allocated else None
    if not moves:
        return {
            "ownership": "unallocated",
            "owner": None,
            "team": None,
            "owned_since": None,
            "allocated_by": None,
        }
    if moves[-1]["topic"] == "case.returned":
        return {"ownership": "returned", "owner": None, "team": team, "owned_since": None, "allocated_by": None}
    since = moves[-1]
    for move in reversed(moves):
        if move["topic"] == "case.returned" or plain(move["officer"]) != plain(moves[-1]["officer"]):
            break
        since = move
    return {
        "ownership": "allocated",
        "owner": moves[-1]["officer"],
        "team": team,
        "owned_since": since["at"],
        "allocated_by": moves[-1]["on_behalf_of"] or moves[-1]["actor"],
    }


def investigation(facts: list[Fact]) -> Fact:
    """Return warrants, steps, the pause and the last activity."""
    warrants = {one["warrant"] for one in facts if "warrant" in one}
    actions = [one for one in facts if one["topic"] == "case.action-recorded"]
    halts = pauses([one for one in facts if one["topic"] in {"case.paused", "case.resumed"}])
    active = [
        one for one in facts if one["topic"] in WORK or (one["topic"] == "case.action-recorded" and one["counts"])
    ]
    latest = active[-1] if active else None
    return {
        "warrants": {name: warrant([one for one in facts if one.get("warrant") == name]) for name in warrants},
        "steps": {
            kind: step([one for one in actions if one["kind"] == kind])
            for kind in {one["kind"] for one in actions}
        },
        "pause": next((one for one in halts if "until" not in one), None),
        "pauses": [one for one in halts if "until" in one],
        "last_activity": latest
        and (
            latest.get("kind")
            if latest["topic"] == "case.action-recorded"
            else latest["topic"].removeprefix("case.")
        ),
        "last_activity_at": latest and latest["at"],
    }


def since_last(facts: list[Fact], topic: str) -> list[Fact]:
    """Return the last fact of the topic and those after it; all if there is none."""
    places = [place for place, one in enumerate(facts) if one["topic"] == topic]
    return facts[places[-1] :] if places else facts


def warrant(facts: list[Fact]) -> Fact:
    """Return one warrant from the facts that name it; asking again begins anew."""
    facts = since_last(facts, "case.warrant-sought")
    sought, granted = last(facts, "case.warrant-sought"), last(facts, "case.warrant-granted")
    return {
        "kind": sought.get("kind", "search"),
        "state": facts[-1]["topic"].removeprefix("case.warrant-"),
        "since": facts[-1]["at"],
        "sought_at": sought.get("at"),
        "granted_at": granted.get("at"),
        "court": sought.get("court"),
    }


def step(actions: list[Fact]) -> Fact:
    """Return how often a kind of action was recorded, and the last of them."""
    return {"count": len(actions), "last_at": actions[-1]["at"], "outcome": actions[-1]["outcome"]}


def pauses(facts: list[Fact]) -> list[Fact]:
    """Return every pause; one that goes on has no end. What is said while it holds is a review of it."""
    if not facts:
        return []
    if facts[0]["topic"] == "case.resumed":
        return pauses(facts[1:])
    ends = [place for place, one in enumerate(facts) if one["topic"] == "case.resumed"]
    said = facts[: ends[0]] if ends else facts
    found = {name: said[-1][name] for name in ("reason", "authorised_by", "review_on")}
    found |= {"since": said[0]["at"], "reviewed": len(said) - 1}
    if not ends:
        return [found]
    return [found | {"until": facts[ends[0]]["at"]}, *pauses(facts[ends[0] + 1 :])]


def oversight(facts: list[Fact]) -> Fact:
    """Return escalations, grades and links."""
    names = {one["escalation"] for one in facts if "escalation" in one}
    linked = relations(facts)
    moved = {one["escalation"]: (place, one) for place, one in enumerate(facts) if "escalation" in one}
    words = {"case.escalated": "open"}
    return {
        "escalated": tuple(
            (name, words.get(one["topic"], one["topic"].removeprefix("case.escalation-")), one["at"])
            for name, (_, one) in sorted(moved.items(), key=lambda found: found[1][0])
            if one["topic"] != "case.escalation-accepted"
        ),
        "escalations": {
            name: escalation([one for one in facts if one.get("escalation") == name]) for name in names
        },
        "grades": [
            {
                "by": one["by"],
                "grade": one["grade"],
                "topic": one["on"],
                "inspection": one["inspection"],
                "at": one["at"],
            }
            for one in facts
            if one["topic"] == "case.graded"
        ],
        "links": {other: max(there, key=lambda one: there[one]["said"]) for other, there in linked.items()},
        "linked": {
            other: {relation: {"since": one["since"]} for relation, one in there.items()}
            for other, there in linked.items()
        },
    }


def relations(facts: list[Fact]) -> dict[str, dict[str, Fact]]:
    """Return, by case and relation, since when a link stands, and the place of the fact that said so last."""
    found: dict[str, dict[str, Fact]] = {}
    for other, relation in {(one["other"], one["relation"]) for one in facts if one["topic"] == "case.linked"}:
        about = [one for one in facts if one.get("other") == other and one["relation"] in (relation, None)]
        begun = about[
            1 + max((n for n, one in enumerate(about) if one["topic"] == "case.unlinked"), default=-1) :
        ]
        if begun:
            said = facts.index(begun[-1])
            found.setdefault(other, {})[relation] = {"since": begun[0]["at"], "said": said}
    return found


def escalation(facts: list[Fact]) -> Fact:
    """Return one escalation from the facts that name it."""
    facts = since_last(facts, "case.escalated")
    raised, answered = last(facts, "case.escalated"), last(facts, "case.escalation-answered")
    words = {"case.escalated": "open"}
    end = facts[-1]
    return {
        "concern": raised.get("concern", ""),
        "immediate": raised.get("immediate", False),
        "state": words.get(end["topic"], end["topic"].removeprefix("case.escalation-")),
        "since": end["at"],
        "escalated_at": facts[0]["at"],
        "inspection": raised.get("inspection"),
        "answered_by": answered.get("actor"),
        "answered_for": answered.get("on_behalf_of"),
    }


def closure(facts: list[Fact]) -> Fact:
    """Return how far the case is closed; while it is resolved, asking and refusing mean nothing."""
    standing: list[Fact] = []
    for one in (one for one in facts if one["topic"] in CLOSURE):
        resolved = bool(standing) and standing[-1]["topic"] == "case.resolved"
        if not resolved or one["topic"] in {"case.resolved", "case.reopened"}:
            standing.append(one)
    end = standing[-1] if standing else {}
    asked = end.get("topic") == "case.closure-requested"
    done = end.get("topic") == "case.resolved"
    return {
        "closure": "requested" if asked else "resolved" if done else "open",
        "closure_requested_by": end["actor"] if asked else None,
        "closure_requested_for": end["on_behalf_of"] if asked else None,
        "requested_outcome": end["outcome"] if asked else None,
        "outcome": end["outcome"] if done else None,
        "closed_at": end["at"] if done else None,
        "closure_asked_at": end["at"] if asked else None,
    }


def record(facts: list[Fact]) -> Fact:
    """Return who may read the case."""
    end = last(facts, "case.restricted", "case.unrestricted")
    shut = end.get("topic") == "case.restricted"
    return {"record": "restricted" if shut else "normal", "restricted_to": list(end["to"]) if shut else []}


def may_close(entries: Sequence[Entry], person: str, at: int) -> bool:
    """Say whether ``person``'s resolving the case at ``at`` is against no rule, however they amended the record.

    They are asked of every record: the whole one, and each that lacks their amendments from one on.
    """
    amending = {"case.entry-corrected", "case.entry-retracted"}
    mine = [one.version for one in entries if one.topic in amending and plain(one.actor) == plain(person)]
    for first in (len(entries) + 1, *mine):
        record_then = [one for one in entries if one.version not in mine or one.version < first]
        for instant in (at, 2**62):
            found = state(record_then, instant, 2**62)
            if plain(person) in {plain(found[name] or "") for name in ("owner", "closure_requested_by")}:
                return False
    return True
