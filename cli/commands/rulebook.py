"""``longcase rulebook check`` and ``adopt``: a file of rules tried, and adopted from a day on."""

from __future__ import annotations

import os
import sys
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

import click

from application.commands import rulebooks
from application.small_file import NoSmallFile, small_bytes
from cli.input.options import reading, recording
from cli.output.streams import Shape, present, say, say_out
from cli.session import stores as session
from cli.session.recording import carry_out, instant_of
from domain.axes import Axes
from domain.errors import UsageProblem
from domain.rulebook.events import Adopted
from domain.toml import OutOfBounds, decoded
from ledger import stores
from presentation.instants import AsOf
from presentation.phrases import at
from presentation.rules import in_lines

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions, View
    from domain.rulebook.diff import Change
    from domain.rulebook.model import Rulebook
    from domain.rulebook_toml.reader import Problem

LARGEST: Final = 500_000
"""How many bytes a file of rules has at most; the one that ships has twelve thousand."""

UNSOUND: Final = 2
"""The exit code where a file cannot be adopted: that of any other thing that was written wrongly."""

_PROBLEMS: Final = Shape("problems", ("file", "line", "message"), ())


@click.command()
@click.argument("file", metavar="FILE")
@reading(axes=False)
def check(view: View, file: str) -> int:
    """Say what is wrong with the rulebook in FILE, each with its line, or what it would change.

    The exit code is 2 if anything is wrong. - reads from standard input.
    """
    from application.vocabulary import shipped

    text = _text(file)
    found = rulebooks.problems_of(text, shipped())
    if found:
        return _complain(file, found, view)
    book, against, changes = _compared(text, view)
    _present([], view, {"sound": True, "changes": [one._asdict() for one in changes]})
    if view.format == "table":
        for line in in_lines(changes):
            say_out(line)
        sys.stdout.flush()
    differs = f"{len(changes)} {'change' if len(changes) == 1 else 'changes'}" if changes else "no change"
    say(f"{file}: nothing is wrong with its {len(book.standards)} standards; {differs}, compared with {against}")
    return 0


def _complain(file: str, found: list[Problem], view: View) -> int:
    if view.format == "table":
        for line, message in found:
            say_out(f"{file}:{line}: {message}")
    _present([{"file": file, **one._asdict()} for one in found], view, {"sound": False, "changes": []})
    return UNSOUND


def _present(items: list[dict[str, Any]], view: View, extra: dict[str, Any]) -> None:
    if view.format != "table":
        now = session.now()
        present(items, _PROBLEMS, view._replace(limit=0), AsOf(Axes(now, now), UTC, now), extra=extra)


def _compared(text: str, view: View) -> tuple[Rulebook, str, list[Change]]:
    """Return the rulebook of a text, what it was compared with, in words, and what it changes of it."""
    from domain.rulebook.default import NEWEST, shipped
    from domain.rulebook.diff import changes
    from domain.rulebook_toml.reader import read, without_holidays

    path = view.store_path
    if not stores.on_server(path) and not os.path.lexists(path):
        there = "the rulebook that ships, since there is no store yet"
        book = read(text)
        return book, there, changes(without_holidays(shipped(NEWEST)), book)
    from projections.views.rulebooks import in_force

    with session.lent_to_read(path, standby=view.standby, wait_for=view.wait_for) as ledger:
        old = in_force(ledger, session.now_of(ledger)[0]).rulebook
        book = read(text, ledger.setting("zone"))
    return book, f"the rulebook in force, {old.title!r}", changes(without_holidays(old), book)


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--from", "since", metavar="DAY", required=True, help="The day on which it takes effect.")
@recording
def adopt(entry: RecordingOptions, file: str, since: str) -> None:
    """Adopt the rulebook in FILE from DAY on, with the bank holidays as they are known today.

    DAY is to come, unless no case has been reported yet: what is waited for already keeps the rules under which
    it began. - reads from standard input.
    """
    text = _text(file)

    def command(app: Longcase, by: Envelope) -> Receipt:
        effective = instant_of(app, since, "--from")
        before = rulebooks.versions(app).at(effective)
        done = rulebooks.adopt(app, text, effective, by, source=file)
        if not done.repeated:
            _say_adopted(before, done.entry.event, at(effective, session.zone(app.ledger)))
        return done

    carry_out(entry, "rulebook", command)


def _say_adopted(before: Rulebook, event: Any, since: str) -> None:
    from domain.rulebook.diff import changes

    if isinstance(event, Adopted):
        found = changes(before, event.rulebook)
        what = f"of {before.title!r} it changes:" if found else f"it says what {before.title!r} says"
        say(f"{event.rulebook.title!r} takes effect on {since}; {what}")
        for line in in_lines(found):
            say(f"  {line}")


def _text(file: str) -> str:
    """Return the text of a file, or of standard input; raise ``UsageProblem`` if it cannot be read."""
    content = _content(file)
    if len(content) > LARGEST:
        raise UsageProblem(f"{file} is longer than {LARGEST:,} bytes, and so no rulebook")
    try:
        return decoded(content)
    except OutOfBounds as error:
        raise UsageProblem(f"{file}:{error.line}: {error}") from error


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        return small_bytes(file, LARGEST)
    except NoSmallFile as error:
        raise UsageProblem(f"{file} cannot be read: {error}", hints=("- reads standard input",)) from error
    except OSError as error:
        raise UsageProblem(f"{file} cannot be read: {error.strerror or error}") from error
