"""What ``longcase log`` wrote of a store, read by Go's own packages: checkpoint, proofs, tiles and leaf texts."""

from __future__ import annotations

from base64 import b64decode, b64encode
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from cli.main import main
from ledger.stores import create, open_recorder
from tests.ledger.contract import ONE, rows
from tests.oracle.building import asked
from tests.oracle.test_oracle import need_go
from transparency.checkpoints import parse_checkpoint
from transparency.notes import parse_note
from transparency.proofs import parse_proof
from transparency.tiles import parse_bundle, tile_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres.databases import Databases

ENTRIES = 700
PROVED = (1, 256, 257, 512, ENTRIES)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        create(str(tmp_path / "store.db"), {"zone": "UTC"})
        yield str(tmp_path / "store.db")
    else:
        databases: Databases = request.getfixturevalue("databases")
        with databases.store() as url:
            yield url


@pytest.fixture
def written(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a checkpoint, its keys, proofs and tiles, as the commands write them."""
    folder = tmp_path / "written"
    folder.mkdir()
    (folder / "passphrase").write_text("plain wooden horse 17\n")
    (folder / "passphrase").chmod(0o600)
    monkeypatch.setenv("LONGCASE_PASSPHRASE_FILE", str(folder / "passphrase"))
    monkeypatch.setenv("LONGCASE_STORE", store)
    monkeypatch.setenv("LONGCASE_SIGNER", str(folder / "signer"))
    with closing(open_recorder(store)) as recorder:
        recorder.insert_events(rows(ONE, ENTRIES))
    assert main(["log", "init", "--origin", "force.example/1"]) == 0
    assert main(["log", "checkpoint", "--output", str(folder / "checkpoint")]) == 0
    assert main(["log", "tiles", str(folder / "tiles")]) == 0
    for position in PROVED:
        assert main(["log", "prove", "--position", str(position), "--output", str(folder / f"{position}")]) == 0
    return folder


def text(data: bytes) -> str:
    return b64encode(data).decode()


def leaves(folder: Path) -> list[bytes]:
    """Return the leaf texts of the tiles, in order."""
    found = []
    for number in range(-(-ENTRIES // 256)):
        width = min(256, ENTRIES - 256 * number)
        end = "" if width == 256 else f".p/{width}"
        found += parse_bundle((folder / "tiles" / f"tile/entries/{number:03}{end}").read_bytes(), width)
    return found


def tiles(folder: Path) -> dict[str, bytes]:
    """Return the tiles by the names by which they are asked for."""
    paths = (path for path in (folder / "tiles").rglob("*") if path.is_file() and path.name != "checkpoint")
    names = {path.relative_to(folder / "tiles").as_posix(): path.read_bytes() for path in paths}
    return {name: content for name, content in names.items() if "entries" not in name and tile_at(name)}


@pytest.mark.slow
def test_go_reads_what_the_commands_wrote(written: Path) -> None:
    """Both signatures where it knows ML-DSA-44, each proof, and the tree from the tiles, with equal proofs."""
    need_go()
    note = (written / "checkpoint").read_bytes()
    head, texts = parse_checkpoint(parse_note(note).text).head, leaves(written)
    proofs = [parse_proof((written / str(position)).read_bytes()) for position in PROVED]
    common = {"Size": head.size, "Root": text(head.root)}
    answers: dict[str, Any] = asked(
        {
            "Keys": (written / "signer" / "keys.txt").read_text().splitlines(),
            "Notes": [text(note)],
            "ToSign": [],
            "Inclusions": [
                {
                    **common,
                    "Index": one.leaf_index,
                    "Data": text(texts[one.leaf_index]),
                    "Proof": list(map(text, one.hashes)),
                }
                for one in proofs
            ],
            "Consistencies": [],
            "Tiles": {name: text(content) for name, content in tiles(written).items()},
            "Readings": [
                {
                    **common,
                    "Changed": {},
                    "Records": [[head.size, one.leaf_index] for one in proofs],
                    "Trees": [],
                    "Roots": [head.size],
                }
            ],
        }
    )
    assert answers["Notes"] == [2 if answers["MLDSA"] else 1]
    assert answers["Inclusions"] == [True] * len(PROVED)
    assert answers["Readings"][0]["Records"] == [list(map(text, one.hashes)) for one in proofs]
    assert b64decode(answers["Readings"][0]["Roots"][0]) == head.root
