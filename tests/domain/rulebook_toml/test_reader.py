"""What is wrong with a rulebook is said all at once, each with its line; nothing is said of a sound one."""

from __future__ import annotations

import random
import tomllib

import pytest

from application.bank_holidays import FIRST_YEAR, LAST_YEAR
from application.bank_holidays import shipped as bank_holidays
from application.vocabulary import shipped as vocabulary
from domain.rulebook.default import default_rulebook
from domain.rulebook.diff import Change, changes
from domain.rulebook.model import Rulebook
from domain.rulebook_toml.lines import Places
from domain.rulebook_toml.reader import KnownDays, Problem, problems, read
from domain.rulebook_toml.writer import to_toml

DAYS = KnownDays(bank_holidays().holidays, FIRST_YEAR, LAST_YEAR)
SOUND = """\
title = "ours"
[[standards]]
id = "seen"
title = "child seen"
starts = ["reported"]
stops = ["action:child-seen"]
limit = "5wd"
source = "the chief officer's letter"
confidence = "proposed"
"""
LAST = len(SOUND.splitlines())
WARRANT = ('starts = ["warrant-granted"]', 'stops = ["warrant-executed"]\nper = "warrant"')
ESCALATED = ('starts = ["escalated"]', 'stops = ["escalation-answered"]\nper = "escalation"')


def found(text: str) -> list[Problem]:
    return problems(text, vocabulary(), DAYS)


def put(**lines: str) -> str:
    """Return the sound text with the lines of some keys put differently, or left out where empty."""
    kept = []
    for line in SOUND.splitlines():
        key = line.partition(" = ")[0]
        kept += [new for new in [lines.get(key, line)] if new]
    return "\n".join(kept) + "\n"


def test_nothing_is_wrong_with_what_is_sound() -> None:
    """The default is, and the least that a rulebook can be."""
    assert found(SOUND) == []
    assert found(to_toml(default_rulebook())) == []


STANDARD = [
    ({"id": ""}, 2, "id is missing"),
    ({"limit": ""}, 2, "limit is missing"),
    ({"id": "id = 7"}, 3, "id must be a text in quotes"),
    ({"id": 'id = "Child seen"'}, 3, "an id is made of small letters, digits and hyphens"),
    ({"title": 'title = " "'}, 4, "seen: the title is empty"),
    ({"source": 'source = ""'}, 8, "nothing says where it comes from"),
    ({"confidence": 'confidence = "sure"'}, 9, "'sure' is none of statute, guidance, proposed"),
    ({"limit": 'limitt = "5wd"'}, 7, "'limitt' is no key of a standard; did you mean limit?"),
    ({"starts": 'starts = "reported"'}, 5, "starts must be a list of texts"),
    ({"starts": "starts = []"}, 5, "nothing starts it"),
    ({"starts": 'starts = ["reportd"]'}, 5, "nothing that happens to a case is called 'reportd'; did you mean"),
    ({"stops": 'stops = ["child-seen"]'}, 6, "'child-seen'; an action is written action:child-seen"),
    ({"stops": 'stops = ["action:child-sen"]'}, 6, "no kind of action 'child-sen'; did you mean child-seen?"),
    ({"stops": "stops = []"}, 6, "nothing can ever stop it: there is no stop"),
    ({"stops": 'stops = ["reported"]'}, 6, "nothing can ever stop it: a case is reported once"),
    ({"stops": 'stops = ["returned"]\nends = ["returned"]'}, 7, "returned cannot both meet it and make it"),
    ({"limit": 'limit = "5 fortnights"'}, 7, "'fortnights' is not a unit of time; write 45min, 36h"),
    ({"limit": 'limit = "soon"'}, 7, "'soon' is not a length of time"),
    ({"limit": 'limit = "0h"'}, 7, "'0h' is no time at all"),
    ({"limit": "limit = 5"}, 7, "limit must be a length of time in quotes, or a table of them"),
    ({"limit": 'limit = { high = "1d" }'}, 7, "limit says nothing for low, medium, very high, unassessed"),
    ({"limit": 'limit = "5wd"\nthen = "2wd"'}, 8, "nothing that stops it starts it again"),
    ({"limit": 'limit = "5wd"\nthen = "2x"'}, 8, "'x' is not a unit of time"),
    (
        {"limit": 'limit = "5wd"\ncategories = ["child-abus"]'},
        8,
        "no category 'child-abus'; did you mean child-abuse",
    ),
    ({"limit": 'limit = "5wd"\nrisks = ["severe"]'}, 8, "there is no risk 'severe'"),
    ({"limit": 'limit = "5wd"\ncause = "lateness"'}, 8, "cause: 'lateness' is none of child-missing"),
    ({"limit": 'limit = "5wd"\ncause = "owner-unavailable"'}, 8, "follows from the register of officers"),
    ({"limit": 'limit = "5wd"\npauses = "stop"'}, 8, "pauses: 'stop' is none of stand, run"),
    ({"limit": 'limit = "5wd"\nper = "officer"'}, 8, "per: 'officer' is none of case, warrant, escalation"),
    ({"limit": 'limit = "5wd"\ntogether = "yes"'}, 8, "together must be true or false"),
    ({"limit": 'limit = "5wd"\ntogether = true'}, 8, "one thing alone does not happen together with another"),
    ({"limit": 'limit = "5wd"\nper = "warrant"'}, 5, "a clock for each warrant cannot be started by reported"),
    ({"limit": 'limit = "5wd"\nwarns = { before = "1wd", cause = "dormant" }'}, 8, "in hours, days or weeks"),
    ({"limit": 'limit = "5wd"\nwarns = { before = "x", cause = "dormant" }'}, 8, "'x' is not a length of time"),
    ({"limit": 'limit = "5wd"\nwarns = { before = "1d", cause = "pause-unreviewed" }'}, 8, "from the pauses"),
    ({"limit": 'limit = "5wd"\nwarns = { before = "1d" }'}, 8, "cause is missing"),
    ({"limit": 'limit = "5wd"\nwarns = "1d"'}, 8, "warns must be a table"),
]


@pytest.mark.parametrize(("lines", "line", "words"), STANDARD, ids=[words for _, _, words in STANDARD])
def test_what_is_wrong_with_a_standard_is_said_with_its_line(
    lines: dict[str, str], line: int, words: str
) -> None:
    """And nothing is said that does not follow from it."""
    told = found(put(**lines))
    assert [problem.line for problem in told if words in problem.message] == [line]
    assert len(told) <= 2


CALENDAR = [
    ('[calendar]\nzone = "Mars/Olympus"', 2, "no time zone is named 'Mars/Olympus'"),
    ('[calendar]\nzone = ""', 2, "a time zone has a name"),
    ('[calendar]\nhours = ["9 to 5"]', 2, "'9 to 5' is not of the form 'mon-fri 09:00-17:00'"),
    ('[calendar]\nhours = ["mon 09:00-12:00", "mon 11:00-13:00"]', 2, "'mon 11:00-13:00' overlaps"),
    ("[calendar]\nhours = []", 2, "nobody ever works"),
    ('[calendar]\nhour = ["mon 09:00-12:00"]', 2, "'hour' is no key of calendar; did you mean hours?"),
    ('[calendar.teams.Hydra]\nhours = ["never"]', 2, "'never' is not of the form"),
    ("[calendar.teams.Hydra]\nhours = []", 2, "nobody ever works"),
    ('[calendar.teams]\nHydra = "mon 09:00-12:00"', 2, "a team must be a table"),
    ("[calendar.teams.Hydra]", 1, "hours is missing"),
    ('[calendar.holidays]\n2016-06-10 = "ours"', 1, "holidays is not for a file"),
    ("[calendar]\nfirst_year = 2000", 2, "first_year is not for a file"),
    ('calendar = "London"', 1, "calendar must be a table"),
    ("calendar.overrides = 5", 1, "overrides must be written as [[...]] tables"),
]
OVERRIDES = [
    ('day = "2016-13-10"\nholiday = true\nwhy = "ours"', 2, "'2016-13-10' is not a day: write YYYY-MM-DD"),
    ('day = "20160610"\nholiday = true\nwhy = "ours"', 2, "'20160610' is not a day"),
    ('day = 2016-06-10\nholiday = true\nwhy = "ours"', 2, "day must be a text in quotes"),
    ('day = "1949-12-31"\nholiday = true\nwhy = "ours"', 2, "1949-12-31 is outside the years 1950 to 2075"),
    ('day = "2016-06-10"\nholiday = false\nwhy = "ours"', 2, "2016-06-10 is no bank holiday as it is"),
    ('day = "2016-12-27"\nholiday = true\nwhy = "ours"', 2, "2016-12-27 is a bank holiday as it is"),
    ('day = "2016-06-10"\nholiday = true\nwhy = " "', 4, "2016-06-10: say why"),
    ('day = "2016-06-10"\nholiday = true', 1, "why is missing"),
    ('day = "2016-06-10"\nholiday = "yes"\nwhy = "ours"', 3, "holiday must be true or false"),
]
OTHERS = [
    ("needs.child-abus = 'x'", 1, "needs: there is no category 'child-abus'; did you mean child-abuse"),
    ('[needs]\nchild-abuse = ""', 2, "needs: no accreditation is named"),
    ("[needs]\nchild-abuse = 1", 1, "needs must be a table of texts"),
    ("[specialists]\nchild-protection = -1", 2, "child-protection cannot be fewer than none"),
    ('[specialists]\nchild-protection = "3"', 1, "specialists must be a table of whole numbers"),
    ("specialists.detective = true", 1, "specialists must be a table of whole numbers"),
    (
        'attempts = ["contact-attemptd"]',
        1,
        "attempts: there is no kind of action 'contact-attemptd'; did you mean",
    ),
    ('harms = ["evidence-lots"]', 1, "harms: there is no kind of action 'evidence-lots'"),
    ("colour = 1", 1, "'colour' is no key of a rulebook"),
]


def placed(part: str, lines: int) -> tuple[str, int]:
    """Return a text with ``part`` where it may stand, and the line on which its own given line is."""
    if part.startswith("["):
        return f"{SOUND}{part}\n", LAST + lines
    return f"{part}\n{SOUND}", lines


@pytest.mark.parametrize(("part", "line", "words"), CALENDAR + OTHERS)
def test_what_is_wrong_with_the_rest_is_said_with_its_line(part: str, line: int, words: str) -> None:
    """The calendar, the needs, the numbers of specialists, the kinds of action."""
    text, expected = placed(part, line)
    (problem,) = found(text)
    assert words in problem.message
    assert problem.line == expected


@pytest.mark.parametrize(("part", "line", "words"), OVERRIDES)
def test_what_is_wrong_with_an_override_is_said_with_its_line(part: str, line: int, words: str) -> None:
    """Also with the second of two, when the first is sound."""
    for before in ("", '[[calendar.overrides]]\nday = "2016-06-17"\nholiday = true\nwhy = "x"\n'):
        text = f"{SOUND}{before}[[calendar.overrides]]\n{part}\n"
        (problem,) = found(text)
        assert words in problem.message
        assert problem.line == LAST + before.count("\n") + line


def test_one_day_has_one_override() -> None:
    """The second is the one too many."""
    one = '[[calendar.overrides]]\nday = "2016-06-10"\nholiday = true\nwhy = "x"\n'
    assert found(SOUND + one * 2) == [Problem(LAST + 6, "2016-06-10: another override above is about this day")]


ROWS = [
    (WARRANT, 'limit = "3mo"', None),
    (WARRANT, 'limit = "3mo"\ntogether = true', "a clock for each warrant starts by one thing alone"),
    (ESCALATED, 'limit = "3mo"', None),
    (ESCALATED, 'limit = { immediate = "1d", otherwise = "10wd" }', None),
    (ESCALATED, 'limit = { immediate = "1d" }', "limit says nothing for otherwise"),
    (ESCALATED, 'limit = { immediate = "1d", otherwise = "2d", low = "3d" }', "limit has no use for 'low'"),
    (ESCALATED, 'limit = "3mo"\nrisks = ["high"]', "an escalation must be answered whatever the risk"),
]


@pytest.mark.parametrize(("course", "limit", "words"), ROWS)
def test_a_clock_for_each_warrant_or_escalation(course: tuple[str, str], limit: str, words: str | None) -> None:
    """It starts by what names one, and an escalation's limit goes by urgency."""
    told = [problem.message for problem in found(put(starts=course[0], stops=course[1], limit=limit))]
    assert (words is None) == (not told)
    assert words is None or any(words in one for one in told)


def test_everything_is_said_at_once_and_in_order() -> None:
    """One mistake hides no other, whatever part it is in."""
    text = put(limit='limit = "soon"', stops='stops = ["x"]', confidence="confidence = 1")
    standard = SOUND.partition("\n")[2].replace('"5wd"', '"later"')
    text = f'colour = 1\n{text}{standard}[calendar]\nzone = "x"\nhours = ["y"]\n'
    told = found(text)
    assert [problem.line for problem in told] == [1, 10, 12, 16, 20, 21]
    assert [problem.message.partition(" ")[0] for problem in told] == [
        "'colour'",
        "confidence:",
        "seen:",
        "seen:",
        "no",
        "'y'",
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "standards is missing"),
        (SOUND.replace('"ours"', '" "'), 1, "the title is empty"),
        ("title = \n", 1, "it is not TOML: Invalid value"),
        ('title = "t"\n[[standards]\n', 2, "it is not TOML: Expected ']]'"),
        ('title = "t"\n\ntitle = "u"\n', 3, "it is not TOML: Cannot overwrite a value"),
        ('title = "t"\nx = """\n', 3, "it is not TOML: Unterminated string"),
        ('title = "t"\nstandards = 5\n', 2, "standards must be written as [[...]] tables"),
        ('title = "t"\nstandards = []\n', 2, "there are no standards"),
        ('title = "t"\nstandards = [5]\n', 2, "a standard must be a table"),
        ("x = " + "[" * 5000 + "]" * 5000, 1, "it is nested too deeply"),
    ],
)
def test_what_is_no_rulebook_at_all(text: str, line: int, words: str) -> None:
    """TOML's own complaints have their line too."""
    told = found(text)
    assert told[0].line == line
    assert words in told[0].message


def test_lines_are_found_however_the_text_is_laid_out() -> None:
    """Remarks, dotted and quoted keys, values over several lines, texts that look like tables, CR LF."""
    text = """
# [[standards]] is a remark
title = '''
[[standards]]
id = "no"
'''
"needs".child-abuse = "x" # x

[[standards]]
  starts = [ # =
    "a", "b = [",
  ]
limit.high = "1d"
limit."very high" = "2d"
[standards.warns]
before = "1d"
[[standards]]
[ calendar . teams . "Team [1]" ]
hours = []
[[calendar.overrides]]
[[calendar.overrides]]
day = "x"
"""
    for form in (text, text.replace("\n", "\r\n")):
        places = Places(form)
        lines = {
            (): 1,
            ("title",): 3,
            ("needs", "child-abuse"): 7,
            ("standards",): 9,
            ("standards", 0): 9,
            ("standards", 0, "starts"): 10,
            ("standards", 0, "ends"): 9,
            ("standards", 0, "limit"): 13,
            ("standards", 0, "limit", "high"): 13,
            ("standards", 0, "limit", "very high"): 14,
            ("standards", 0, "warns", "before"): 16,
            ("standards", 0, "warns", "cause"): 15,
            ("standards", 1, "id"): 17,
            ("standards", 2): 9,
            ("calendar", "teams", "Team [1]", "hours"): 19,
            ("calendar", "overrides", 0, "day"): 20,
            ("calendar", "overrides", 1, "day"): 22,
            ("calendar", "zone"): 18,
        }
        assert {path: places.line(path) for path in lines} == lines


def test_a_text_that_was_damaged_anywhere_is_told_of_and_never_breaks_the_reader() -> None:
    """Whatever is left out or put in twice: sound, or with problems on lines that there are."""
    text = to_toml(default_rulebook())
    lines = text.splitlines(keepends=True)
    chance = random.Random(16)
    for _ in range(120):
        place = chance.randrange(len(text))
        damaged = text[:place] + chance.choice(['"', "[", "]", "=", "\n", "x", "é", ""]) + text[place + 1 :]
        told = found(damaged)
        assert all(1 <= problem.line <= len(lines) + 2 for problem in told)
        if not told:
            assert read(damaged).standards


def test_changes_are_told_field_by_field() -> None:
    """What was added, removed and put differently, of the standards and of the rest."""
    old = read(SOUND)
    text = put(limit='limit = "3wd"', title='title = "theirs"') + put(id='id = "other"').partition("\n")[2]
    new = read(text + '[needs]\nchild-abuse = "x"\n[calendar]\nhours = ["mon 09:00-12:00"]\n')
    told = changes(old, new)
    assert told[:3] == [
        Change("title", "", "ours", "theirs"),
        Change("needs", "child-abuse", None, "x"),
        Change("calendar", "hours", ("mon-fri 09:00-17:00",), ("mon 09:00-12:00",)),
    ]
    assert [(one.what, one.field) for one in told[3:]] == [("seen", "title"), ("seen", "limit"), ("other", "")]
    assert [(one.what, one.after) for one in changes(new, old) if not one.field][-1] == ("other", None)
    assert changes(new, new) == []


def test_bank_holidays_are_compared_by_day() -> None:
    """One day more is one change, not a new calendar."""
    book = default_rulebook()
    data = tomllib.loads(to_toml(book))
    assert "holidays" not in data["calendar"]
    told = changes(Rulebook(title=book.title, standards=book.standards), book)
    days = {one.field: one.after for one in told if one.what == "holidays"}
    assert days == book.calendar.holidays
