"""Whether a transaction is open, on whichever engine a store is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.reader import LedgerReader


def in_transaction(ledger: LedgerReader) -> bool:
    """Say whether a transaction is open on the ledger's connection."""
    if hasattr(ledger.connection, "in_transaction"):
        return bool(ledger.connection.in_transaction)
    return bool(ledger.connection.info.transaction_status.name != "IDLE")
