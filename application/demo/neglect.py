"""How a well-run case becomes a neglected one: by what is left out, put off, or left with the wrong person."""

from __future__ import annotations

from typing import Final

from application.commands import cases, oversight, warrants
from application.demo import duties
from application.demo.diary import HOUR, Deed, Diary
from application.demo.force import DESK, INSPECTOR, INSPECTORATE, constable
from application.demo.neglect_cases import NEVER, Extra, Neglect
from domain.instant import DAY, Instant

_CATCHING_UP: Final = 4
"""In how many days what was put off is caught up with."""

_PAUSED: Final = "a laboratory's report is awaited"


def neglect(diary: Diary, given: Neglect) -> None:
    """Change ``diary``, in which everything was done, to what was done of it."""
    if given.waits == NEVER:
        diary.deeds = [deed for deed in diary.deeds if deed.kind in {"report", "assess"} or deed.who == DESK]
    else:
        _begin_late(diary, given.waits * DAY)
    diary.deeds = [deed for deed in diary.deeds if not _left_out(deed, given)]
    for extra in given.extras:
        _add(diary, extra)
    if given.waits != NEVER:
        _fall_silent(diary, given)
    for day, owner in given.handed_over:
        hand_over(diary, diary.in_office(diary.subject.reported_at + day * DAY), owner)


def _left_out(deed: Deed, given: Neglect) -> bool:
    after_arrest = deed.given.get("outcome") == duties.UNDER_CAUTION
    return deed.kind in given.without or (after_arrest and "arrest" in given.without)


def _begin_late(diary: Diary, wait: int) -> None:
    """Put off everything that somebody does who has to have the case first."""
    at_once = {"report", "assess", "correct"}
    diary.deeds = [
        deed if deed.kind in at_once or deed.who == DESK else deed._replace(at=deed.at + wait)
        for deed in diary.deeds
        if deed.at + wait < diary.subject.until or deed.kind in at_once
    ]


def _fall_silent(diary: Diary, given: Neglect) -> None:
    """Let nothing be done for some time, and the most pressing be caught up with afterwards."""
    start = diary.subject.reported_at + given.silent[0] * DAY
    end = diary.subject.reported_at + given.silent[1] * DAY
    put_off = {deed.kind: deed for deed in diary.deeds if start <= deed.at < end and not _stays(deed, given)}
    for kind in {deed.kind for deed in diary.deeds if end <= deed.at < end + 2 * _CATCHING_UP * DAY}:
        put_off.pop(kind, None)
    diary.deeds = [deed for deed in diary.deeds if not start <= deed.at < end or _stays(deed, given)]
    days = (number * _CATCHING_UP // len(put_off) for number in range(len(put_off)))
    times = sorted(diary.at_work(end + (1 + day) * DAY) for day in days)
    for at, deed in zip(times, sorted(put_off.values(), key=lambda one: one.at), strict=True):
        if at < diary.subject.until:
            diary.deeds.append(deed._replace(at=at))
    duties.break_silences(diary, given.without)
    diary.deeds = [deed for deed in diary.deeds if not start <= deed.at < end or _stays(deed, given)]


def _stays(deed: Deed, given: Neglect) -> bool:
    """Say whether a deed is done though the case lies still."""
    named = {extra.kind for extra in given.extras}
    return deed.kind in {"report", "assess", "correct", "allocate"} or deed.who == DESK or deed.kind in named


def hand_over(diary: Diary, at: Instant, owner: str) -> None:
    """Let somebody else have the case from ``at`` on, who begins within two days."""
    before, after = constable(diary.subject.owner), constable(owner)
    diary.deeds = [
        deed._replace(who=after) if deed.who == before and deed.at > at else deed for deed in diary.deeds
    ]
    diary.subject = diary.subject._replace(owner=owner)
    diary.allocate(at, owner)
    if at + 2 * DAY < diary.subject.until:
        diary.act(at + 26 * HOUR, "victim-updated", outcome="by the new owner")


def _add(diary: Diary, extra: Extra) -> None:
    at = diary.at_work(diary.subject.reported_at + extra.day * DAY)
    owner = constable(diary.subject.owner)
    match extra.kind:
        case "pause":
            diary.add(at, "pause", INSPECTOR, cases.pause, review_on=extra.outcome, reason=_PAUSED)
        case "resume":
            diary.add(at, "resume", INSPECTOR, cases.resume)
        case "escalate":
            diary.add(at, "escalate", INSPECTORATE, oversight.escalate, extra.outcome)
        case "warrant-sought":
            diary.add(at, "warrant-sought", owner, warrants.seek, court="magistrates")
        case "warrant-granted":
            diary.add(at, "warrant-granted", owner, warrants.grant, court="magistrates")
        case _:
            diary.act(at, extra.kind, outcome=extra.outcome)
