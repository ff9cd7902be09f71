"""Which cases are neglected, and how: enough that every cause of a stall is found in some month, no more.

Lyra is worse than the other teams: one of its officers is ill for seven weeks and goes on being given cases,
another's accreditation lapses twice, and nobody looks.
"""

from __future__ import annotations

from typing import Final, NamedTuple

NEVER: Final = -1
"""Of a case that is never given to anybody."""

FOR_GOOD: Final = 999
"""The day until which nothing is done, if nothing ever is."""


class Extra(NamedTuple):
    """Something done so many days after the report, and with which outcome.

    That of a ``pause`` is the day to look again, that of ``escalate`` the concern.
    """

    day: int
    kind: str
    outcome: str | None = None


class Neglect(NamedTuple):
    """A case, and what is not done of what a well-run case asks for. Days are counted from the report.

    It ``waits`` so many days for an owner, which puts off everything else; of what ``without`` names nothing
    is ever done; between the two days of ``silent`` nothing is done at all, and afterwards what was pressing
    is caught up with. It is closed after ``until`` days, or never.
    """

    category: str
    risk: str
    reported: str
    owner: str | None = None
    waits: int = 0
    without: tuple[str, ...] = ()
    silent: tuple[int, int] = (FOR_GOOD, FOR_GOOD)
    extras: tuple[Extra, ...] = ()
    handed_over: tuple[tuple[int, str], ...] = ()
    until: int | None = None


_UNTRAINED: Final = "DC 1417"
_LAPSING: Final = "DC 2735"
_ILL: Final = "DC 2741"
_LEAVING: Final = "DC 2219"
_SEARCH: Final = (
    "warrant-sought",
    "warrant-granted",
    "warrant-executed",
    "arrest",
    "bail",
    "charge",
    "device-seized",
    "device-examined",
    "victim-updated",
)
_WARRANT: Final = (Extra(4, "warrant-sought"), Extra(6, "warrant-granted"))

_LYRA: Final = (
    Neglect(
        "indecent-images",
        "high",
        "2016-02-22",
        _ILL,
        without=_SEARCH,
        silent=(40, 106),
        extras=(Extra(81, "evidence-lost", "the host has deleted its records"),),
        handed_over=((108, "DC 2758"),),
        until=140,
    ),
    Neglect(
        "indecent-images",
        "medium",
        "2016-02-22",
        _LAPSING,
        without=_SEARCH,
        extras=_WARRANT,
    ),
    Neglect("online-grooming", "low", "2016-03-14", without=("supervisor-review",), until=85),
    Neglect(
        "online-grooming",
        "high",
        "2016-03-29",
        _ILL,
        silent=(0, 70),
        extras=(
            Extra(3, "contact-attempted", "no answer"),
            Extra(9, "contact-attempted", "no answer"),
            Extra(63, "further-harm", "he has met another girl"),
        ),
        handed_over=((70, "DC 2714"),),
        until=115,
    ),
    Neglect(
        "child-sexual-exploitation",
        "medium",
        "2016-04-27",
        _ILL,
        silent=(0, 43),
        handed_over=((43, "DC 2758"),),
        until=90,
    ),
    Neglect("indecent-images", "low", "2016-06-02", without=_SEARCH, extras=_WARRANT),
    Neglect("child-sexual-exploitation", "medium", "2016-06-13", _LAPSING),
    Neglect(
        "child-sexual-exploitation",
        "high",
        "2016-07-12",
        silent=(22, FOR_GOOD),
        extras=(Extra(43, "further-harm", "she was hurt again, and went to a hospital"),),
    ),
    Neglect("indecent-images", "medium", "2016-08-02", without=("crime-recorded", *_SEARCH)),
    Neglect("online-grooming", "medium", "2016-08-09", waits=NEVER),
    Neglect(
        "online-grooming",
        "medium",
        "2016-04-20",
        without=("victim-updated",),
        extras=(Extra(9, "arrest"), Extra(9, "bail", "not to use a telephone")),
        until=75,
    ),
    Neglect("indecent-images", "low", "2016-07-11", extras=(Extra(26, "pause"),)),
    Neglect("child-sexual-exploitation", "low", "2016-06-27", silent=(10, FOR_GOOD)),
)
_HYDRA: Final = (
    Neglect(
        "domestic-abuse",
        "medium",
        "2016-03-21",
        without=("child-seen", "risk-to-each-child-assessed"),
        until=95,
    ),
    Neglect(
        "child-abuse",
        "high",
        "2016-04-04",
        extras=(Extra(11, "pause", "2016-05-02"), Extra(73, "resume")),
        until=110,
    ),
    Neglect("domestic-abuse", "low", "2016-06-06", _LEAVING, silent=(0, FOR_GOOD)),
    Neglect("child-abuse", "high", "2016-06-20", without=("initial-conference", "review-conference")),
    Neglect(
        "domestic-abuse",
        "medium",
        "2016-07-04",
        extras=(Extra(37, "escalate", "the man has moved back, and nobody asked the children"),),
    ),
    Neglect("domestic-abuse", "high", "2016-07-18", _UNTRAINED),
)
_CORVUS: Final = (
    Neglect("missing", "medium", "2016-03-30", without=("missing-graded",), until=14),
    Neglect("missing", "medium", "2016-05-18", silent=(0, 4), until=20),
    Neglect("missing", "high", "2016-08-20", without=("return-interview",)),
    Neglect("missing", "high", "2016-08-31", silent=(0, FOR_GOOD)),
)
_VELA: Final = (
    Neglect(
        "offender-management",
        "high",
        "2016-02-16",
        waits=24,
        without=("neighbourhood-briefed", "offender-visited"),
    ),
    Neglect(
        "offender-management",
        "very high",
        "2016-03-16",
        without=("neighbourhood-briefed",),
        silent=(6, 84),
        until=112,
    ),
    Neglect("offender-management", "low", "2016-05-23", waits=21, without=("neighbourhood-briefed",)),
)

NEGLECTED: Final = (*_LYRA, *_HYDRA, *_CORVUS, *_VELA)
"""All of them, team by team."""
