"""Where the passphrase of private keys comes from: a file or the terminal, never an argument."""

from __future__ import annotations

import os
import warnings
from getpass import GetPassWarning, getpass
from pathlib import Path
from typing import Final

import click

from domain.errors import UsageProblem
from transparency.errors import BadKey
from transparency.private_keys import SHORTEST_PASSPHRASE, read_secret_file

VARIABLE: Final = "LONGCASE_PASSPHRASE_FILE"
"""The variable that names the file where no option does."""

PASSPHRASE_FILE: Final = click.option(
    "--passphrase-file",
    metavar="FILE",
    help=f"The passphrase of the keys is the line in FILE; else the terminal asks for it.  [env: {VARIABLE}]",
)
_HINT: Final = (f"--passphrase-file FILE or {VARIABLE} names a file that holds it, of mode 600",)


def passphrase(file: str | None, *, new: bool = False) -> bytes:
    """Return the passphrase: the line in ``file``, or in the one that the environment names, else what is typed.

    With ``new`` it is typed twice, and has to be long enough. Raises ``UsageProblem``, and ``OSError`` if the
    file cannot be read.
    """
    path = file or os.environ.get(VARIABLE)
    found = _in_file(path) if path else _typed("Passphrase of the keys: ")
    if new and len(found) < SHORTEST_PASSPHRASE:
        raise UsageProblem(f"a passphrase has {SHORTEST_PASSPHRASE} bytes at least; draw one, do not think it up")
    if new and not path and _typed("The same again: ") != found:
        raise UsageProblem("the two passphrases are not the same")
    return found


def _in_file(path: str) -> bytes:
    try:
        content = read_secret_file(Path(path))
    except BadKey as error:
        raise UsageProblem(f"the passphrase is not taken: {error}", hints=_HINT) from error
    line = content.removesuffix(b"\n").removesuffix(b"\r")
    if not line or b"\n" in line:
        raise UsageProblem(f"{path} does not hold one line, the passphrase")
    return line


def _typed(prompt: str) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)  # which says that what is typed would be shown
            return getpass(prompt).encode()
    except GetPassWarning as error:
        raise UsageProblem("there is no terminal to ask for the passphrase at", hints=_HINT) from error
    except UnicodeError as error:
        raise UsageProblem("the passphrase that was typed is no text") from error
    except EOFError as error:
        raise click.Abort from error
