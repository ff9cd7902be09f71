"""A batch in a store that is open: each line carried out, alone or with others, and what became of it told."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from application.groups import OneRefused, Recent, is_refusal, record_together
from cli.input.requests import RecordingOptions
from cli.session import stores
from cli.session.recording import OF_CASES, fields_of, nothing_else, talk_of, told, told_beside
from domain.cases.flags import Growth
from domain.errors import LongcaseError, UsageProblem
from presentation.formats import exported, json_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from application.groups import RecordedGroup
    from cli.input.lines import BatchLine
    from cli.input.requests import People
    from cli.session.line_commands import LineCommands
    from cli.session.recording import Changes


_MOST_HELD: Final = 100_000
"""How many entries of cases are held at most, so that those that come up again need not be judged anew."""


class Answer(NamedTuple):
    """What became of a line: its JSON, its talk, and why it was refused, if it was."""

    number: int
    json: bytes
    talk: Sequence[str]
    refusal: LongcaseError | None = None
    repeated: bool = False


class _Taken(NamedTuple):
    """What a command was given as, beside what it does."""

    name: str
    also: Callable[[Receipt], Changes]
    talk: Sequence[str]
    done: Receipt


class LineRecorder:
    """Carries lines out. It stands in ``Common.batch`` meanwhile, and is called in the place of ``carry_out``."""

    def __init__(self, app: Longcase, commands: LineCommands, *, on_server: bool) -> None:
        """Record with ``app``, whose store is ``on_server`` or in a file."""
        self._app, self._commands, self._on_server = app, commands, on_server
        self._zone: tzinfo | None = None
        self._people = lru_cache(1_000)(_people)
        self._command_id = b""
        self._taken: _Taken | None = None
        self._talk = io.StringIO()
        self._cases = _Cases()
        self._recent = Recent()

    def __call__(
        self,
        entry: RecordingOptions,
        name: str,
        command: Callable[[Longcase, Envelope], Receipt],
        also: Callable[[Receipt], Changes],
    ) -> None:
        """Carry out the command of the line that is being worked on, as one of its own or of the group."""
        done = command(self._app, self._envelope(entry))
        self._taken = _Taken(name, also, (), done)

    def _envelope(self, entry: RecordingOptions) -> Envelope:
        if entry.at is not None and self._zone is None:
            self._zone = stores.zone(self._app.ledger)
        people = self._people(entry.actor, entry.role, entry.on_behalf_of)
        return entry.envelope(self._zone or UTC, self._app.clock(), people, self._command_id)

    def record(self, lines: Sequence[BatchLine], *, all_or_none: bool) -> list[Answer]:
        """Record lines in one transaction, and return what became of each.

        With ``all_or_none`` they are those that were refused, if any was: then nothing is recorded. A single one
        goes to a server as any command does, in one statement; in a file it gains by what the last one read.
        """
        if self._on_server and len(lines) == 1 and not all_or_none:
            return [self._alone(lines[0])]
        return self._together(lines, all_or_none=all_or_none)

    def _alone(self, line: BatchLine) -> Answer:
        confirmed = self._app.clock_confirmed
        try:
            call = self._call_of(line)
            with redirect_stderr(self._talk):
                taken = self._carried_out(line, call)
        except LongcaseError as error:
            if not is_refusal(error):
                raise
            self._app.clock_confirmed = confirmed  # (what is refused carries no mark)
            return refused(line, error)
        return _answer(line, taken, taken.done, self._cases.before(taken.done))

    def _together(self, lines: Sequence[BatchLine], *, all_or_none: bool) -> list[Answer]:
        calls = [self._understood(line) for line in lines]
        faulty = [refused(line, call) for line, call in zip(lines, calls, strict=True) if not callable(call)]
        if all_or_none and faulty:
            return faulty
        taken: dict[int, _Taken] = {}
        works = [self._work(place, line, calls[place], taken) for place, line in enumerate(lines)]
        try:
            with redirect_stderr(self._talk):
                group = record_together(self._app, works, all_or_none=all_or_none, recent=self._recent)
        except OneRefused as one:
            return [refused(lines[one.place], one.error)]
        return [
            refused(line, found) if isinstance(found, LongcaseError) else self._settled(line, taken[place], group)
            for place, (line, found) in enumerate(zip(lines, group.outcomes, strict=True))
        ]

    def _understood(self, line: BatchLine) -> Callable[[], Any] | LongcaseError:
        try:
            return self._call_of(line)
        except LongcaseError as error:
            return error

    def _work(
        self, place: int, line: BatchLine, call: Callable[[], Any] | LongcaseError, taken: dict[int, _Taken]
    ) -> Callable[[], Receipt]:
        def work() -> Receipt:
            if isinstance(call, LongcaseError):
                raise call
            taken[place] = self._carried_out(line, call)
            return taken[place].done

        return work

    def _call_of(self, line: BatchLine) -> Callable[[], Any]:
        if line.content is None:
            from cli.input.lines import LONGEST

            hint = "record where the whole of it is kept instead"
            raise UsageProblem(f"the line is longer than {LONGEST:,} bytes", hints=(hint,))
        return self._commands.call_of(line.content)

    def _carried_out(self, line: BatchLine, call: Callable[[], Any]) -> _Taken:
        self._command_id, self._taken = line.command_id, None
        try:
            call()
        finally:
            talk = self._said()
        taken: _Taken = self._taken  # type: ignore[assignment]  # each command of a batch comes to __call__
        return taken._replace(talk=talk) if talk else taken

    def _said(self) -> Sequence[str]:
        """Return what the command said on standard error, without the mark before each line."""
        if not self._talk.tell():
            return ()
        said = self._talk.getvalue().splitlines()
        self._talk.seek(0)
        self._talk.truncate()
        return [line.removeprefix("! ") for line in said]

    def _settled(self, line: BatchLine, taken: _Taken, group: RecordedGroup) -> Answer:
        """Return the answer about a line of a group, by the instants that the ledger gave its entries."""
        done = _with_times(taken.done, group, whole=taken.also is not nothing_else)
        return _answer(line, taken, done, self._cases.before(done, group))


def _people(actor: str | None, role: str | None, on_behalf_of: str | None) -> People:
    """Return who acts, in which role and for whom, by what a line says of it."""
    return RecordingOptions(actor=actor, role=role, on_behalf_of=on_behalf_of).people()


class _Cases:
    """The cases that were recorded in last, as far as the flags of their next entries rest on them."""

    def __init__(self) -> None:
        self._held: dict[bytes, Growth] = {}
        self._entries = 0

    def before(self, done: Receipt, group: RecordedGroup | None = None) -> Growth | None:
        """Return a case as it stood before what was recorded, with a ``group`` or alone, and is added to it then.

        ``None`` if it is no case, or if nothing was recorded but long ago.
        """
        if done.repeated or not done.entry.topic.startswith(OF_CASES):
            return None
        stream, version = done.entry.stream, len(done.before)
        found = self._held.get(stream)
        if found is None or found.version != version:
            if self._entries > _MOST_HELD:
                self._held.clear()
                self._entries = 0
            found = self._held[stream] = Growth(done.before if group is None else group.settled(done.before))
            self._entries += version
        self._entries += len(done.entries)
        return found


def _with_times(done: Receipt, group: RecordedGroup, *, whole: bool) -> Receipt:
    """Return a receipt with the instants that the ledger gave, ``whole`` with those of what was there before."""
    beside = None if done.beside is None else _with_times(done.beside, group, whole=True)
    before = group.settled(done.before) if whole or done.repeated else done.before
    return msgspec.structs.replace(done, entries=group.settled(done.entries), before=before, beside=beside)


def _answer(line: BatchLine, taken: _Taken, done: Receipt, case: Growth | None) -> Answer:
    all_told = (told(taken.name, done, taken.also(done), case), *told_beside(done))
    fields = {"line": line.number, **fields_of(all_told)}
    if taken.also is not nothing_else:
        fields = exported(fields, UTC)
    talk = (*talk_of(all_told), *taken.talk)
    return Answer(line.number, json_bytes(fields), talk, repeated=done.repeated)


def refused(line: BatchLine, error: LongcaseError) -> Answer:
    """Return the answer about a line that was refused."""
    fields = {"line": line.number, "refused": error.message, "hints": error.hints, "exit_code": error.exit_code}
    return Answer(line.number, json_bytes(fields), (), error)
