"""What lists share: columns, the cases read live, their order, the headline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from cli.output.layout import headline
from cli.output.streams import present
from cli.output.table import Column, or_else, red_if
from projections.views.access import left_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cli.input.requests import View
    from cli.output.streams import Shape
    from presentation.look import Look
    from projections.views.case_view import Unread
    from projections.views.timeline import Item


CASE: Final = Column("reference", "case")
RISK: Final = Column("risk", "risk", or_else("not assessed"))
OWNER: Final = Column("owner", "owner", or_else("nobody"), colour=red_if(lambda item: item["owner"] is None))
TEAM: Final = Column("team", "team", at_least=120)
CHILD: Final = Column("", "child", lambda one, _zone: "not named" if one["unnamed"] else one["child"] or "-")
CLOSED: Final = Column("open", "closed", lambda is_open, _zone: "" if is_open else "case closed")
AGES: Final = Column("ages", "aged", lambda ages, _zone: ", ".join(map(str, ages)) or "-")


def with_children(shape: Shape, items: Iterable[Item]) -> Shape:
    """Return a shape without the column of names where nobody has one, and of closing where none is closed."""
    every = list(items)
    named = any(one["child"] or one["unnamed"] for one in every)
    closed = not all(one["open"] for one in every)
    wanted = [one for one in shape.columns if (one is not CHILD or named) and (one is not CLOSED or closed)]
    return shape._replace(columns=tuple(wanted))


def ordered(
    usual: Sequence[Item], view: View, fields: Sequence[str], rank: Callable[[Any], Any] = lambda value: value
) -> list[Item]:
    """Return items as they are, or as ``--sort`` asks, by the ``rank`` of a value, those without one last.

    Risks go by their gravity, in which what was not assessed has its place, as in every list.

    Raises ``UsageProblem`` for a field that there is not.
    """
    if view.sort is None:
        return list(usual)
    name, downwards = view.order(fields, fields[0])
    if name == "risk":
        from projections.queries.leads import severity

        return sorted(usual, key=lambda one: severity(one["risk"]), reverse=downwards)
    has = [one for one in usual if one[name] is not None]
    has.sort(key=lambda one: rank(one[name]), reverse=downwards)
    return [*has, *(one for one in usual if one[name] is None)]


def display(
    items: Iterable[Item],
    shape: Shape,
    view: View,
    look: Look,
    said: str,
    *,
    total: int | None = None,
    unread: Sequence[Unread] = (),
    **more: Any,
) -> None:
    """Show all ``items``, in a table under a headline; ``more`` is handed on to ``present``.

    Without a ``total`` these are all that there are, in a sequence.

    Raises ``StoreError`` afterwards if entries of their cases are ``unread``, and so were left out.
    """
    if view.format == "table":
        headline(said)
    if total is None and isinstance(items, Sequence):
        total = len(items)
    present(items, shape, view, look.as_of, total=total, **more)
    if unread:
        raise left_out(unread)
