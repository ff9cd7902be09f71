"""Completion for bash, zsh and fish: the script to install, and the answers to what it asks."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

import click

from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.lazy import LazyGroup

SHELLS: Final = ("bash", "zsh", "fish")
MANUAL: Final = "man"
VARIABLE: Final = "_LONGCASE_COMPLETE"
_SECONDS: Final = 2.0


@click.command()
@click.argument("shell", type=click.Choice((*SHELLS, MANUAL)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete what is typed: commands, options, words, references.

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
    from cli.completing.scripts import script

    click.echo(script(shell, VARIABLE), nl=False)


def _write_manual(context: click.Context) -> None:
    from cli.manual import manual
    from ledger.schema import longcase_version

    program: LazyGroup = context.command  # type: ignore[assignment]  # the program is one
    for line in manual(program, context, longcase_version()):
        click.echo(line)


def respond(program: click.Command, instruction: str, given: Sequence[str]) -> int:
    """Answer what a completion script asked by its environment variable; return the exit code.

    Whatever goes wrong, nothing is said: it would stand in the midst of what somebody types. It takes two seconds
    at most.
    """
    from cli.completing.answers import SHELLS as ANSWERS

    answer = ANSWERS.get(instruction.removesuffix("_complete"))
    if answer is None:
        return UsageProblem.exit_code
    _give_up_after(_SECONDS)
    try:
        lines = answer(program, given)
    except Exception:
        if os.environ.get("LONGCASE_DEBUG", "") not in {"", "0"}:
            raise
        return 1
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())
    return 0


def _give_up_after(seconds: float) -> None:
    """End the process after so many seconds, where the system can: somebody waits at the prompt."""
    import signal

    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: os._exit(1))
        signal.setitimer(signal.ITIMER_REAL, seconds)
