"""The leaf hashes: pinned, and different for whatever differs."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry import StoredEntry, commitment, leaf_hash, leaf_hash_v1, leaf_text, placed, salted

ENTRY = StoredEntry(
    7,
    bytes(range(16)),
    3,
    "case.paused",
    1,
    "PS 0088",
    "supervisor",
    -5,
    1_455_268_320_000_000,
    b"c" * 16,
    b"",
    bytes(range(32)),
    b'{"a":1}',
)


def leaf(entry: StoredEntry) -> bytes:
    """Return the leaf hash of an entry as it is stored."""
    row: Any = entry
    return leaf_hash(row)


COMMITTED = hmac.digest(bytes(range(32)), b'{"a":1}', "sha256").hex()
HEADER = (
    "7\n000102030405060708090a0b0c0d0e0f\n3\ncase.paused\n1\nPS 0088\nsupervisor\n-5\n"
    "1455268320000000\n63636363636363636363636363636363\n"
)
TEXT = f"longcase entry v2\n{HEADER}payload {COMMITTED} 7\nsealed\nsignature\n"


def test_the_leaf_is_the_hash_of_a_text_that_anybody_can_write() -> None:
    """RFC 9162: SHA-256 over a zero byte and the text; the format's first line names its version."""
    row: Any = ENTRY
    assert leaf_text(row).decode() == TEXT
    assert leaf(ENTRY) == sha256(b"\0" + TEXT.encode()).digest()
    assert leaf(ENTRY).hex() == "99247ac3895b414d90bbc04070418902e4c75a8fc9e15bbe99ec3167062ba688"


def test_the_leaf_of_older_stores_can_still_be_worked_out() -> None:
    """Its text had the payload itself, and neither a salt nor a leaf."""
    row: Any = ENTRY
    older = f"longcase entry v1\n{HEADER}\n"
    assert leaf_hash_v1(row) == sha256(b"\0" + older.encode() + b'{"a":1}').digest()
    assert leaf_hash_v1(row).hex() == "8bded311f1746f7f7392c94e1e3390aa19ca49945803285d51c67a2524541aaf"


@given(st.binary(min_size=32, max_size=32), st.binary())
def test_the_commitment_is_the_hmac_of_the_standard_library(salt: bytes, payload: bytes) -> None:
    """Whatever the payload."""
    assert commitment(salt, payload) == hmac.digest(salt, payload, "sha256")


def test_another_salt_makes_another_leaf() -> None:
    """A row that is salted anew keeps all else."""
    row: Any = ENTRY
    found = StoredEntry(*salted(row, b"s" * 32))
    assert found.leaf == leaf(found) != leaf(ENTRY)
    assert found._replace(leaf=ENTRY.leaf, salt=ENTRY.salt) == ENTRY


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("position", 8),
        ("stream", bytes(16)),
        ("version", 4),
        ("topic", "case.resumed"),
        ("schema", 2),
        ("actor", "PS 0089"),
        ("role", ""),
        ("occurred_at", 5),
        ("recorded_at", 5),
        ("command_id", b"d" * 16),
        ("salt", bytes(32)),
        ("payload", b'{"a":2}'),
    ],
)
def test_every_field_is_in_the_leaf(field: str, value: Any) -> None:
    """A change of any of them is seen."""
    assert leaf(ENTRY._replace(**{field: value})) != leaf(ENTRY)


def test_the_leaf_itself_is_not_in_the_leaf() -> None:
    """So that it can be computed again."""
    assert leaf(ENTRY._replace(leaf=b"x" * 32)) == leaf(ENTRY)


def test_entries_take_the_next_positions() -> None:
    """One clock reading for a batch; what occurred at recording occurred then."""
    found = [StoredEntry(*one) for one in placed([ENTRY, ENTRY._replace(occurred_at=None)], 40, 99)]
    assert [(one.position, one.occurred_at, one.recorded_at) for one in found] == [(41, -5, 99), (42, 99, 99)]
    assert [one.leaf for one in found] == [leaf(one) for one in found]


def test_an_entry_has_the_names_that_eventsourcing_knows() -> None:
    """It stands for a stored event and for a notification."""
    assert (ENTRY.id, ENTRY.originator_version, ENTRY.state) == (7, 3, b'{"a":1}')
    assert ENTRY.originator_id == UUID(bytes=bytes(range(16)))
