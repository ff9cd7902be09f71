"""What a case waits for in the slowest and most obvious way: for each standard, a walk through a list of facts.

Nothing here is shared with ``domain.deadlines.clocks``, ``stalls`` or the tables: only the shapes of events,
entries and rulebooks are, and ``Calendar.due``, which has a naive model of its own.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.duration import parse, parse_limit
from domain.instant import FOREVER, from_datetime
from domain.working_time.calendar import Calendar
from tests import naive, naive_children

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.event import Entry
    from domain.rulebook.model import Limit, Rulebook, Standard
    from tests.naive import Fact

    Versions = Sequence[tuple[int, Rulebook]]
    Register = Mapping[str, Sequence[Entry]]

EVER = -FOREVER


class Wait(NamedTuple):
    """What a case waits for: stalled for it from ``due`` until before ``until``; ``key`` is what it is about."""

    cause: str
    standard: str
    key: str
    limit: str
    since: int
    due: int
    until: int = FOREVER
    child: int = 0


class Running(NamedTuple):
    """A clock that runs: ``place`` is that of the entry that started it; ``met`` says that it stopped another."""

    book: Rulebook
    standard: Standard
    key: str
    place: int
    met: bool


class Owned(NamedTuple):
    """Whose a case is, since when, and the accreditation that this takes."""

    owner: str
    since: int
    needed: str | None


class Findings(NamedTuple):
    """All that holds of one case."""

    waits: list[Wait]
    conditions: list[tuple[str, int]]
    harms: list[tuple[str, int]]
    owned: Owned | None


NOTHING = Findings([], [], [], None)


def book_at(versions: Versions, instant: int) -> Rulebook:
    """Return the rulebook that is in force at an instant; the first one before that."""
    return [book for since, book in versions if since <= instant or (since, book) == versions[0]][-1]


def names(one: Fact) -> set[str]:
    """Return by what names a rulebook may mean what happened."""
    found = {one["topic"].removeprefix("case.")}
    if one["topic"] == "case.action-recorded":
        found |= {f"action:{one['kind']}"}
    if one["topic"] in naive.WORK - {"case.resolved", "case.reopened"} or (
        one["topic"] == "case.action-recorded" and one["counts"]
    ):
        found |= {"activity"}
    if one["topic"] == "case.reported" and one["crime_reference"]:
        found |= {"reported-as-crime"}
    return found


def silence(standard: Standard) -> bool:
    """Say whether a standard measures how long nothing is done."""
    return "activity" in standard.starts and "activity" in standard.stops


def heard(standard: Standard, one: Fact) -> set[str]:
    """Return by what names a standard means what happened: closing and taking up again break a silence."""
    turned = one["topic"] in {"case.resolved", "case.reopened"}
    return names(one) | ({"activity"} if turned and silence(standard) else set())


def closed(facts: list[Fact]) -> bool:
    """Say whether the case is closed."""
    return bool(naive.closure(facts)["closure"] == "resolved")


def keys(standard: Standard, facts: list[Fact]) -> set[str]:
    """Return what a standard may run for: each warrant, each escalation, or the case."""
    return {""} if standard.per == "case" else {one[standard.per] for one in facts if standard.per in one}


def concerns(standard: Standard, key: str, one: Fact) -> bool:
    """Say whether what happened has to do with the warrant, the escalation or the case."""
    return standard.per == "case" or one.get(standard.per, key) == key


def starts(standard: Standard, key: str, facts: list[Fact], begun: list[int]) -> bool:
    """Say whether the last of ``facts`` starts a clock; ``begun`` are the places of those that started one."""
    one = facts[-1]
    if standard.per != "case" and one.get(standard.per) != key:
        return False
    category = naive.about(facts)["category"]
    if standard.categories and category not in standard.categories:
        return False
    meets = set(standard.stops) - set(standard.starts)
    if not heard(standard, one) & set(standard.starts) or heard(standard, one) & meets:
        return False
    if silence(standard) and closed(facts):
        return False
    return not standard.together or all_happened(standard, facts, begun)


def all_happened(standard: Standard, facts: list[Fact], begun: list[int]) -> bool:
    """Say whether all that starts a standard has happened since its last end, or since it last started."""
    over = [place for place, one in enumerate(facts) if names(one) & set(standard.ends)]
    after = facts[max([-1, *over, *begun]) + 1 :]
    return all(any(start in names(one) for one in after) for start in standard.starts)


def clock(versions: Versions, standard_id: str, key: str, facts: list[Fact]) -> Running | None:
    """Return the clock of that standard that runs at the end of ``facts``."""
    found: Running | None = None
    begun: list[int] = []
    for place, one in enumerate(facts):
        met = False
        if found and concerns(found.standard, key, one):
            if heard(found.standard, one) & set(found.standard.stops):
                found, met = None, True
            elif names(one) & set(found.standard.ends):
                found = None
        if found:
            continue
        book = book_at(versions, one["at"])
        for standard in book.standards:
            if standard.id == standard_id and starts(standard, key, facts[: place + 1], begun):
                found = Running(book, standard, key, place, met)
                begun.append(place)
    return found


def length(running: Running, facts: list[Fact]) -> str:
    """Return the limit of a clock as it is written, by the risk or the urgency that the facts end with."""
    standard = running.standard
    limit: Limit = standard.then if running.met and standard.then is not None else standard.limit
    if isinstance(limit, str):
        return limit
    if standard.per == "escalation":
        raised = naive.last([one for one in facts if one.get("escalation") == running.key], "case.escalated")
        return limit["immediate" if raised.get("immediate") else "otherwise"]
    return limit[naive.about(facts)["risk"] or "unassessed"]


def due(running: Running, facts: list[Fact]) -> int:
    """Return when a clock has run out; ``FOREVER`` while it stands and had not."""
    began = facts[running.place]["at"]
    team = naive.ownership(facts[: running.place + 1])["team"]
    over, since_then = halts(running.standard, facts)
    end = Calendar(running.book.calendar).due(began, parse_limit(length(running, facts)), team, over)
    if end is None or (since_then is not None and end > since_then):
        return FOREVER
    return end


def halts(standard: Standard, facts: list[Fact]) -> tuple[list[tuple[int, int]], int | None]:
    """Return the stretches in which a clock stood, and since when it stands now, if it does."""
    for_work = "activity" in standard.stops and standard.per != "escalation"
    over: list[tuple[int, int]] = []
    began, paused, shut = None, False, False
    for one in facts:
        if one["topic"] in {"case.paused", "case.resumed"}:
            paused = one["topic"] == "case.paused"
        if one["topic"] in {"case.resolved", "case.reopened"}:
            shut = one["topic"] == "case.resolved"
        halted = (paused and standard.pauses == "stand") or (shut and for_work)
        if halted and began is None:
            began = one["at"]
        elif not halted and began is not None:
            over.append((began, one["at"]))
            began = None
    return over, began


def cause(running: Running, facts: list[Fact]) -> str:
    """Return what a case is stalled for when a clock has run out."""
    tried = {f"action:{kind}" for kind in running.book.attempts}
    if running.standard.cause == "untouched" and any(names(one) & tried for one in facts[running.place + 1 :]):
        return "attempts-only"
    return running.standard.cause


def since(running: Running, facts: list[Fact]) -> int:
    """Return since when a case waits for the end of a clock: of a referral back, since it was made."""
    began: int = facts[running.place]["at"]
    if running.standard.per != "escalation":
        return began
    before = facts[: running.place + 1]
    raised = naive.last([one for one in before if one.get("escalation") == running.key], "case.escalated")
    return int(raised.get("at", began))


def clock_waits(running: Running, facts: list[Fact]) -> list[Wait]:
    """Return what a running clock makes a case wait for."""
    standard, began, end = running.standard, since(running, facts), due(running, facts)
    risk = naive.about(facts)["risk"] or "unassessed"
    if standard.risks and risk not in standard.risks:
        return []
    limit = length(running, facts)
    found = [Wait(cause(running, facts), standard.id, running.key, limit, began, end)]
    if standard.warns and end != FOREVER:
        soon = max(began, end - parse(standard.warns.before).microseconds)
        found.append(Wait(standard.warns.cause, standard.id, running.key, limit, began, soon, end))
    return found


def pause_waits(versions: Versions, facts: list[Fact]) -> list[Wait]:
    """Return the wait for the review of a pause: at once if no day was set, else when that day is over."""
    pause = naive.investigation(facts)["pause"]
    if not pause:
        return []
    zone = ZoneInfo(book_at(versions, pause["since"]).calendar.zone)
    try:
        day = date.fromisoformat(pause["review_on"] or "")
    except ValueError:
        return [Wait("pause-unreviewed", "", "", "", pause["since"], pause["since"])]
    over = from_datetime(datetime.combine(day + timedelta(days=1), time(), zone))
    return [Wait("pause-unreviewed", "", "", "", pause["since"], max(pause["since"], over))]


def harms(versions: Versions, facts: list[Fact]) -> list[tuple[str, int]]:
    """Return what harm was done, and when."""
    acts = [one for one in facts if one["topic"] == "case.action-recorded"]
    return [(one["kind"], one["at"]) for one in acts if one["kind"] in book_at(versions, one["at"]).harms]


def conditions(facts: list[Fact]) -> list[tuple[str, int]]:
    """Return in what condition a child is, and since when: once missing always, until the case is closed."""
    acts = [one for one in facts if one["topic"] == "case.action-recorded"]
    lost = [one["at"] for one in acts if one["kind"] == "missing-reported"]
    found = {state: [at for _, at in naive_children.those(facts, state)] for state in ("missing", "detained")}
    if lost and not closed(facts):
        found["missing"] = lost[:1]
    return [(state, min(since)) for state, since in (found | decisions(facts)).items() if since]


def decisions(facts: list[Fact]) -> dict[str, list[int]]:
    """Return since when somebody is to decide on a closure, to accept an answer, or to give one."""
    asked = [one["at"] for one in facts if one["topic"] == "case.closure-requested"]
    waiting = naive.closure(facts)["closure"] == "requested"
    found: dict[str, list[int]] = {
        "closure-requested": asked[-1:] if waiting else [],
        "answer-given": [],
        "concern-raised": [],
    }
    halt = naive.investigation(facts)["pause"]
    found["paused"] = [halt["since"]] if halt and not closed(facts) else []
    for name in {one["escalation"] for one in facts if "escalation" in one}:
        last = [one for one in facts if one.get("escalation") == name][-1]
        what = {
            "case.escalated": "concern-raised",
            "case.escalation-rejected": "concern-raised",
            "case.escalation-answered": "answer-given",
        }
        if last["topic"] in what:
            found[what[last["topic"]]].append(last["at"])
    return found


ANSWERED = "case.escalation-answered"


def undecided(entries: Sequence[Entry], as_at: int, known: int) -> list[tuple[str, int, str, str]]:
    """Return what waits for a decision, since when, which escalation it is about, and who asked."""
    facts = naive.believed(entries, as_at, known)
    if not naive.last(facts, "case.reported"):
        return []
    waiting = {name: at for name, at in decisions(facts).items() if at}
    ends = {name: [one for one in facts if one.get("escalation") == name][-1] for name in escalations(facts)}
    kinds = {name: "answer-given" if end["topic"] == ANSWERED else "concern-raised" for name, end in ends.items()}
    found = [(kinds[name], end["at"], name, end["actor"]) for name, end in ends.items()]
    asked = {"closure-requested": "case.closure-requested", "paused": "case.paused"}
    found += [
        (what, at, "", naive.last(facts, topic)["actor"])
        for what, topic in asked.items()
        for at in waiting.get(what, ())
    ]
    return sorted(found + unowned(facts))


def escalations(facts: list[Fact]) -> set[str]:
    """Return the names of the escalations that are not settled."""
    last = {one["escalation"]: one["topic"] for one in facts if "escalation" in one}
    return {name for name, topic in last.items() if topic != "case.escalation-accepted"}


def unowned(facts: list[Fact]) -> list[tuple[str, int, str, str]]:
    """Return that nobody has an open case, since it was reported or given back, and by whom."""
    if closed(facts) or naive.ownership(facts)["owner"] is not None:
        return []
    end = naive.last(facts, "case.returned") or naive.last(facts, "case.reported")
    return [("returned" if end["topic"] == "case.returned" else "unallocated", end["at"], "", end["actor"])]


def left_behind(facts: list[Fact]) -> list[Wait]:
    """Return the waits of a closed case for each child that is missing or detained."""
    closed_at = naive.closure(facts)["closed_at"]
    return [
        Wait(f"child-{state}", "", "", "", since, max(since, closed_at), child=child)
        for state in ("missing", "detained")
        for child, since in naive_children.those(facts, state)
    ]


def running_clocks(versions: Versions, facts: list[Fact]) -> list[Wait]:
    """Return what the clocks make a case wait for: of some standards, one for each child by its own history."""
    found = []
    shut = closed(facts)
    for standard_id, key in {
        (one.id, key) for _, book in versions for one in book.standards for key in keys(one, facts)
    }:
        books = [one for _, book in versions for one in book.standards if one.id == standard_id]
        for child, theirs in naive_children.of_standard(facts, books).items():
            one = clock(versions, standard_id, key, theirs)
            if one and (not shut or one.standard.per == "escalation"):
                found += [wait._replace(child=child) for wait in clock_waits(one, theirs)]
    return found


def owned(versions: Versions, facts: list[Fact]) -> Owned | None:
    """Return whose the case is, since when, and what that takes."""
    ownership = naive.ownership(facts)
    if ownership["owner"] is None:
        return None
    needs = book_at(versions, ownership["owned_since"]).needs
    return Owned(ownership["owner"], ownership["owned_since"], needs.get(naive.about(facts)["category"]))


def findings(entries: Sequence[Entry], versions: Versions, as_at: int, known: int) -> Findings:
    """Return all that holds of a case, by its own entries, as at ``as_at`` and as known at ``known``."""
    facts = naive.believed(entries, as_at, known)
    done = harms(versions, facts)
    if not naive.last(facts, "case.reported"):
        return NOTHING
    shut = closed(facts)
    waits = running_clocks(versions, facts)
    if shut:
        left = left_behind(facts)
        shown = conditions(facts) + (done if left else [])
        return NOTHING._replace(waits=sorted(waits + left), conditions=sorted(shown), harms=sorted(done))
    waits += pause_waits(versions, facts)
    return Findings(sorted(waits), sorted(conditions(facts) + done), sorted(done), owned(versions, facts))


def officer_state(entries: Sequence[Entry], as_at: int, known: int) -> dict[str, Any]:
    """Return what is believed of an officer: absent since, left, and the runs of each accreditation."""
    seen = [one for one in entries if naive.known(one) <= known and one.occurred_at <= min(as_at, known)]
    seen.sort(key=lambda entry: (entry.occurred_at, entry.version))
    found: dict[str, Any] = {"absent": absent_since(seen, min(as_at, known)), "left": None, "runs": {}}
    for one in seen:
        told_of, at = naive.fact(one), one.occurred_at
        runs = found["runs"].setdefault(told_of.get("accreditation"), [])
        match one.topic:
            case "officer.enrolled":
                found["left"] = None
            case "officer.left":
                found["left"] = at
            case "officer.accredited":
                until = FOREVER if told_of["until"] is None else told_of["until"]
                begun = runs.pop()[0] if runs and at <= runs[-1][1] else at
                runs.append((begun, until))
            case "officer.accreditation-lapsed" if runs and at < runs[-1][1]:
                runs.append((runs.pop()[0], at))
        found["runs"][told_of.get("accreditation")] = [run for run in runs if run[0] < run[1]]
    return found


def absent_since(seen: Sequence[Entry], now: int) -> int | None:
    """Return since when an officer is absent at ``now``, by their entries in order; ``None`` if they are not."""
    since, end = None, FOREVER
    for one in seen:
        told_of = naive.fact(one)
        if one.topic in {"officer.enrolled", "officer.back"} or end <= one.occurred_at:
            since, end = None, FOREVER
        if one.topic == "officer.absent":
            bare = told_of["until"] is None and told_of["deputy"] is None
            since = one.occurred_at if bare or since is None else since
            end = end if told_of["until"] is None else told_of["until"]
    return None if end <= now else since


def owner_waits(held: Owned | None, register: Register, as_at: int, known: int) -> list[Wait]:
    """Return what a case waits for because of who its owner is: somebody away, or not accredited."""
    if held is None:
        return []
    officer, now = officer_state(register.get(held.owner, ()), as_at, known), min(as_at, known)
    away = [one for one in (officer["absent"], officer["left"]) if one is not None]
    waits = [("owner-unavailable", min(away))] if away else []
    runs = officer["runs"].get(held.needed, [])
    if held.needed and not any(begun <= now < until for begun, until in runs):
        waits.append(("owner-unaccredited", max([EVER, *(until for _, until in runs)])))
    begun = [(name, max(held.since, at)) for name, at in waits]
    return [Wait(name, "", held.owner, held.needed or "", since, since) for name, since in begun]


def waits(entries: Sequence[Entry], versions: Versions, register: Register, as_at: int, known: int) -> list[Wait]:
    """Return all that a case waits for, overdue or not."""
    found = findings(entries, versions, as_at, known)
    return sorted(found.waits + owner_waits(found.owned, register, as_at, known))


def stalled(
    entries: Sequence[Entry], versions: Versions, register: Register, as_at: int, known: int
) -> list[Wait]:
    """Return what a case is stalled for: after ``known`` nothing happens but that time runs out."""
    return [one for one in waits(entries, versions, register, as_at, known) if one.due <= as_at < one.until]


def agenda(
    entries: Sequence[Entry], versions: Versions, register: Register, as_at: int, known: int, by: int
) -> list[Wait]:
    """Return what is or will be too long by an instant, the soonest first; no warning of what runs out."""
    found = [one for one in waits(entries, versions, register, as_at, known) if one.due <= by]
    last = [
        one for one in found if not one.standard or one.due == max(two.due for two in found if same(one, two))
    ]
    return sorted(last, key=lambda one: (one.due, one.cause, one.standard, one.key, one.child))


def same(one: Wait, other: Wait) -> bool:
    """Say whether two waits are of one clock."""
    return (one.standard, one.key, one.child) == (other.standard, other.key, other.child)
