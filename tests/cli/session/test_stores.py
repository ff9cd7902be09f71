"""Opening a store: what is wrong with it, in words that say what to do."""

from __future__ import annotations

import os

import pytest
from eventsourcing.persistence import OperationalError

from cli.session.stores import explained
from domain.errors import StoreError


def error_of(message: str) -> StoreError:
    with pytest.raises(StoreError) as caught, explained("a/longcase.db"):
        raise OperationalError(message)
    return caught.value


@pytest.mark.parametrize("message", ["unable to open database file", "attempt to write a readonly database"])
def test_a_read_only_folder_is_no_damage(monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    """A sound store on a read-only disk is not called damaged, and it is said how to read it."""
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    error = error_of(message)
    assert "read-only" in error.message
    assert "copy the file" in error.hints[0]


def test_other_errors_send_to_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else SQLite says, wherever the file lies, is for ``doctor`` to look into."""
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert "longcase doctor" in error_of("database disk image is malformed").hints[0]
