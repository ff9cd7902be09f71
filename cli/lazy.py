"""A click group that knows its commands by name and imports one only when it is wanted."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from cli.output.help_layout import HelpContext
from cli.registry import Branch, Leaf
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from click.shell_completion import CompletionItem

    from cli.registry import Section


class LazyGroup(click.Group):
    """A group whose commands stand in a registry; its help and completion import none of them."""

    context_class = HelpContext

    def __init__(
        self, *args: Any, sections: Sequence[Section], itself: Leaf | None = None, **kwargs: Any
    ) -> None:
        """Take click's own arguments, and the sections of the registry that this group shows.

        ``itself`` is the command that the group's name is where no verb of it follows.
        """
        super().__init__(*args, **kwargs)
        self.sections = sections
        self.itself = itself
        self.entries = {name: entry for _, part in sections for name, entry in part.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (the signature is the library's)
        """Return the names of all commands, in the order of the help."""
        return list(self.entries)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  (the signature is the library's)
        cmd_name: str,
    ) -> click.Command | None:
        """Return a command by its name, importing its module; None if there is none."""
        entry = self.entries.get(cmd_name)
        return None if entry is None else _load(cmd_name, entry)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that ``args`` names; raise ``UsageProblem`` if none does."""
        entry = self.entries.get(args[0])
        if isinstance(entry, Branch) and entry.itself is not None and not entry.verbs.keys() & args[1:2]:
            return args[0], _load(args[0], entry.itself), args[1:]
        if args[0] in self.entries or args[0].startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        raise _unknown(ctx, args[0], self.entries)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  (the signature is the library's)
        """Write the commands under the headings of the registry."""
        for heading, part in self.sections:
            with formatter.section(heading):
                formatter.write_dl([(name, entry.help) for name, entry in part.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Return the commands, with their help, and the options that start with ``incomplete``."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=entry.help)
            for name, entry in self.entries.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)


def _load(name: str, entry: Leaf | Branch) -> click.Command:
    if isinstance(entry, Branch):
        verbs: tuple[Section, ...] = (("Commands", dict(entry.verbs)),)
        return LazyGroup(name, help=entry.help, sections=verbs, itself=entry.itself)
    module, _, attribute = entry.target.partition(":")
    command: click.Command = getattr(import_module(module), attribute)
    command.context_class = HelpContext
    return command


def _unknown(ctx: click.Context, name: str, known: Iterable[str]) -> UsageProblem:
    from difflib import get_close_matches

    near = [f"did you mean {match}?" for match in get_close_matches(name, known, n=2)]
    return UsageProblem(
        f"{name!r} is not a command of {ctx.command_path}",
        hints=(*near, f"{ctx.command_path} --help lists the commands"),
    )
