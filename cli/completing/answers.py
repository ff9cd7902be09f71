"""The answer to a shell that asks what may be typed next: lines, the first of which says what the others are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

import click
from click.shell_completion import (
    CompletionItem,
    _resolve_context,  # click offers the words only together with what it makes of them
    _resolve_incomplete,  # (as above)
)

from cli.completing.candidates import FILE, taken_by, words
from cli.completing.line import as_typed, assignments, typed_line
from cli.input.requests import Common
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PLAIN: Final = "plain"
_VARIABLES: Final = "LONGCASE_"


class Offer(NamedTuple):
    """What may stand for the last word: whole words with what they mean, or what the shell itself completes.

    ``kind`` is ``plain``, ``file`` or ``dir``.
    """

    kind: str
    words: dict[str, str]


def in_bash(program: click.Command, given: Sequence[str]) -> list[str]:
    """Return the answer to bash, which gives the line up to the cursor and its word breaks."""
    line = typed_line(given[0], given[1])
    offer = _offer(program, line.words, line.last)
    rest = (word.removeprefix(line.kept) for word in offer.words if word.startswith(line.kept))
    return [offer.kind, *(as_typed(word, line.quote) for word in rest)]


def in_zsh(program: click.Command, given: Sequence[str]) -> list[str]:
    """Return the answer to zsh, which gives what stands before the program, its words, and the last."""
    before, *typed = given
    set_before = typed_line(f"{before} ", "").words
    return _with_meanings(_offer(program, [*_of_last_command(set_before), *typed[:-1]], typed[-1]))


def in_fish(program: click.Command, given: Sequence[str]) -> list[str]:
    """Return the answer to fish, which gives its words without quotes, and the last as it is typed."""
    *typed, last = given
    return _with_meanings(_offer(program, typed, typed_line(last, "").last))


SHELLS: Final[dict[str, Callable[[click.Command, Sequence[str]], list[str]]]] = {
    "bash": in_bash,
    "zsh": in_zsh,
    "fish": in_fish,
}


def _of_last_command(words: Sequence[str]) -> list[str]:
    """Return the variables that stand right before the program, which is not among the words."""
    found: list[str] = []
    for word in reversed(words):
        if not assignments([word])[0]:
            break
        found.insert(0, word)
    return found


def _with_meanings(offer: Offer) -> list[str]:
    return [offer.kind, *(f"{word}\t{means}" for word, means in offer.words.items())]


def _offer(program: click.Command, typed: list[str], last: str) -> Offer:
    """Return what may stand for the ``last`` word behind those that are ``typed``, the program among them."""
    variables, rest = assignments(typed)
    os.environ.update({name: text for name, text in variables.items() if name.startswith(_VARIABLES)})
    args = rest[1:]
    context = _resolve_context(program, {"obj": Common()}, "longcase", args)
    option, equals, _ = last.partition("=")
    head = option + equals if equals and last.startswith("-") and "--" not in args else ""
    asked, incomplete = _resolve_incomplete(context, args, last)
    with context:
        _take_what_stands_before(context)
        found = _found(context, asked, incomplete, behind_dashes="--" in args)
    return found._replace(words={head + word: means for word, means in found.words.items()})


def _take_what_stands_before(context: click.Context) -> None:
    """Do with the options before the command what the program does: they may say where the store is."""
    root = context.find_root()
    if root.command.callback is not None and root is not context:
        with root:
            root.invoke(root.command.callback, **root.params)


def _found(
    context: click.Context, asked: click.Command | click.Parameter, incomplete: str, *, behind_dashes: bool
) -> Offer:
    kinds = taken_by(context, asked) if isinstance(asked, click.Parameter) else ()
    if kinds == (FILE,):
        return Offer(FILE, {})
    if kinds:
        found = {word: safe_text(means) for word, means in words(context, kinds, incomplete).items()}
        if isinstance(asked, click.Argument) and not behind_dashes:  # (an option would be read there)
            found = {word: means for word, means in found.items() if not word.startswith("-")}
        return Offer(PLAIN, found)
    return _of_click(asked.shell_complete(context, incomplete))


def _of_click(items: Sequence[CompletionItem[str]]) -> Offer:
    special = next((item.type for item in items if item.type != PLAIN), PLAIN)
    return Offer(special, {item.value: item.help or "" for item in items if item.type == PLAIN})
