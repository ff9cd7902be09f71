"""The last catch: every ending of the program as an exit code, and never a traceback.

0 done; 1 found what it looks for; 2 usage; 3 refused by a rule; 4 conflict; 5 store; 70 an internal
error, its details in a file; 74 an input or output error of the system; 130 interrupted; 141 the
reader of standard output went away.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Final

import click

from cli.output.terminal import in_lines
from domain.errors import LongcaseError, UsageProblem
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from cli.input.requests import Common

INTERNAL: Final = 70
INPUT_OUTPUT: Final = 74
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


def guarded(run: Callable[[], int], common: Common) -> int:
    """Run the program and return its exit code, saying what went wrong in one line and hints.

    With ``common.debug`` the traceback of an error is shown as well.
    """
    try:
        code = run()
        sys.stdout.flush()
    except BaseException as error:  # nothing may pass this place
        if isinstance(error, GeneratorExit | SystemExit):
            raise
        return _ended(error, common)
    return code


def complain(message: str, hints: tuple[str, ...] = ()) -> None:
    """Write an error and its hints to standard error, made safe for a terminal."""
    lines = [f"longcase: {_shown(message)}", *(f"  hint: {_shown(hint)}" for hint in hints)]
    _write("".join(f"{part}\n" for line in lines for part in in_lines(line, sys.stderr)))


def _tell(code: int, message: str, hints: tuple[str, ...], common: Common) -> int:
    """Say why the program ends, as it was asked to, and return its exit ``code``."""
    if not common.errors_as_json:
        complain(message, hints)
        return code
    from presentation.formats import json_bytes  # (most endings are for a person)

    safe = [_without_secrets(text) for text in (message, *hints)]
    told = {"error": safe[0], "hints": safe[1:], "exit_code": code}
    _write(f"{json_bytes(told).decode()}\n")
    return code


def _shown(text: str) -> str:
    return safe_text(_without_secrets(text))


def _without_secrets(text: str) -> str:
    """Return a text as it may be shown: whoever types a password by mistake does not find it in a log."""
    if "://" not in text and "=" not in text:
        return text
    from ledger.postgresql.secrets import without_secrets

    return without_secrets(text)


def _write(text: str) -> None:
    """Write to standard error; where that cannot be, the exit code has to do, and must stay what it is."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)


def _ended(error: BaseException, common: Common) -> int:
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        _silence(sys.stdout)
        return PIPE_CLOSED
    if common.debug:
        _show_traceback(error)
    return _explained(error, common)


def _explained(error: BaseException, common: Common) -> int:
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return _tell(INTERRUPTED, "interrupted", (), common)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        _write(f"{error.format_message()}\n")
        return error.exit_code
    if isinstance(error, click.ClickException):
        error = in_our_words(error)
    if isinstance(error, LongcaseError):
        return _tell(error.exit_code, error.message, error.hints, common)
    if isinstance(error, OSError):
        return _system_failed(error, common)
    return _internal(error, common)


def in_our_words(error: click.ClickException) -> LongcaseError:
    """Return click's own complaint in the form of all others: what, why, hints."""
    context = getattr(error, "ctx", None)
    where = context.command_path.removeprefix("longcase").strip() if context else ""
    message = _reason(error).rstrip(".")
    near = getattr(error, "possibilities", None) or ()
    hints = [f"did you mean {name}?" for name in near[:2]]
    if context:
        usage = " ".join(context.get_usage().split()).replace("Usage:", "usage:")
        hints += [*_before_the_command(error, context, where), usage, f"{context.command_path} --help"]
    return UsageProblem(f"{where}: {message}" if where else message, hints=tuple(hints))


def _before_the_command(error: click.ClickException, context: click.Context, where: str) -> list[str]:
    """Return what to type where an option stands behind the command that stands before it."""
    name = error.option_name if isinstance(error, click.NoSuchOption) else ""
    known = any(name in one.opts for one in context.find_root().command.params)
    return [f"{name} stands before the command: longcase {name} ... {where}"] if known and where else []


def _reason(error: click.ClickException) -> str:
    """Return click's message in lower case and without its suggestion, which becomes a hint."""
    given = error.message if isinstance(error, click.NoSuchOption) else error.format_message()
    words = " ".join(given.split())
    return words[:1].lower() + words[1:]


def _system_failed(error: OSError, common: Common) -> int:
    what = error.filename if isinstance(error.filename, str) else "input or output failed"
    _tell(INPUT_OUTPUT, f"{what}: {error.strerror or error}", (), common)
    _silence(sys.stdout)
    return INPUT_OUTPUT


def _internal(error: BaseException, common: Common) -> int:
    what = " ".join(f"{type(error).__name__}: {error}".split())
    damaged = "longcase doctor --deep says whether the store is damaged, which can be the cause"
    return _tell(INTERNAL, f"internal error: {what[:300]}", (keep_details(error), damaged), common)


def keep_details(error: BaseException) -> str:
    """Keep the details of a fault in a file, and return in words where they are."""
    try:
        return f"the details are in {_written(error)}; please send them with a report of the fault"
    except OSError as failure:
        return f"no details were written ({failure}); LONGCASE_DEBUG=1 shows them"


def _written(error: BaseException) -> str:
    """Write the traceback to a file that only the user may read, and return its path.

    What was typed is not written, since it may hold what a case is about.
    """
    import traceback
    from pathlib import Path
    from time import strftime

    from cli.input.folders import log_folder

    path = Path(log_folder(), f"error-{strftime('%Y%m%dT%H%M%S')}-{os.getpid()}.txt")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    details = f"Python {sys.version}\n{''.join(traceback.format_exception(error))}"
    path.write_text(_without_secrets(details), encoding="utf-8", errors="backslashreplace")
    return str(path)


def _show_traceback(error: BaseException) -> None:
    import traceback

    lines = (line for text in traceback.format_exception(error) for line in text.splitlines())
    _write("".join(f"{_shown(line)}\n" for line in lines))


def _silence(stream: TextIO) -> None:
    """Send what is still buffered nowhere, lest the interpreter fail on it at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
    except (OSError, ValueError):  # the stream is no file, so nothing of it outlives this process
        return
    os.close(nowhere)
