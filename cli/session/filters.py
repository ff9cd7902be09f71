"""Filters that name nobody: refused, since nought would pass for good news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.session.reading import up_to_date
from domain.errors import UsageProblem
from domain.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def check_names(
    runner: Runner,
    *,
    owner: Sequence[str] = (),
    team: Sequence[str] = (),
    category: Sequence[str] = (),
    owner_option: str = "--owner",
) -> None:
    """Raise ``UsageProblem`` for an officer, a team or a category that there never was in the store.

    The population tables must have been brought up to date. A name that there is, of no case now, is no error.
    """
    from projections.queries.names import unknown_categories, unknown_owners, unknown_teams

    if owner:
        refuse(owner_option, "nobody in this store is called", unknown_owners(runner, owner))
    if team:
        refuse("--team", "no team in this store is called", unknown_teams(runner, team))
    if category:
        from application.vocabulary import shipped

        found = unknown_categories(runner, category, shipped().categories)
        refuse("--category", "no case in this store and no vocabulary has the category", found)


def refuse(option: str, why: str, unknown: Mapping[str, Sequence[str]]) -> None:
    """Raise ``UsageProblem`` for the first of the names in ``unknown``, which come with those most like them."""
    for name, near in unknown.items():
        raise UsageProblem(f"{option}: {why} {name!r}", hints=did_you_mean(near))
