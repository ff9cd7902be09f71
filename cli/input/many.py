"""Arguments of a command on one case or on many: REF... and then what is done, or to whom, as ``cp`` has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CHOSEN: Final = "held_by"
"""The name of the option that chooses the cases, in the place of references."""


class NotOfLines(click.Option):
    """An option of many cases, which a line of a batch has not: it is of one case."""


class _Repeated(click.Argument):
    """The first reference; those behind it, and the last word, are sorted out by ``sorted_out``."""

    def get_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return how the usage shows it: as what may stand there several times."""
        return [f"{self.make_metavar(ctx)}..."]

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Return the word; raise ``click.MissingParameter``, which names the last word where that alone is."""
        if self.value_is_missing(value) and ctx.params.get(CHOSEN):
            last = next(one for one in ctx.command.params if isinstance(one, _Last))
            raise click.MissingParameter(ctx=ctx, param=last)
        return super().process_value(ctx, value)


class _Last(click.Argument):
    """The last word, which stands alone where an option has chosen the cases."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Return the word; raise ``click.MissingParameter`` if it is not there and must be."""
        if self.value_is_missing(value) and ctx.params.get(CHOSEN):
            return None
        return super().process_value(ctx, value)


class _Rest(click.Argument):
    """Further words, which the usage has shown already."""

    def get_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (the signature is the library's)
        """Return nothing."""
        return []


def many(last: str, metavar: str) -> Sequence[Callable[[Any], Any]]:
    """Return the arguments REF... and ``metavar``, and what shows beforehand what would be done."""
    return (
        click.argument("reference", metavar="REF", cls=_Repeated, callback=_stripped),
        click.argument(last, metavar=metavar, cls=_Last, callback=_stripped),
        click.argument("more", nargs=-1, cls=_Rest, callback=_all_stripped),
        click.option(
            "--preview", is_flag=True, cls=NotOfLines, help="Say what would be recorded; record nothing."
        ),
    )


def sorted_out(first: str, second: str | None, more: Sequence[str]) -> tuple[list[str], str]:
    """Return the references among the words that were given, and the last word, which is none."""
    words = [first, *more] if second is None else [first, second, *more]
    return words[:-1], words[-1]


def _stripped(_context: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
    return given if given is None else given.strip()


def _all_stripped(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    return tuple(each.strip() for each in given)
