"""What ``doctor`` says of a store, and with which exit code."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from ledger.sqlite.driver import newest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def used(longcase: Callable[..., Any], store: Path) -> Path:
    longcase("report", "IMG-0417", "--category", "indecent-images", "--summary", "uploads")
    for _ in range(20):
        longcase("act", "IMG-0417", "arrest", "--text", "as the list of exhibits says")
    return store


def test_a_sound_store(longcase: Callable[..., Any], used: Path) -> None:
    """Of a sound store all is well, and it is said how much was looked at."""
    done = longcase("doctor", "--deep")
    assert (done.code, done.err) == (0, "all 15 checks passed\n")
    assert "WRONG" not in done.out
    assert "21 entries, each to the byte as it was recorded" in done.out


def test_without_deep_nothing_is_promised(longcase: Callable[..., Any], used: Path) -> None:
    """The quick checks never say that all is well with the entries, which they have not read."""
    done = longcase("doctor")
    assert done.code == 0
    assert "10 quick checks passed; longcase doctor --deep reads every entry" in done.err


@pytest.mark.parametrize("style", ["json", "jsonl", "csv"])
def test_for_programs(style: str, longcase: Callable[..., Any], used: Path) -> None:
    """Programs get each check with its result and explanation."""
    done = longcase("doctor", "--format", style)
    assert done.code == 0
    assert "guards" in done.out
    if style == "json":
        envelope = json.loads(done.out)
        assert envelope["count"] == len(envelope["items"]) == 10
        assert all(item["ok"] is True and item["explanation"] for item in envelope["items"])


def test_a_case_taken_out_of_the_lists(longcase: Callable[..., Any], used: Path) -> None:
    """Rows that somebody took out of the tables are missed without ``--deep``, and it is said what to do."""
    assert longcase("cases").code == 0
    connection = newest().connect(str(used), isolation_level=None)
    connection.execute("DELETE FROM case_interval_1 WHERE reference = 'IMG-0417'")
    connection.close()
    done = longcase("doctor")
    assert done.code == 5
    assert "1 case is not in the population tables as the entries make them" in " ".join(done.out.split())
    assert "longcase projections rebuild makes the tables anew" in done.err
    assert longcase("projections", "rebuild").code == 0
    assert longcase("doctor").code == 0


def test_a_tampered_store(longcase: Callable[..., Any], used: Path) -> None:
    """A changed byte is found, the exit code is 5, and it is said what to do."""
    connection = newest().connect(str(used), isolation_level=None)
    connection.execute("DROP TRIGGER entry_update")
    connection.execute(
        "UPDATE entry SET payload = CAST(replace(payload, 'exhibits', 'exhibitz') AS BLOB) WHERE position = 7"
    )
    connection.close()
    quick, deep = longcase("doctor"), longcase("doctor", "--deep", "--format", "json")
    assert (quick.code, deep.code) == (5, 5)
    assert "trigger entry_update is missing" in quick.out
    assert "something is wrong" in quick.err
    assert "it is evidence" in quick.err
    found = {item["check"]: item for item in json.loads(deep.out)["items"]}
    assert "position 7" in found["leaves"]["explanation"]
    assert found["leaves"]["ok"] is False


def test_an_event_of_a_later_version(longcase: Callable[..., Any], used: Path) -> None:
    """A payload that this version cannot read is named by its position."""
    connection = newest().connect(str(used), isolation_level=None)
    connection.execute(
        "INSERT INTO entry SELECT position + 1, stream, version + 1, 'case.unheard-of', schema, actor, role,"
        " occurred_at, recorded_at, randomblob(16), leaf, salt, payload FROM entry ORDER BY position DESC LIMIT 1"
    )
    connection.close()
    done = longcase("doctor", "--deep")
    assert done.code == 5
    assert "case.unheard-of is no event" in " ".join(done.out.split())


def test_no_store(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """Where there is no store, it is said how to make one."""
    done = longcase("doctor", "--store", str(tmp_path / "none.db"))
    assert done.code == 5
    assert "longcase init" in done.err


def test_random_damage(longcase: Callable[..., Any], used: Path) -> None:
    """Whatever happens to the file, there is no traceback and no internal error."""
    whole = used.read_bytes()
    chance = random.Random(20161110)
    for _ in range(40):
        at = chance.randrange(len(whole) - 600)
        length = chance.choice((1, 8, 64, 600))
        used.write_bytes(whole[:at] + chance.randbytes(length) + whole[at + length :])
        done = longcase("doctor", "--deep")
        assert done.code in {0, 5}, done.err
        assert "all 15" in done.err if done.code == 0 else "longcase: " in done.err


def test_what_the_file_says_is_shown_safe(longcase: Callable[..., Any], used: Path) -> None:
    """Nothing that stands in a damaged store can steer the terminal."""
    connection = newest().connect(str(used), isolation_level=None)
    connection.execute("INSERT INTO store VALUES ('\x1b[2J', '\x1b[31m')")
    connection.close()
    done = longcase("doctor")
    assert "\x1b" not in done.out
