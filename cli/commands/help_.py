"""``longcase help``: the help of a command, as ``--help`` gives it."""

from __future__ import annotations

import click

from domain.errors import UsageProblem


@click.command("help")
@click.argument("command", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def help_(ctx: click.Context, command: tuple[str, ...]) -> None:
    """Show the help of a COMMAND, or of longcase itself: longcase help warrant seek.

    It is what longcase COMMAND --help shows.
    """
    context = ctx.find_root()
    found = context.command
    for place, word in enumerate(command):
        if not isinstance(found, click.Group):
            why = f"{' '.join(command[:place])} has no commands of its own, such as {word!r}"
            raise UsageProblem(why, hints=(f"{context.command_path} --help",))
        name, inner, _ = found.resolve_command(context, list(command[place:]))
        if inner is None:
            raise UsageProblem(f"{word!r} is not a command of {context.command_path}")
        found, context = inner, inner.context_class(inner, info_name=name, parent=context)
    click.echo(found.get_help(context))
