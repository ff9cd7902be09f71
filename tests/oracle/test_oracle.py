"""Go's own packages, which share nothing with ours, say of the same bytes what ours say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ledger.stores import create
from ledger.tree import LedgerTree
from tests.oracle import building
from tests.oracle.building import NoGo
from tests.oracle.comparing import Amounts, compare
from tests.oracle.stores import compare_store
from transparency.tree import NodeId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.postgres.databases import Databases


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


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["file", "server"])
def test_both_readers_say_the_same_of_a_store(engine: str, tmp_path: Path, databases: Databases) -> None:
    """On either engine: checkpoints, proofs and tiles as the store gives them, whole and changed by a byte."""
    need_go()
    amounts = Amounts(checkpoints=10, proofs=200, mutations=80)
    with databases.store() as url:
        location = url if engine == "server" else str(tmp_path / "store.db")
        create(location, {"zone": "UTC"})
        assert compare_store(location, 1_500, amounts, seed=20_261_128).proofs == 200


def test_a_proof_that_is_another_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the store's tree gives another node for one that it has, the readers do not say the same."""
    need_go()
    read = LedgerTree.read

    def astray(self: LedgerTree, places: Sequence[NodeId]) -> list[bytes]:
        found = read(self, places)
        return found if NodeId(3, 40) not in places else [bytes(32)] * len(found)

    create(str(tmp_path / "store.db"), {"zone": "UTC"})
    monkeypatch.setattr(LedgerTree, "read", astray)
    with pytest.raises(AssertionError):
        compare_store(str(tmp_path / "store.db"), 700, Amounts(2, 400, 4), seed=1)


def test_only_a_pipeline_must_have_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Go a machine skips with a sentence, and a pipeline fails."""
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="there is no Go: install"):
        need_go()
    monkeypatch.setenv("CI", "1")
    with pytest.raises(NoGo, match="there is no Go: install"):
        need_go()
