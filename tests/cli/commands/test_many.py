"""``allocate`` and ``act`` on many cases: what a preview looks like, what one case prints, how one is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from wcwidth import wcswidth

from application.commands import cases
from application.retries import for_case
from domain.errors import StoreError
from domain.identity import case_stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Longcase = Callable[..., Ran]

WHOLE = "5b0e7a52-64a5-4d8c-9d3c-0c6f7e0b3c11"
AT_40 = """\
case: IMG-0417; risk: very high
  owner: nobody
  would be recorded: entry 3: allocated
  DC 1417

case: IMG-0418; risk: not assessed
  owner: nobody
  would be recorded: entry 2: allocated
  DC 1417
"""
AT_80 = """\
CASE      RISK          OWNER   WOULD BE RECORDED
IMG-0417  very high     nobody  entry 3: allocated DC 1417
IMG-0418  not assessed  nobody  entry 2: allocated DC 1417
"""


@pytest.fixture
def two(longcase: Longcase, store: Path) -> Path:
    assert longcase("report", "IMG-0417", "--category", "other", "--risk", "very-high").code == 0
    assert longcase("report", "IMG-0418", "--category", "other").code == 0
    return store


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("width", "page"), [(40, AT_40), (80, AT_80), (140, AT_80)])
def test_a_preview_fits_the_terminal(
    longcase: Longcase, monkeypatch: pytest.MonkeyPatch, width: int, page: str
) -> None:
    """What would be recorded is whole at 40 columns too, where a case is a block."""
    monkeypatch.setenv("COLUMNS", str(width))
    ran = longcase("allocate", "IMG-0417", "IMG-0418", "DC 1417", "--preview")
    assert (ran.code, ran.out) == (0, page)
    assert all(wcswidth(line) <= width for line in ran.out.splitlines())


@pytest.mark.usefixtures("two")
def test_one_case_says_what_it_always_said(longcase: Longcase) -> None:
    """Nothing is counted, and its id is the one that was given."""
    ran = longcase("allocate", "IMG-0417", "DC 1417", "--command-id", WHOLE, "--format", "json")
    assert ran.out.startswith('{"position":4,"reference":"IMG-0417","version":3,"event":"case.allocated"')
    assert WHOLE in ran.out
    assert "cases:" not in ran.err


def test_a_store_that_fails_on_the_way(longcase: Longcase, two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was recorded stays; the advice names the id of the whole command, and that finishes it."""
    recorded = cases.act
    own = UUID(bytes=for_case(UUID(WHOLE).bytes, case_stream("IMG-0418"))).hex

    def failing(app: Any, reference: str, *args: Any, **values: Any) -> Any:
        if reference == "IMG-0418":
            raise StoreError("the store failed", hints=(f"give the same command with --command-id {own}",))
        return recorded(app, reference, *args, **values)

    monkeypatch.setattr(cases, "act", failing)
    words = ("act", "IMG-0417", "IMG-0418", "child-seen", "--command-id", WHOLE)
    ran = longcase(*words)
    assert ran.code == 5
    assert "longcase: IMG-0418: the store failed" in ran.err
    assert f"--command-id {WHOLE}" in ran.err.splitlines()[-1]
    monkeypatch.setattr(cases, "act", recorded)
    ran = longcase(*words)
    assert ran.err.splitlines()[-1] == "cases: 1 recorded, 1 recorded before"
    assert two.exists()


@pytest.mark.usefixtures("two")
def test_one_that_is_interrupted(longcase: Longcase, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which case is uncertain, and with which id to give the whole again."""

    def interrupted(*_args: Any, **_values: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(cases, "act", interrupted)
    ran = longcase("act", "IMG-0417", "IMG-0418", "child-seen", "--command-id", WHOLE)
    assert ran.code == 130
    assert "cut off: IMG-0417 may or may not be recorded, what was said before is, and nothing behind" in ran.err
    assert f"repeat it with --command-id {WHOLE}" in ran.err


@pytest.mark.usefixtures("two")
def test_a_case_that_went_elsewhere_meanwhile(longcase: Longcase, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case of --from that the officer no longer has when its turn comes is refused, and stays where it is."""
    from cli.session import many

    for one in ("IMG-0417", "IMG-0418"):
        assert longcase("allocate", one, "DC 1417").code == 0
    found = many.open_cases_of

    def meanwhile(*args: Any) -> Any:
        references = found(*args)
        assert longcase("allocate", "IMG-0418", "DC 3001").code == 0
        return references

    monkeypatch.setattr(many, "open_cases_of", meanwhile)
    ran = longcase("allocate", "--from", "DC 1417", "DC 2206")
    assert ran.code == 3
    assert "longcase: IMG-0418: DC 1417 does not have it any more" in ran.err
    assert "cases: 1 recorded, 1 refused" in ran.err
