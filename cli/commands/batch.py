"""``longcase batch``: many commands, one a line, each with its answer."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from cli.errors import complain
from cli.input.lines import lines_of
from cli.input.options import STORE, TODAY
from cli.input.profile import store_path
from cli.input.requests import Common
from cli.output.streams import say
from cli.session import stores
from cli.session.batch import LineRecorder
from cli.session.line_commands import LineCommands
from domain.errors import LongcaseError, Refused, UsageProblem
from ledger.stores import on_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cli.input.lines import BatchLine
    from cli.session.batch import Answer

MOST: Final = 10_000
"""How many lines are recorded together at most: others cannot write meanwhile."""

MOST_BYTES: Final = 64 * 2**20
"""How many bytes the lines have at most that are recorded together: 64 MiB."""

_ADVICE: Final = (
    "put right what was refused in a file of its own: here, all behind a changed line would be recorded again"
)


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--group",
    metavar="N",
    type=click.IntRange(1, MOST),
    default=1,
    show_default=True,
    help="Commit N lines together, and answer then.",
)
@click.option("--all-or-none", is_flag=True, help="Record all lines together, or nothing if one is refused.")
@click.option("--actor", metavar="ID", help="Who acts, where a line does not say.  [env: LONGCASE_ACTOR]")
@click.option("--role", metavar="ROLE", help="In which role, likewise.  [env: LONGCASE_ROLE]")
@TODAY
@STORE
@click.pass_context
def batch(  # noqa: PLR0913  (what the command line may say)
    context: click.Context,
    *,
    file: str,
    group: int,
    all_or_none: bool,
    actor: str | None,
    role: str | None,
    today: str | None,
    store: str | None,
) -> int:
    """Record the commands in FILE, one a line, and answer each with a line of JSON; - reads standard input.

    A line is a JSON object: {"command": "act", "reference": "IMG-0417", "kind": "child-seen"}. Its keys are the
    arguments and options of the command, which is one of those under Record in longcase --help.

    A line that is refused is answered with the reason, the others go on, and the exit code is 3. The same file
    given again adds nothing twice.
    """
    if all_or_none and group != 1:
        raise UsageProblem("--all-or-none is one group already", hints=("leave --group out",))
    common = context.ensure_object(Common)
    common.actor, common.role = actor or common.actor, role or common.role
    written = _Answers()
    path = store_path(common.store if store is None else store)
    with _opened(file) as source, stores.at_work(path, today) as app:
        work = common.batch = LineRecorder(app, LineCommands(context), on_server=on_server(path))
        with written.told():
            for lines in _groups(lines_of(source), group, all_or_none=all_or_none):
                written.begin(lines)
                written.write(work.record(lines, all_or_none=all_or_none))
    return written.exit_code(all_or_none=all_or_none)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        source = open(file, "rb")  # noqa: PTH123, SIM115  (a pipe may be named too)
    except OSError as error:
        hint = "- reads standard input"
        raise UsageProblem(f"{file} cannot be read: {error.strerror or error}", hints=(hint,)) from error
    with source:
        yield source


def _groups(lines: Iterator[BatchLine], count: int, *, all_or_none: bool) -> Iterator[list[BatchLine]]:
    """Yield the lines that are recorded together, all of them read before the first is recorded."""
    while group := _next(lines, MOST + 1 if all_or_none else count):
        if all_or_none and (len(group) > MOST or next(lines, None) is not None):
            why = (
                f"over {MOST:,} lines or {MOST_BYTES >> 20} MiB are not recorded together: others wait meanwhile"
            )
            raise UsageProblem(why, hints=("give them as several files, or leave --all-or-none out",))
        yield group


def _next(lines: Iterable[BatchLine], count: int) -> list[BatchLine]:
    found: list[BatchLine] = []
    size = 0
    for line in islice(lines, count):
        found.append(line)
        size += len(line.content or b"")
        if size > MOST_BYTES:
            break
    return found


class _Answers:
    """Writes the answers, counts them, and says what became of the lines if the batch is cut off."""

    def __init__(self) -> None:
        self._counts = {"recorded": 0, "recorded before": 0, "refused": 0}
        self._working: list[BatchLine] = []

    def begin(self, lines: list[BatchLine]) -> None:
        """Note the lines that are being recorded."""
        self._working = lines

    def write(self, answers: list[Answer]) -> None:
        """Write what became of lines that are recorded now, or refused."""
        out = sys.stdout.buffer
        out.write(b"".join([b"%b\n" % one.json for one in answers]))
        out.flush()
        self._working = []
        for one in answers:
            for line in one.talk:
                say(f"! line {one.number}: {line}")
            if one.refusal is not None:
                complain(f"line {one.number}: {one.refusal.message}", one.refusal.hints)
            self._counts["refused" if one.refusal else "recorded before" if one.repeated else "recorded"] += 1

    @contextmanager
    def told(self) -> Iterator[None]:
        """If the batch ends before its end, say which lines are not answered, and what to do."""
        try:
            yield
        except BaseException as error:
            if self._working:
                first, last = self._working[0].number, self._working[-1].number
                which = f"line {first}" if first == last else f"lines {first} to {last}"
                say(f"cut off: {which} may or may not be recorded, and nothing behind")
            elif not isinstance(error, LongcaseError):
                say("cut off: what is answered is recorded, and nothing else")
            if self._working or not isinstance(error, LongcaseError):
                say("  hint: give the same lines again: what is recorded is not recorded twice")
            raise

    def exit_code(self, *, all_or_none: bool) -> int:
        """Say how many lines came to what, and return the exit code."""
        counted = ", ".join(f"{count:,} {what}" for what, count in self._counts.items() if count)
        if self._counts["refused"] and all_or_none:
            say("nothing is recorded, since a line was refused")
        else:
            say(f"lines: {counted or 'none'}")
        if not self._counts["refused"]:
            return 0
        if self._counts["recorded"] or self._counts["recorded before"]:
            say(f"  hint: {_ADVICE}")
        return Refused.exit_code
