"""The invented force: its teams, who is accredited for what, who is away and who has left."""

from __future__ import annotations

from typing import Final

from application.commands import officers
from application.demo.script import Person, Story, when

DESK: Final = Person("Desk 3", "call handler")
CUSTODY: Final = Person("Custody 1", "custody officer")
REGISTRAR: Final = Person("HR 1", "registrar")
SERGEANT: Final = Person("PS 0088", "supervisor")
OTHER_SERGEANT: Final = Person("PS 0093", "supervisor")
INSPECTOR: Final = Person("DI 0031", "supervisor")
INSPECTORATE: Final = Person("HMI 3", "inspectorate")

CHILD_PROTECTION: Final = "child-protection"
OFFENDERS: Final = "offender-management"

TEAMS: Final = {
    "Hydra": ("DC 1417", "DC 1502", "DC 1523", "DC 2206", "DC 2219"),
    "Lyra": ("DC 2714", "DC 2735", "DC 2741", "DC 2758"),
    "Corvus": ("DC 3310", "DC 3318", "DC 3342", "DC 3356"),
    "Vela": ("DC 4105", "DC 4127"),
}
"""Officers by team: child protection, online, missing and custody, registered offenders."""

SERGEANTS: Final = {"Hydra": SERGEANT, "Lyra": OTHER_SERGEANT, "Corvus": SERGEANT, "Vela": OTHER_SERGEANT}
"""Who gives out the cases of a team, and looks at them."""

_ACCREDITED: Final = {
    CHILD_PROTECTION: ("DC 1502", "DC 1523", "DC 2206", "DC 2219", "DC 2714", "DC 2735", "DC 2758"),
    OFFENDERS: ("DC 4105", "DC 4127"),
}

FIT: Final = {
    "Hydra": ("DC 1502", "DC 1523", "DC 2206"),
    "Lyra": ("DC 2714", "DC 2758"),
    "Corvus": ("DC 3310", "DC 3342", "DC 3356"),
    "Vela": ("DC 4105", "DC 4127"),
}
"""Those who are accredited for their team's work and there, from February to August 2016."""


_OTHERS: Final = (DESK, CUSTODY, SERGEANT, OTHER_SERGEANT, INSPECTOR)
"""Those of the force who record in cases, and are in no team."""


def constable(name: str) -> Person:
    """Return an officer as somebody who records."""
    return Person(name, "investigator")


def registers() -> list[Story]:
    """Return the story of everybody's service, whoever records in cases."""
    stories = {name: Story(name) for names in TEAMS.values() for name in names}
    for team, names in TEAMS.items():
        for name in names:
            stories[name]("2016-01-04 09:00", REGISTRAR, officers.enrol, team=team)
    for other in _OTHERS:
        stories[other.name] = Story(other.name)
        stories[other.name]("2016-01-04 09:00", REGISTRAR, officers.enrol)
    stories[INSPECTORATE.name] = Story(INSPECTORATE.name)
    stories[INSPECTORATE.name]("2016-01-04 09:00", REGISTRAR, officers.enrol, side="inspectorate")
    for work, names in _ACCREDITED.items():
        for name in names:
            stories[name]("2016-01-04 09:30", REGISTRAR, officers.accredit, work)
    _changes(stories)
    return list(stories.values())


def _changes(stories: dict[str, Story]) -> None:
    lapsing, ill, leaving, moving = (stories[name] for name in ("DC 2735", "DC 2741", "DC 2219", "DC 3318"))
    until = when("2016-06-30 17:00")
    lapsing("2016-04-04 10:00", REGISTRAR, officers.lapse, CHILD_PROTECTION, reason="refresher not taken")
    lapsing("2016-05-09 10:00", REGISTRAR, officers.accredit, CHILD_PROTECTION, until=until)
    ill("2016-04-21 08:30", REGISTRAR, officers.absent, occurred="2016-04-18 08:00", reason="ill")
    ill("2016-06-06 08:30", REGISTRAR, officers.back)
    leaving("2016-05-31 17:00", REGISTRAR, officers.leave, reason="another force")
    moving("2016-03-21 09:00", REGISTRAR, officers.move, "Hydra", reason="two posts there are empty")
