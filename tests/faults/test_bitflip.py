"""A damaged store never answers wrongly without an error from ``doctor --deep``."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from ledger.stores import open_reader
from tests.faults import bitflip
from tests.faults.bitflip import Damage
from tests.faults.outcome import LONG

if TYPE_CHECKING:
    from pathlib import Path


def test_random_damage() -> None:
    """``LONGCASE_FAULTS=long`` damages a store 300 times."""
    figures = bitflip.run(300 if LONG else 24, seed=1417).figures
    assert figures["told, and answers were wrong or refused"] != 0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bitflip.Truth:
    return bitflip.truth(tmp_path_factory.mktemp("bitflip"))


@pytest.mark.parametrize("text", [b"zoneEurope/London", b"Europe/London", b"CSE-0084", b"IMG-0417"])
def test_a_flipped_bit_in_a_word_that_is_shown(whole: bitflip.Truth, tmp_path: Path, text: bytes) -> None:
    """In the settings, the ledger and the population tables; it is harmless only in deleted rows."""
    chance = random.Random(1417)
    start = whole.content.find(text)
    places = []
    while start >= 0:
        places.append(start + chance.randrange(len(text)))
        start = whole.content.find(text, start + 1)
    came = []
    for at in chance.sample(places, min(len(places), 8)):
        flipped = whole.content[:at] + bytes([whole.content[at] ^ 1]) + whole.content[at + 1 :]
        damage = Damage(f"bit 0 of byte {at} flipped", flipped)
        came.append(bitflip.consequence(tmp_path / "damaged.db", whole, damage))
    assert any(one.startswith("told") for one in came)


def test_a_wrong_answer_in_silence_fails(
    whole: bitflip.Truth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check can fail: without the comparison of the tables a changed row is a wrong answer in silence."""
    monkeypatch.setattr("projections.runner.verify.tables_hold", lambda *_: "not looked at")
    path = tmp_path / "changed.db"
    path.write_bytes(whole.content)
    reader = open_reader(str(path))
    (name,) = reader.rows("SELECT name FROM sqlite_schema WHERE name LIKE 'case/_interval/__' ESCAPE '/'")[0]
    reader.connection.execute(f"UPDATE {name} SET risk = 'low' WHERE reference = 'IMG-0417'")
    reader.close()
    with pytest.raises(AssertionError, match="doctor --deep found nothing"):
        bitflip.consequence(tmp_path / "damaged.db", whole, Damage("a changed risk", path.read_bytes()))
