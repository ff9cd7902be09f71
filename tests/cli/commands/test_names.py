"""No false all-clear: what names nobody and nothing that there is, is refused with what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LISTS = ("cases", "stalled", "due", "next", "waiting", "missing", "detained", "visits")
REPORT = ("report", "--category", "indecent-images")


@pytest.fixture
def said(longcase: Callable[..., Any], store: Path) -> Callable[..., Any]:
    """Make a store with one case, one owner and one officer in a team, and return how to type a command there."""
    longcase(REPORT[0], "IMG-0417", *REPORT[1:])
    longcase("officer", "enrol", "DC 1417", "--team", "Hydra")
    longcase("officer", "enrol", "DC 2206", "--team", "Argus")
    longcase("allocate", "IMG-0417", "DC 1417")
    return longcase


@pytest.mark.parametrize("command", LISTS)
@pytest.mark.parametrize(
    ("option", "name", "near"),
    [
        ("--owner", "DC 1471", "DC 1417"),
        ("--team", "hydra", "Hydra"),
        ("--team", "Argos", "Argus"),
        ("--category", "indecent images", "indecent-images"),
    ],
)
def test_a_filter_that_names_nobody(
    command: str, option: str, name: str, near: str, said: Callable[..., Any]
) -> None:
    """It is refused although another value beside it is there: none of its cases would be missed."""
    done = said(command, option, near, option, name)
    assert (done.code, done.out) == (2, "")
    assert f"{option}: " in done.err
    assert f"{name!r}\n  hint: did you mean: {near}" in done.err


@pytest.mark.parametrize("command", LISTS)
@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("--owner", "dc1417"),
        ("--owner", "DC 2206"),
        ("--team", "Argus"),
        ("--category", "missing"),
    ],
)
def test_a_name_without_cases_is_no_error(command: str, option: str, name: str, said: Callable[..., Any]) -> None:
    """An officer in the register, their team and a category of the vocabulary are there, however spelt."""
    assert said(command, option, name).code == 0


def test_officers_and_samples(said: Callable[..., Any]) -> None:
    """Other lists and draws refuse such names too."""
    assert "'DC 9'" in said("officers", "--officer", "DC 9").err
    assert "did you mean: Hydra" in said("officers", "--team", "Hydar").err
    said("inspection", "open", "autumn", "--body", "HMI", "--force", "F", "--role", "inspectorate")
    drawn = said("inspection", "sample", "autumn", "--size", "1", "--team", "Hydar", "--role", "inspectorate")
    assert (drawn.code, "did you mean: Hydra" in drawn.err) == (2, True)
    assert said("export", "--format", "csv", "--owner", "DC 9").code == 2


def test_in_a_store_without_cases(longcase: Callable[..., Any], store: Path) -> None:
    """Nobody is there yet, and that is said."""
    assert longcase("stalled").code == 0
    assert longcase("stalled", "--owner", "DC 1417").code == 2


ROUND = ("inspection", "open", "autumn", "--body", "HMI", "--force", "F", "--role", "inspectorate")


@pytest.mark.parametrize(
    "words",
    [
        ("grade", "IMG-0417", "good", "--by", "inspectorate"),
        ("escalate", "IMG-0417", "--concern", "no warrant"),
    ],
)
def test_a_round_that_there_is_not(words: tuple[str, ...], said: Callable[..., Any]) -> None:
    """A grade and a referral name a round that was opened, or the round's report would miss them."""
    said(*ROUND)
    done = said(*words, "--inspection", "autmn", "--role", "inspectorate")
    assert (done.code, done.out) == (3, "")
    assert "there is no inspection autmn\n  hint: did you mean: autumn" in done.err
    assert said(*words, "--inspection", " Autumn", "--role", "inspectorate").code == 0


def test_a_topic_nearly_like_another(said: Callable[..., Any]) -> None:
    """A slip of the finger makes no further topic of a round, unless it is said to be one."""
    said(*ROUND)
    said("inspection", "sample", "autumn", "--size", "1", "--role", "inspectorate")
    grade = (
        "grade",
        "IMG-0417",
        "good",
        "--by",
        "inspectorate",
        "--inspection",
        "autumn",
        "--role",
        "inspectorate",
    )
    assert said(*grade, "--topic", "voice-of-the-child").code == 0
    done = said(*grade, "--topic", "voice-of-the-chidl")
    assert done.code == 3
    assert "did you mean: voice-of-the-child" in done.err
    assert said(*grade, "--topic", "Voice-of-the-Child").code == 0
    assert said(*grade, "--topic", "supervision").code == 0
    assert said(*grade, "--topic", "voice-of-the-chidl", "--new").code == 0


@pytest.mark.parametrize("typed", ["imG-0417", "IMG 0417", "img0417", "IMG/0417", "IMG_0417"])
def test_one_case_has_one_reference(typed: str, said: Callable[..., Any]) -> None:
    """What differs from a reference in capitals and separators alone is offered, and opens no second case."""
    for words in (
        ("act", typed, "arrest"),
        ("timeline", typed),
        ("show", typed),
        ("link", "IMG-0417", typed, "--as", "x"),
    ):
        done = said(*words)
        assert done.code == 3
        assert f"there is no case {typed}\n  hint: did you mean: IMG-0417\n" in done.err
    done = said(REPORT[0], typed, *REPORT[1:])
    assert done.code == 3
    assert f"{typed} differs from IMG-0417, which there is, in spelling alone" in done.err
    assert said(REPORT[0], typed, *REPORT[1:], "--new").code == 0
    assert said("act", typed, "arrest").code == 0


def test_an_accreditation_that_nobody_has(said: Callable[..., Any]) -> None:
    """What an officer ever had or a rulebook names is there; anything else is a slip, and nought no answer."""
    done = said("officers", "--accreditation", "child-proection")
    assert (done.code, done.out) == (2, "")
    assert "did you mean: child-protection" in done.err
    assert said("officers", "--accreditation", "child-protection").code == 0
    assert said("officers", "--accreditation", "diver").code == 2
    said("officer", "accredit", "DC 2206", "diver")
    said("officer", "lapse", "DC 2206", "diver")
    assert said("officers", "--accreditation", "diver").code == 0
