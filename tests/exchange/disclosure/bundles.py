"""Stores with a log that is signed by keys of the tests, and the bundles that are made from them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from application.envelope import Envelope
from application.signing.checkpoints import begin_log
from exchange.disclosure.bundle import write_bundle
from exchange.disclosure.planning import Wanted, bundle_of, planned, recorded
from ledger.tree import LedgerTree
from longcase_verify.trust import trusted_keys
from tests.longcase_verify.judging import Judged, judged
from tests.transparency.logs import keys, signed
from transparency.tree import TreeHead, root_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.app import Longcase
    from application.envelope import Receipt
    from ledger.recorder import LedgerRecorder
    from longcase_verify.growth import HeldCheckpoint

HELD = [keys()[name] for name in ("log", "log2")]
TRUST = trusted_keys([str(one.public) for one in HELD])
BY = Envelope("DI 5", reason="as ordered", command_id=bytes(range(16)))


def sign(ledger: LedgerRecorder) -> bytes:
    """Sign the log as it is, by both keys, and return the checkpoint."""
    begin_log(ledger, [one.public for one in HELD])
    size = ledger.head()[0]
    note = signed(TreeHead(size, root_at(LedgerTree(ledger), size)), *HELD)
    ledger.keep_checkpoint(size, note.decode())
    return note


class MadeBundle(NamedTuple):
    """A bundle as bytes, and what was recorded with it."""

    data: bytes
    done: Receipt

    @property
    def files(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def judged(self, kept: Sequence[HeldCheckpoint] = ()) -> Judged:
        return judged(self.data, TRUST, kept)


def disclosed(app: Longcase, wanted: Wanted, by: Envelope = BY) -> MadeBundle:
    """Record a disclosure and return its bundle, as the command does both."""
    plan = planned(app, wanted, by)
    done = recorded(app, plan, by)
    out = io.BytesIO()
    write_bundle(out, app.ledger, LedgerTree(app.ledger), bundle_of(app, plan, done, "of a test"))
    return MadeBundle(out.getvalue(), done)


def of_cases(*references: str) -> Wanted:
    return Wanted(references, None, "the court")


def of_round(name: str) -> Wanted:
    return Wanted((), name, "the inspectorate")
