"""No fork is signed, whenever the signer is killed, whoever signs beside it, and however old its memory is."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from application.signing.memory import SignerMemory
from application.signing.signer import LogSigner
from ledger.sqlite.recorder import SQLiteRecorder
from tests.faults import signing
from tests.faults.leftovers import apart
from tests.faults.outcome import LONG

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROUNDS = 300 if LONG else 30
pytestmark = pytest.mark.skipif(os.name == "nt", reason="fork is of POSIX")


def test_no_fork_is_signed() -> None:
    """``LONGCASE_FAULTS=long`` makes each of the three 100 times."""
    figures = signing.run(ROUNDS, seed=1417).figures
    for each in ("killed", "at once", "restored", "refused", "signed"):
        assert figures[each] > 0  # type: ignore[operator]  # these are numbers


STEPS: dict[str, tuple[Any, str]] = {
    "synchronised": (os, "fsync"),
    "replaced": (os, "replace"),
    "kept": (SQLiteRecorder, "keep_checkpoint"),
}
"""The steps from the memory to the store, each a function of something."""


def _signed_until(places: signing.Places, step: str, *, after: bool) -> bytes | None:
    """Sign a store, and kill this process before or after the first call of a step."""
    owner, name = STEPS[step]
    whole = getattr(owner, name)

    def deadly(*args: Any) -> Any:
        if after:
            whole(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, deadly)
    return signing.sign(places.store, places.signer)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_no_fork_is_signed_after_a_kill_at_a_step(tmp_path: Path, step: str, *, after: bool) -> None:
    """Once the memory is replaced the fork is refused, and the store is signed again, to the byte the same."""
    signing.stocked(tmp_path / "stock")
    places = signing.laid_out(tmp_path / "stock", tmp_path / "round", random.Random(1417))
    assert apart(partial(_signed_until, places, step, after=after)) is None
    remembered = places.opened().memory.read().note.to_bytes()
    known = step == "kept" or (step == "replaced" and after)
    if known:
        assert signing.sign(places.fork, places.signer) is None
        assert signing.sign(places.store, places.signer) == remembered
    else:
        assert signing.sign(places.fork, places.signer) is not None
        assert signing.sign(places.store, places.signer) is None
    signing.check_one_history(places, [])


def test_a_signer_that_forgets_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a memory that lasts, a fork is signed."""
    monkeypatch.setattr(SignerMemory, "replace", lambda *_: None)
    with pytest.raises(AssertionError, match="two histories were signed"):
        signing.run(ROUNDS, seed=1417)


def _late(replace: Callable[..., None], *given: Any) -> None:
    """Remember a while after it was looked at, so that whoever signs beside has looked too."""
    time.sleep(0.05)
    replace(*given)


def test_signers_that_take_no_turns_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that look at the memory at once sign two histories."""
    monkeypatch.setattr(SignerMemory, "turn", lambda _: nullcontext())
    kept = SignerMemory.replace
    monkeypatch.setattr(SignerMemory, "replace", lambda *given: _late(kept, *given))
    monkeypatch.setattr(signing, "KINDS", signing.KINDS[1:2])
    with pytest.raises(AssertionError, match=r"two histories were signed|beside others failed"):
        signing.run(10 * ROUNDS, seed=1417)


def test_a_memory_that_is_taken_for_what_it_is_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what lies in the store is not looked at, a memory that was set back signs a fork."""
    monkeypatch.setattr(LogSigner, "_remembered", lambda self, *_: self.memory.read())
    monkeypatch.setattr(signing, "KINDS", signing.KINDS[2:])
    with pytest.raises(AssertionError, match="two histories were signed"):
        signing.run(ROUNDS, seed=1417)
