"""The record of a force in a file, its signer, and what the inspectorate has outside: checkpoints and a witness.

The forger of these stories can do everything that is in the force's power: write the store's file, make all of it
fit, take the signer's memory away, and sign with the keys of the log.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, NamedTuple

from application.app import Longcase
from application.signing.checkpoints import begin_log, make_checkpoint, newest
from application.signing.cosigning import request
from application.signing.verifying import verify
from domain.codec import complaint
from ledger.entry import leaf_hash
from ledger.sqlite.checks import deep, quick
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.tree import LedgerTree
from tests.application.signing.logs import PASSPHRASE, SECONDS, signer_in
from tests.transparency.logs import ORIGIN
from witness.cosigning import Witness
from witness.folder import make_witness, state_of, witness_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from application.signing.verifying import Verdict
    from ledger.entry import StoredEntry
    from ledger.integrity.findings import Finding
    from tests.clock import Clock
    from transparency.witnessing import WitnessAnswer


class HeldCheckpoint(NamedTuple):
    """A checkpoint that the inspectorate was given: on which day, and the signed note."""

    given: str
    note: bytes


@cache
def witness_template() -> Path:
    """Return the folder of a witness that has seen nothing; keys take a while to make."""
    folder = Path(mkdtemp()) / "witness"
    make_witness(folder, "inspectorate.example/witness/1", PASSPHRASE)
    return folder


class SignedRecord:
    """What a force keeps in ``folder``, and beside it what the inspectorate keeps."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Make a store, begin its log, and set up a witness that knows the log's keys."""
        self.folder, self.clock = folder, clock
        self.store, self.backup = folder / "store.db", folder / "backup.db"
        self.held: list[HeldCheckpoint] = []
        create(str(self.store), {"zone": "Europe/London"}).close()
        self.app = self._opened()
        self.signer = signer_in(folder / "signer")
        self._unsigned = self.signer.memory.read().note.to_bytes()
        begin_log(self.recorder, self.signer.keys)
        self.witness = self._witness()

    @property
    def recorder(self) -> SQLiteRecorder:
        ledger = self.app.ledger
        assert isinstance(ledger, SQLiteRecorder)
        return ledger

    def _opened(self) -> Longcase:
        return Longcase(SQLiteRecorder.open(str(self.store), self.clock))

    def _witness(self) -> Witness:
        folder = self.folder / "witness"
        shutil.copytree(witness_template(), folder)
        keys = witness_keys(folder, PASSPHRASE)
        return Witness(keys, {ORIGIN: self.signer.keys}, state_of(folder), lambda: SECONDS)

    def close(self) -> None:
        self.app.close()

    def entries(self) -> list[StoredEntry]:
        return list(self.recorder.select_notifications(None, 1 << 40))

    def sign(self) -> bytes:
        """Have the force's own signer sign the record as it is."""
        return make_checkpoint(self.recorder, LedgerTree(self.recorder), self.signer).note

    def give(self, day: str) -> None:
        """Have the record signed, the witness cosign it, and the inspectorate keep the checkpoint."""
        self.held.append(HeldCheckpoint(day, self.sign()))
        assert self.asked_of_the_witness().accepted

    def asked_of_the_witness(self) -> WitnessAnswer:
        """Ask the witness to cosign the newest checkpoint, with the best proof that the store can give."""
        opened = newest(self.recorder, self.signer.keys)
        seen = self.witness.state.last(ORIGIN)
        old = min(seen.size if seen else 0, opened.checkpoint.size)
        asked = request(LedgerTree(self.recorder), opened, self.signer.keys, old)
        return self.witness.answer(asked.to_bytes())

    def verdict(self, *, outside: bool) -> Verdict:
        """Return what verifying comes to, with the checkpoints that are held outside or without any."""
        return verify(self.recorder, [(one.given, one.note) for one in self.held if outside])

    def own_checks(self) -> list[Finding]:
        """Return what ``doctor --deep`` finds about the entries, the tree and the guards."""
        connection, driver = self.recorder.connection, self.recorder.driver
        read = deep(connection, driver, complaint=complaint, advance=lambda: None)
        return [*quick(str(self.store), connection, driver), *read]

    def back_up(self) -> None:
        self.recorder.connection.execute("VACUUM INTO ?", (str(self.backup),))

    def restore_backup(self) -> None:
        self._put_away()
        shutil.copy(self.backup, self.store)
        self.store.chmod(0o600)
        self.app = self._opened()

    def forge(self, entries: list[StoredEntry]) -> None:
        """Make the store anew with other entries, all of it fitting, and sign that as if it were the first."""
        settings = self.recorder.settings()
        self._put_away()
        create(str(self.store), settings).close()
        self.app = self._opened()
        with self.recorder.transaction():
            self.recorder.put_back(fitted(entries))
        self.sign_anew()

    def sign_anew(self) -> None:
        """Sign the store as it is with the keys of the log, the signer's memory set back to the beginning."""
        self.signer.memory.replace(self._unsigned)
        self.sign()

    def _put_away(self) -> None:
        self.app.close()
        for file in self.folder.glob("store.db*"):
            file.unlink()

    def change_alone(self, position: int, payload: bytes) -> None:
        """Change a payload as somebody who can write the file would, and leave the rest as it is."""
        self.recorder.connection.execute("DROP TRIGGER entry_update")
        change = "UPDATE entry SET payload = ? WHERE position = ?"
        self.recorder.connection.execute(change, (payload, position))


def fitted(entries: list[StoredEntry]) -> Iterator[Any]:
    """Yield entries with positions, versions and leaves that fit with one another, each with its own salt."""
    versions: dict[bytes, int] = {}
    for position, entry in enumerate(entries, 1):
        version = versions[entry.stream] = versions.get(entry.stream, 0) + 1
        moved: Any = entry._replace(position=position, version=version)
        yield moved._replace(leaf=leaf_hash(moved))


def rewritten(entry: StoredEntry, old: str, new: str) -> StoredEntry:
    """Return an entry that says something else; it said ``old``."""
    assert old.encode() in entry.payload
    return entry._replace(payload=entry.payload.replace(old.encode(), new.encode()))
