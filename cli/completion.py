"""Completion for bash, zsh and fish: the script to install, and the answers to what it asks."""

from __future__ import annotations

from typing import Final

import click

SHELLS: Final = ("bash", "zsh", "fish")
VARIABLE: Final = "_LONGCASE_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options and choices.

    \b
    bash: longcase completion bash > ~/.local/share/bash-completion/completions/longcase
    zsh:  longcase completion zsh > a folder of $fpath, as _longcase
    fish: longcase completion fish > ~/.config/fish/completions/longcase.fish
    """  # noqa: D301  (click wants the backspace itself, to keep the lines apart)
    click.echo(script(ctx.find_root().command, shell))


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
