"""A case with an entry that cannot be read: the rest is shown, and nothing is recorded in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity import case_stream
from ledger.entry import StoredEntry
from ledger.stores import open_recorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

WHICH = "entry 2 at position 2 cannot be read, and is left out: "


@pytest.fixture(params=["case.unheard-of", "case.entry-corrected"])
def topic(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def case(longcase: Callable[..., Ran], store: Path, topic: str) -> str:
    assert longcase("report", "A", "--category", "other").code == 0
    recorder = open_recorder(str(store))
    payload = b'{"entry":"some other","values":{}}'
    row = StoredEntry(0, case_stream("A"), 2, topic, 1, "DC 1", "", 1463734800000000, 0, b"u" * 16, b"", payload)
    recorder.insert_events([row])
    recorder.close()
    return "A"


@pytest.mark.parametrize("command", ["timeline", "show", "explain", "audit"])
@pytest.mark.parametrize("form", ["table", "json"])
def test_what_can_be_read_is_shown_and_what_cannot_is_named(
    longcase: Callable[..., Ran], case: str, command: str, form: str
) -> None:
    """With its position and the reason; the exit code is that of a store with something wrong, as before."""
    asked = ("audit", "--case", case) if command == "audit" else (command, case)
    ran = longcase("--role", "auditor", *asked, "--format", form)
    assert ran.code == 5
    assert WHICH in ran.err
    assert "PS 0088" in ran.out or case in ran.out


def test_what_may_have_restricted_the_case_keeps_its_text_from_others(
    longcase: Callable[..., Ran], case: str, topic: str
) -> None:
    """A correction that does not say of what may be of a restriction: its owner and overseers alone see it."""
    ran = longcase("timeline", case)
    assert ran.code == (3 if topic == "case.entry-corrected" else 5)
    assert ("reported" in ran.out) == (topic != "case.entry-corrected")


@pytest.mark.parametrize("topic", ["case.unheard-of"], indirect=True)
def test_nothing_is_recorded_beside_what_may_forbid_it(longcase: Callable[..., Ran], case: str) -> None:
    """And it is said for certain that nothing was."""
    ran = longcase("assess", case, "low")
    assert ran.code == 5
    assert (
        "nothing was recorded: entry 2, at position 2, cannot be read, and what it says may forbid this"
        in ran.err
    )
    assert "may or may not" not in ran.err
