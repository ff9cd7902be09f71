"""The tables for a question whose filters name somebody, once it is known that there is such a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.session.reading import up_to_date
from presentation.questions.filters import check_names

if TYPE_CHECKING:
    from ledger.reader import LedgerReader
    from projections.queries.filters import Filtered
    from projections.runner.runner import Runner


def tables_for(ledger: LedgerReader, wanted: Filtered) -> Runner:
    """Return the runner of the population tables, brought up to date for a question about ``wanted``.

    Raises ``UsageProblem`` for a filter that names nobody.
    """
    runner = up_to_date(ledger)
    check_names(runner, owner=wanted.owner, team=wanted.team, category=wanted.category)
    return runner
