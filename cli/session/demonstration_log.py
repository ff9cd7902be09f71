"""The log of a demonstration: its keys are for nothing else, for everybody is told their passphrase."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cli.session import signing
from cli.session.witnesses import explained, witness_at_work
from domain.errors import Conflict
from ledger.stores import on_server
from transparency.private_keys import write_secret_file
from witness import folder as witnesses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from application.signing.signer import LogSigner
    from ledger.recorder import LedgerRecorder
    from ledger.tree import LedgerTree
    from transparency.cosignatures import OpenedCheckpoint
    from transparency.keys import VerifierKey

PASSPHRASE: Final = "for demonstration only"  # noqa: S105  (it is told to everybody)
ORIGIN: Final = "demo.example/longcase/1"
WITNESS: Final = "demo.example/witness/1"


class DemonstrationLog(NamedTuple):
    """Where all of the log lies that is not in the store: in one ``folder``, as no force would have it."""

    folder: Path

    @classmethod
    def beside(cls, store: str) -> DemonstrationLog:
        """Return that of a store: beside its file, or of one on a server in the current folder."""
        place = "longcase-demo" if on_server(store) else os.path.splitext(store)[0]  # noqa: PTH122  (a store is a text)
        return cls(Path(f"{place}-log").absolute())

    @property
    def signer(self) -> Path:
        """The folder of the force's signer."""
        return self.folder / "signer"

    @property
    def witness(self) -> Path:
        """The folder of the inspectorate's witness."""
        return self.folder / "witness"

    @property
    def passphrase(self) -> Path:
        """The file with the passphrase of all keys."""
        return self.folder / "passphrase"

    @property
    def policy(self) -> Path:
        """The inspectorate's policy: this log, and this witness."""
        return self.folder / "policy.txt"

    @property
    def kept(self) -> Path:
        """The first checkpoint, cosigned, as the inspectorate keeps it."""
        return self.folder / "checkpoint"

    @property
    def words(self) -> str:
        """The passphrase."""
        return PASSPHRASE

    def settings(self) -> Iterator[tuple[str, str]]:
        """Yield the variables that a shell needs, so that the commands of the log find all this."""
        yield signing.VARIABLE, str(self.signer)
        yield "LONGCASE_WITNESS", str(self.witness)
        yield "LONGCASE_PASSPHRASE_FILE", str(self.passphrase)


def sign_demonstration(store: str) -> DemonstrationLog:
    """Begin the log of a demonstration's store unless it is begun, have it signed and cosigned, and say where.

    Raises ``LongcaseError``, also if the keys of its log are gone or another folder is in the way.
    """
    log = DemonstrationLog.beside(store)
    with signing.lent_log(store) as (recorder, tree), explained():
        _prepare(recorder, log)
        signer = _signer(recorder, log)
        _cosign(recorder, tree, signer, log)
    return log


def _prepare(recorder: LedgerRecorder, log: DemonstrationLog) -> None:
    from application.signing.checkpoints import ORIGIN as SETTING

    begun = recorder.setting(SETTING) is not None
    if begun and not log.folder.is_dir():
        why = f"the keys of this demonstration's log were in {log.folder}, and are gone"
        raise Conflict(why, hints=("make another: longcase demo --log --store PATH",))
    if not begun and log.folder.is_dir() and any(log.folder.iterdir()) and not log.passphrase.exists():
        raise Conflict(f"{log.folder} is there already, and is no demonstration's: it is left as it is")
    log.folder.mkdir(mode=0o700, exist_ok=True)
    if not log.passphrase.exists():
        write_secret_file(log.passphrase, f"{PASSPHRASE}\n".encode())


def _signer(recorder: LedgerRecorder, log: DemonstrationLog) -> LogSigner:
    """Return the signer of the store's log, which is made and begun where it is not yet."""
    from application.signing.checkpoints import ORIGIN as SETTING
    from application.signing.checkpoints import begin_log
    from application.signing.folder import is_there, make_folder, public_keys
    from application.signing.memory import SignerMemory
    from application.signing.signer import LogSigner

    if recorder.setting(SETTING) is None:
        if not is_there(log.signer):
            make_folder(log.signer, ORIGIN, PASSPHRASE.encode(), signing.seconds())
        keys = public_keys(log.signer)
        if SignerMemory(log.signer, keys).read().checkpoint.size:
            why = f"{log.folder} has the keys of a demonstration that was made before, and this store is another"
            raise Conflict(why, hints=("remove that folder, or give another place: --store PATH",))
        begin_log(recorder, keys)
    return LogSigner.open(log.signer, PASSPHRASE.encode(), signing.seconds)


def _cosign(recorder: LedgerRecorder, tree: LedgerTree, signer: LogSigner, log: DemonstrationLog) -> None:
    from application.signing.checkpoints import make_checkpoint, newest
    from application.signing.cosigning import keep_cosignatures, request

    opened = make_checkpoint(recorder, tree, signer).opened
    keys = _witness_keys(log, signer.keys)
    at_work = witness_at_work(log.witness, {opened.checkpoint.origin: signer.keys}, PASSPHRASE.encode())
    seen = at_work.state.last(opened.checkpoint.origin)
    asked = request(tree, opened, signer.keys, seen.size if seen else 0)
    keep_cosignatures(recorder, signer.keys, at_work.answer(asked.to_bytes()).body, keys)
    _write_kept(log, newest(recorder, signer.keys))


def _witness_keys(log: DemonstrationLog, log_keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    """Return the public keys of the witness; make it, and both policies, where they are not there."""
    if not (log.witness / witnesses.KEYS).exists():
        witnesses.make_witness(log.witness, WITNESS, PASSPHRASE.encode())
    keys = witnesses.public_keys(log.witness)
    if log.policy.exists():
        return keys
    logs = "".join(f"log {key}\n" for key in log_keys)
    with (log.witness / witnesses.POLICY).open("a", encoding="utf-8", newline="\n") as file:
        file.write(logs)
    named = "".join(f"witness ours-{number} {key}\n" for number, key in enumerate(keys, 1))
    policy = f"{logs}{named}group ours all ours-1 ours-2\nquorum ours\n"
    log.policy.write_text(policy, encoding="utf-8", newline="\n")
    return keys


def _write_kept(log: DemonstrationLog, opened: OpenedCheckpoint) -> None:
    if not log.kept.exists():
        log.kept.write_bytes(opened.note.to_bytes())
