"""Go's own packages, which share nothing with ours, say of the same bytes what ours say."""

from __future__ import annotations

import os

import pytest

from tests.oracle import building
from tests.oracle.building import NoGo
from tests.oracle.comparing import Amounts, compare


def need_go() -> None:
    """Skip where there is no Go, saying so; a pipeline must have it."""
    try:
        building.built()
    except NoGo as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.mark.slow
def test_both_readers_say_the_same() -> None:
    """Checkpoints and proofs verify and are equal to Go's own, and each changed byte is refused by both."""
    need_go()
    compared = compare(Amounts(checkpoints=10, proofs=400, mutations=120), seed=20_261_127)
    assert compared.proofs == 400


def test_only_a_pipeline_must_have_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Go a machine skips with a sentence, and a pipeline fails."""
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="there is no Go: install"):
        need_go()
    monkeypatch.setenv("CI", "1")
    with pytest.raises(NoGo, match="there is no Go: install"):
        need_go()
