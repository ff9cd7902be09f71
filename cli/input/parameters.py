"""How the arguments of recording commands are read: names, words of a fixed choice, and texts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.requests import FromEnvironment, common
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

ME: Final = "me"
"""Stands for whoever acts, where an officer is named."""

EDIT: Final = "edit"
"""The name of the option that opens an editor."""

TEXTS: Final = ("text", "summary", "concern", "grounds", "outcome", "reason")
"""The texts that an editor may write, the longest first."""

LONGEST_TEXT: Final = 1_000_000
"""How many bytes of a text are read from standard input."""


class Words(click.Choice[str]):
    """A choice of words, typed with hyphens, spaces or capitals: ``very-high`` is ``very high``."""

    def __init__(self, *choices: str) -> None:
        """Offer ``choices``, as they are stored."""
        super().__init__([choice.replace(" ", "-") for choice in choices])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the words that ``value`` stands for, as they are stored."""
        typed = "-".join(str(value).replace("-", " ").lower().split())
        return super().convert(typed, param, ctx).replace("-", " ")


class Prose(click.Option):
    """An option that takes a text, which an editor can give as well."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Return the text; none where an editor is still to give one that must be given."""
        if self.value_is_missing(value) and ctx.params.get(EDIT) and text_to_edit(ctx.command) == self.name:
            return None
        return super().process_value(ctx, value)


RISK: Final = Words("low", "medium", "high", "very high")
GRADE: Final = Words("good", "requires improvement", "inadequate")
GRADER: Final = Words("force", "inspectorate")


def or_environment(variable: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Return what reads an option, or an environment ``variable`` where it is not given and that is not empty."""

    def read(_context: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
        told = os.environ.get(variable, "")
        return FromEnvironment(told, variable) if given is None and told.strip() else given

    return read


def name(*declarations: str, **more: Any) -> Callable[[Any], Any]:
    """Return the decorator of an argument that names something; white space around it does not count."""
    return click.argument(*declarations, callback=_stripped, **more)


def prose(*declarations: str, **more: Any) -> Callable[[Any], Any]:
    """Return the decorator of an option that takes a text; ``-`` reads it from standard input."""
    return click.option(*declarations, metavar="TEXT", callback=_text, cls=Prose, **more)


def text_to_edit(command: click.Command) -> str | None:
    """Return the name of the option whose text ``--edit`` writes: the first of ``TEXTS`` that there is."""
    texts = {one.name for one in command.params if isinstance(one, Prose)}
    return next((each for each in TEXTS if each in texts), None)


def people(context: click.Context, _parameter: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of an option, ``me`` as that of whoever acts; raise ``UsageProblem`` if nothing says who.

    Another spelling of ``me`` is a name as any other.
    """
    return tuple(_oneself(context) if one.strip() == ME else one for one in names)


def _oneself(context: click.Context) -> str:
    from cli.input.profile import profile_path, setting

    found = setting("actor", common().actor)
    if found:
        return found
    command = context.command_path.partition(" ")[2]
    hint = f"longcase --actor ID {command} ..., or set LONGCASE_ACTOR, or write actor = 'ID' in {profile_path()}"
    raise UsageProblem(f"{ME} is whoever acts, and nothing says who that is", hints=(hint,))


def _stripped(_context: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
    return given if given is None else given.strip()


def _text(context: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
    if context.resilient_parsing:  # (a shell asks what may be typed next, and has nothing to be read)
        return given
    if given == "-":
        return from_input(f"--{parameter.name}")
    if given is None or given.strip():
        return given
    if parameter.required:
        raise UsageProblem(f"--{parameter.name} is empty")
    return None


def from_input(option: str) -> str:
    """Return the text on standard input, for ``option``; raise ``UsageProblem`` if it is none, or too long."""
    if common().batch is not None:
        hint = "write the text itself, with \\n where a line ends"
        raise UsageProblem(f"{option}: a text of a batch stands in its line", hints=(hint,))
    if sys.stdin.isatty():
        click.echo("type the text, then Ctrl-D on a line of its own", err=True)
    content = sys.stdin.buffer.read(LONGEST_TEXT + 1)
    if len(content) > LONGEST_TEXT:
        hint = "record where the whole of it is kept instead"
        raise UsageProblem(f"{option}: the text is longer than {LONGEST_TEXT:,} bytes", hints=(hint,))
    try:
        text = content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise UsageProblem(f"{option}: what stands on standard input is not UTF-8: {error.reason}") from error
    if not text.strip():
        raise UsageProblem(f"{option}: nothing stands on standard input")
    return text
