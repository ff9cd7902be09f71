"""Every way of tampering with a store or a bundle is told by a checkpoint that is kept outside.

``TABLE`` says what tells each of them, and which are not told without such a checkpoint.
"""

from __future__ import annotations

import random
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from application.signing.verifying import verify
from cli.main import main
from ledger.stores import open_reader
from longcase_verify.command import main as audited
from tests.faults import tampering
from tests.faults.outcome import LONG
from tests.faults.tamper_kinds import KINDS, Tampering
from tests.faults.tampered_stores import HonestStore, in_a_file, on_a_server
from tests.faults.tampering import attempt, battery, table
from tests.longcase_verify.judging import judged
from tests.longcase_verify.making import POLICY, zipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.databases import Databases

NOW = "2027-01-15T08:00Z"
"""When all was signed."""

PLACES = 50 if LONG else 2
TABLE = """\
kind                       manner                            log alone audit alone  first bad    told alone by
payload                    plain                               1     1              the entry    store
payload                    fitted                              1     0     1     1  a stretch    bundle
header                     plain                               1     1              the entry    store
header                     fitted                              1     0     1     1  a stretch    bundle
both, with leaf and nodes  plain                               1     1              a stretch    store
both, with leaf and nodes  fitted                              1     0     1     1  a stretch    bundle
salt                       plain                               1     1              the entry    store
salt                       fitted                              1     0     1     1  a stretch    bundle
last deleted               plain                               1     1              what is gone store
last deleted               fitted                              1     0     2     0  what is gone NOT TOLD
last ten deleted           plain                               1     1              what is gone store
last ten deleted           fitted                              1     0     2     0  what is gone NOT TOLD
all deleted                plain                               1     1              what is gone store
all deleted                fitted                              1     0              what is gone NOT TOLD
middle deleted             plain                               1     1              the entry    store
middle deleted             fitted                              1     0     1     1  a stretch    bundle
reordered                  plain                               1     1              the entry    store
reordered                  fitted                              1     0     1     1  a stretch    bundle
inserted, dated back       plain                               1     1              the entry    store
inserted, dated back       fitted                              1     0     1     1  a stretch    bundle
duplicated                 plain                               1     1              the entry    store
duplicated                 fitted                              1     0     1     1  a stretch    bundle
two payloads swapped       plain                               1     1              the entry    store
two payloads swapped       fitted                              1     0     1     1  a stretch    bundle
older backup restored                                          1     0     2     0  what is gone NOT TOLD
fork of the same size      signed by log and witnesses         1     0     1     0  a stretch    NOT TOLD
old checkpoint replayed    the bundle of the visit before                  2     0  -            NOT TOLD
cosignatures stripped                                                      2     2  -            bundle
policy swapped                                                             2     2  -            bundle
weak key                                                       1     1     1     1  -            store and bundle
bundle truncated                                                           2     2  -            bundle
entry left out of a bundle and counted without it                          1     1  -            bundle
key register forged        all made anew with other keys       1     0     1     1  -            bundle
"""


@pytest.fixture(scope="module")
def in_file(tmp_path_factory: pytest.TempPathFactory) -> HonestStore:
    return in_a_file(tmp_path_factory.mktemp("tampered") / "store.db")


@pytest.fixture
def on_server(databases: Databases) -> Iterator[HonestStore]:
    with on_a_server(databases) as store:
        yield store


def test_what_tells_each_kind() -> None:
    """The exit codes with checkpoints kept outside and without, and how the first bad entry is named."""
    assert table() == TABLE
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == 21
    assert all(kind.told.log or kind.told.bundle for kind in KINDS)


def test_each_kind_is_told_in_a_file(in_file: HonestStore) -> None:
    """``LONGCASE_FAULTS=long`` tampers at 50 places; a store that nobody tampered with is whole each time."""
    figures = battery(in_file, PLACES, seed=1512)
    assert figures["whole stores judged"] == PLACES
    assert figures["told"] == PLACES * len(KINDS)


def test_each_kind_is_told_on_a_server(on_server: HonestStore) -> None:
    """By a superuser, with the triggers switched off."""
    assert battery(on_server, PLACES, seed=1513)["told"] == PLACES * len(KINDS)


def test_a_tampering_that_does_nothing_is_noticed(in_file: HonestStore) -> None:
    """In the store, and in the bundle."""
    for idle in (Tampering(in_file.content.copy(), None), Tampering(None, in_file.bundles[1])):
        with pytest.raises(AssertionError, match="nothing was tampered with"):
            attempt(in_file, KINDS[0]._replace(make=lambda *_, idle=idle: idle), random.Random(1))


def test_a_program_that_sees_nothing_is_found_out(in_file: HonestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """As is one that tells of everything, whatever it is shown."""
    in_file.overwrite(in_file.content)
    with closing(open_reader(in_file.location)) as reader:
        whole, sound = verify(reader, []), judged(in_file.bundles[1])
    with monkeypatch.context() as patch:
        patch.setattr(tampering, "verify", lambda *_: whole)
        patch.setattr(tampering, "judged", lambda *_: sound)
        for kind in KINDS:
            with pytest.raises(AssertionError, match=r"instead of"):
                attempt(in_file, kind, random.Random(1))
    blind = sound._replace(exit_code=1)
    monkeypatch.setattr(tampering, "judged", lambda *_: blind)
    with pytest.raises(AssertionError):
        tampering.check_honest(in_file)


def test_a_wrong_place_is_found_out(in_file: HonestStore) -> None:
    """What is named must be where it was done."""
    payload = KINDS[0]

    def elsewhere(*given: Any) -> Tampering:
        made = payload.make(*given)
        return made._replace(first=made.first + 1)

    with pytest.raises(AssertionError, match="first bad at"):
        attempt(in_file, payload._replace(make=elsewhere), random.Random(1))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.name} {kind.manner}".strip())
def test_the_programs_say_so(
    in_file: HonestStore,
    kind: Any,
    tmp_path_factory: pytest.TempPathFactory,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    """``longcase log verify`` and ``longcase-verify`` end with the exit codes of the table."""
    folder = tmp_path_factory.mktemp("outside")
    made = kind.make(in_file, random.Random(kind.name))
    kept = []
    for size, note in in_file.notes.items():
        (folder / f"kept-{size}").write_bytes(note)
        kept += ["--checkpoint", str(folder / f"kept-{size}")]
    if made.content is not None:
        in_file.overwrite(made.content)
        command = ["log", "verify", "--store", in_file.location]
        assert (main([*command, *kept]), main(command)) == kind.told[:2]
        assert b"TAMPERED" in capsysbinary.readouterr().out
    if made.bundle is not None:
        data = made.bundle if isinstance(made.bundle, bytes) else zipped(made.bundle)
        (folder / "bundle.zip").write_bytes(data)
        (folder / "policy").write_bytes(POLICY)
        command = [str(folder / "bundle.zip"), "--now", NOW, "--policy", str(folder / "policy")]
        if made.trust is not None:
            assert (audited([*command, *kept]), audited(command)) == kind.told[2:4]
