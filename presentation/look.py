"""What somebody looks at: an open store, the two instants asked about, and who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from projections.views.access import Scope, readable_case

if TYPE_CHECKING:
    from datetime import tzinfo

    from domain.axes import Axes
    from ledger.reader import LedgerReader
    from presentation.instants import AsOf
    from projections.views.access import Reader
    from projections.views.case_view import CaseView


class Look(NamedTuple):
    """An open store, as of what it is looked at, who looks, and where the store is (a path or a URL)."""

    ledger: LedgerReader
    as_of: AsOf
    reader: Reader
    location: str

    @property
    def axes(self) -> Axes:
        """The two instants."""
        return self.as_of.axes

    @property
    def zone(self) -> tzinfo:
        """The store's time zone."""
        return self.as_of.zone

    @property
    def scope(self) -> Scope:
        """The ledger as of the two instants, as far as whoever looks may read it."""
        return Scope(self.ledger, self.axes, self.reader)

    def case(self, reference: str) -> CaseView:
        """Return what can be read of a case, with what cannot.

        Raises ``NotFound`` if there is none, and ``Refused`` where it may not be read.
        """
        return readable_case(self.scope, reference)
