"""Stores on either engine as the log that is compared: what they keep, prove and write as tiles.

The auditor's program is asked as a whole here, of the same bytes as Go: notes, proof files, folders of tiles.
"""

from __future__ import annotations

import random
import tempfile
from base64 import b64decode
from contextlib import ExitStack, closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from application.signing.checkpoints import begin_log
from domain.identity import case_stream
from exchange.log.tiles import write_tiles
from ledger.entry import leaf_text
from ledger.integrity.tally import in_order
from ledger.stores import create, open_recorder
from ledger.tree import LedgerTree
from longcase_verify.bundle import AuditRequest
from longcase_verify.single import check_folder, check_proof
from longcase_verify.trust import trusted_keys
from tests.ledger.contract import row
from tests.longcase_verify.judging import NO_AGE
from tests.oracle.comparing import KEYS, Comparison, changed, includes, text
from tests.postgres.databases import Databases, folder_for_server
from tests.postgres.server import FAST, Server
from tests.transparency.logs import ORIGIN, noted
from transparency.checkpoints import new_checkpoint
from transparency.cosignatures import open_checkpoint
from transparency.notes import Note, parse_note
from transparency.proofs import LoggedProof
from transparency.tree import TreeHead, root_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.recorder import LedgerRecorder
    from tests.oracle.comparing import Amounts, Compared

CASES: Final = 700
BATCH: Final = 1_000
SMALL: Final = 600
"""Of how many entries the folder is in which the auditor's program is shown changed tiles, each time anew."""

LOG_KEYS: Final = [KEYS[name].public for name in ("log", "log2")]
REQUEST: Final = AuditRequest(trusted_keys([str(KEYS["log"].public)]), (), NO_AGE)


class StoredLog:
    """The log of a store, read through the ledger as the commands do."""

    def __init__(self, recorder: LedgerRecorder) -> None:
        self.recorder = recorder
        self.nodes = LedgerTree(recorder)
        self._heads: dict[int, TreeHead] = {}

    @cached_property
    def leaves(self) -> list[bytes]:
        return [leaf_text(entry) for entry in in_order(self.recorder, self.nodes.size())]  # type: ignore[arg-type]  # complete rows

    def head(self, size: int) -> TreeHead:
        if size not in self._heads:
            self._heads[size] = TreeHead(size, root_at(self.nodes, size))
        return self._heads[size]

    def tiles(self, size: int, folder: Path) -> dict[str, bytes]:
        """Return the tiles as ``longcase log tiles`` writes them, with a checkpoint of the log's first key."""
        note = noted(new_checkpoint(ORIGIN, self.head(size)), KEYS["log"]).to_bytes()
        write_tiles(self.recorder, self.nodes, open_checkpoint(note, LOG_KEYS), LOG_KEYS, folder)
        found = (path.relative_to(folder).as_posix() for path in sorted(folder.glob("tile/[0-9]*/**/*")))
        return {name: (folder / name).read_bytes() for name in found if (folder / name).is_file()}


class StoreComparison(Comparison):
    """The log of a store, what it signed before, and the auditor's program beside Go."""

    log: StoredLog

    def __init__(self, amounts: Amounts, seed: int, log: StoredLog, folder: Path) -> None:
        super().__init__(amounts, seed, log, log.tiles(log.nodes.size(), folder / "whole"))
        self.folder = folder / "small"
        self.small = log.tiles(min(SMALL, self.whole), self.folder)

    def add_checkpoints(self) -> None:
        """Have so many checkpoints kept, and take them from the store."""
        recorder = self.log.recorder
        for size in sorted(self.size() for _ in range(self.amounts.checkpoints)):
            note = noted(new_checkpoint(ORIGIN, self.log.head(size)), *KEYS.values())
            recorder.keep_checkpoint(size, note.to_bytes().decode())
        self.notes += [one.note.encode() for one in recorder.checkpoints()]
        assert len(self.notes) == self.amounts.checkpoints

    def note_by(self, name: str) -> bytes:
        note = parse_note(self.random.choice(self.notes[: self.amounts.checkpoints]))
        (line,) = (one for one in note.lines if one.key_id == KEYS[name].public.key_id)
        return Note(note.text, (line,)).to_bytes()

    def refused(
        self,
        where: str,
        cases: list[dict[str, Any]],
        case: dict[str, Any],
        check: Callable[[dict[str, Any]], bool],
    ) -> Callable[[dict[str, Any]], None]:
        if check is includes:
            assert self.proved(self.inclusion(case["Index"], case["Size"])) == 0
            assert self.proved(case) == 1
        return super().refused(where, cases, case, check)

    def proved(self, case: dict[str, Any]) -> int:
        """Return the exit code of ``longcase-verify proof``."""
        note = noted(new_checkpoint(ORIGIN, self.log.head(case["Size"])), KEYS["log"]).to_bytes()
        proof = LoggedProof(case["Index"], tuple(map(b64decode, case["Proof"])), note).to_bytes()
        return check_proof(proof, b64decode(case["Data"]), REQUEST).findings.exit_code

    def change_tile(self) -> Callable[[dict[str, Any]], None]:
        """Change a byte of a leaf's hash in a smaller folder, whose proofs need that of each neighbour."""
        size = min(SMALL, self.whole)
        index = self.random.randrange(size // 2 * 2)
        (tile,) = (one for one in self.small if one.split(".")[0] == f"tile/0/{(index ^ 1) // 256:03}")
        at = (index ^ 1) % 256 * 32 + self.random.randrange(32)
        content = changed(self.small[tile], at, self.bits())
        assert check_folder(self.folder, REQUEST).findings.exit_code == 0
        (self.folder / tile).write_bytes(content)
        assert check_folder(self.folder, REQUEST).findings.exit_code == 1
        (self.folder / tile).write_bytes(self.small[tile])
        others = {path: text(one) for path, one in {**self.small, tile: content}.items()}
        asked_for = {"Records": [[size, index]], "Trees": [], "Roots": []}
        root = text(self.log.head(size).root)
        self.readings.append({"Size": size, "Root": root, "Changed": others, **asked_for})
        number = len(self.readings) - 1

        def judge(answers: dict[str, Any]) -> None:
            assert answers["Readings"][number]["Refused"]

        return judge


def filled(location: str, size: int) -> None:
    """Record entries of some cases in a new store, and begin its log."""
    chance = random.Random(size)
    streams = [case_stream(f"EX/2016/{number}") for number in range(min(CASES, size))]
    with closing(open_recorder(location)) as recorder:
        begin_log(recorder, LOG_KEYS)
        for first in range(0, size, BATCH):
            numbers = range(first, min(size, first + BATCH))
            recorder.insert_events(
                [
                    row(streams[at % len(streams)], at // len(streams) + 1, payload=chance.randbytes(at % 90 + 1))
                    for at in numbers
                ]
            )


@contextmanager
def locations(folder: Path) -> Iterator[list[str]]:
    """Lend the locations of two new stores: in a file, and on a server."""
    with ExitStack() as stack:
        server = Server(stack.enter_context(folder_for_server()) / "server", settings=FAST)
        server.make()
        server.start()
        stack.callback(server.stop, "immediate")
        create(str(folder / "store.db"), {"zone": "UTC"})
        yield [str(folder / "store.db"), stack.enter_context(Databases(server.url("postgres")).store())]


def compare_store(location: str, size: int, amounts: Amounts, seed: int) -> Compared:
    """Compare what a new store of so many entries keeps and proves; raises as ``compare`` does."""
    filled(location, size)
    with tempfile.TemporaryDirectory() as folder, closing(open_recorder(location)) as recorder:
        return StoreComparison(amounts, seed, StoredLog(recorder), Path(folder)).run()
