"""No fork is signed, whenever the signer is killed, whoever signs beside it, and however old its memory is."""

from __future__ import annotations

import os
from contextlib import nullcontext

import pytest

from application.signing.memory import SignerMemory
from application.signing.signer import LogSigner
from tests.faults import signing
from tests.faults.outcome import LONG

ROUNDS = 300 if LONG else 30
pytestmark = pytest.mark.skipif(os.name == "nt", reason="fork is of POSIX")


def test_no_fork_is_signed() -> None:
    """``LONGCASE_FAULTS=long`` makes each of the three 100 times."""
    figures = signing.run(ROUNDS, seed=1417).figures
    for each in ("killed", "at once", "restored", "refused", "signed"):
        assert figures[each] > 0  # type: ignore[operator]  # these are numbers


def test_a_signer_that_forgets_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a memory that lasts, a fork is signed."""
    monkeypatch.setattr(SignerMemory, "replace", lambda *_: None)
    with pytest.raises(AssertionError, match="two histories were signed"):
        signing.run(ROUNDS, seed=1417)


def test_signers_that_take_no_turns_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that look at the memory at once sign two histories."""
    monkeypatch.setattr(SignerMemory, "turn", lambda _: nullcontext())
    monkeypatch.setattr(signing, "KINDS", signing.KINDS[1:2])
    with pytest.raises(AssertionError, match=r"two histories were signed|beside others failed"):
        signing.run(10 * ROUNDS, seed=1417)


def test_a_memory_that_is_taken_for_what_it_is_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what lies in the store is not looked at, a memory that was set back signs a fork."""
    monkeypatch.setattr(LogSigner, "_remembered", lambda self, *_: self.memory.read())
    monkeypatch.setattr(signing, "KINDS", signing.KINDS[2:])
    with pytest.raises(AssertionError, match="two histories were signed"):
        signing.run(ROUNDS, seed=1417)
