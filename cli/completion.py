"""Completion for bash, zsh and fish: the script to install, and the answers to what it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from cli.lazy import LazyGroup

SHELLS: Final = ("bash", "zsh", "fish")
MANUAL: Final = "man"
VARIABLE: Final = "_LONGCASE_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice((*SHELLS, MANUAL)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options and choices.

    \b
    bash: longcase completion bash > ~/.local/share/bash-completion/completions/longcase
    zsh:  longcase completion zsh > a folder of $fpath, as _longcase
    fish: longcase completion fish > ~/.config/fish/completions/longcase.fish

    Or the manual page, of every command and option:

    \b
    man:  longcase completion man > ~/.local/share/man/man1/longcase.1
    """  # noqa: D301  (click wants the backspace itself, to keep the lines apart)
    if shell == MANUAL:
        _write_manual(ctx.find_root())
        return
    click.echo(script(ctx.find_root().command, shell))


def _write_manual(context: click.Context) -> None:
    from cli.manual import manual
    from ledger.schema import longcase_version

    program: LazyGroup = context.command  # type: ignore[assignment]  # the program is one
    for line in manual(program, context, longcase_version()):
        click.echo(line)


def script(program: click.Command, shell: str) -> str:
    """Return the completion script of ``program`` for ``shell``, one of ``SHELLS``."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.BadParameter(f"{shell} is not one of {', '.join(SHELLS)}")
    return kind(program, {}, "longcase", VARIABLE).source()


def respond(program: click.Command, instruction: str) -> int:
    """Answer what a completion script asked by its environment variable; return the exit code."""
    from click.shell_completion import shell_complete

    return shell_complete(program, {}, "longcase", VARIABLE, instruction)
