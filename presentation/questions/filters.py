"""Filters that name nobody: refused, since nought would pass for good news."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from domain.errors import StoreError, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projections.runner.runner import Runner


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
    Raises ``StoreError`` where an entry that cannot be read may name it.
    """
    if not owner and not team and not category:
        return
    from projections.queries.names import unknown_categories, unknown_owners, unknown_teams, unread

    def check(option: str, why: str, unknown: Mapping[str, Sequence[str]]) -> None:
        if unknown:
            refuse(option, why, unknown, unread(runner))

    if owner:
        check(owner_option, "nobody in this store is called", unknown_owners(runner, owner))
    if team:
        check("--team", "no team in this store is called", unknown_teams(runner, team))
    if category:
        from application.vocabulary import shipped

        found = unknown_categories(runner, category, shipped().categories)
        check("--category", "no case in this store and no vocabulary has the category", found)


def refuse(option: str, why: str, unknown: Mapping[str, Sequence[str]], unread: Sequence[int] = ()) -> None:
    """Raise ``UsageProblem`` for the first of the names in ``unknown``, which come with those most like them.

    Raises ``StoreError`` instead if there are entries, at the positions ``unread``, that cannot be read.
    """
    for name, near in unknown.items():
        if unread:
            _cannot_tell(f"{option}: {name!r} stands in no entry that can be read", unread)
        from domain.spelling import did_you_mean  # (most names are there)

        raise UsageProblem(f"{option}: {why} {name!r}", hints=did_you_mean(near))


def _cannot_tell(why: str, unread: Sequence[int]) -> NoReturn:
    from projections.views.access import UNREADABLE

    more = f" and {len(unread) - 1:,} more" if unread[1:] else ""
    where = f"the one at position {unread[0]}{more}, which cannot"
    raise StoreError(f"{why}, and may stand in {where}", hints=UNREADABLE)
