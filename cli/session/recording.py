"""What all recording commands share: the envelope, the receipt, and what is irregular about the entry."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
import msgspec

from application.envelope import new_command_id
from cli.input.options import recording, with_options
from cli.input.parameters import name as name_argument
from cli.input.requests import common
from cli.output.streams import receipt, say, say_out
from cli.session import stores
from cli.session.receipt_words import in_one_line, warnings
from domain.cases.belief import believe
from domain.cases.children import MATTERS
from domain.cases.events import ActionRecorded
from domain.cases.flag_names import without_text
from domain.cases.flags import Growth
from domain.cases.fold import fold
from domain.cases.restrictions import may_read
from domain.errors import LongcaseError, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions
    from domain.instant import Instant

Changes = dict[str, dict[str, Any]]

OF_CASES: Final = "case."
"""What the stored names of the events of cases begin with."""


def recording_command(
    subject: str,
    metavar: str,
    verb: str,
    command: Callable[..., Receipt],
    *options: Callable[[Any], Any],
    summary: str,
    reasoned: str | None = None,
) -> click.Command:
    """Return the command ``verb``, which carries out ``command`` on what its argument ``subject`` names.

    ``command`` takes each argument and option by its name; ``reasoned`` is what cannot be without ``--reason``.
    """

    def run(entry: RecordingOptions, **given: Any) -> None:
        if reasoned is not None:
            require_reason(entry, reasoned)
        carry_out(entry, given[subject], lambda app, by: command(app, by=by, **given))

    taking = with_options((name_argument(subject, metavar=metavar), *options), recording(run))
    return click.command(verb, help=summary)(taking)


case_command: Final = partial(recording_command, "reference", "REF")
"""``recording_command`` on a case."""


def nothing_else(_done: Receipt) -> Changes:
    """Return that nothing is to be said beside what was recorded."""
    return {}


def carry_out(
    entry: RecordingOptions,
    name: str,
    command: Callable[[Longcase, Envelope], Receipt],
    also: Callable[[Receipt], Changes] = nothing_else,
    beside: Callable[[Longcase, Receipt], Beside] | None = None,
) -> None:
    """Carry out a command on the case or officer ``name``, and say what was recorded; or hand it to the batch.

    ``also`` returns what else is to be said: fields with their values ``before`` and ``after``. ``beside`` looks
    up what is worth knowing about what was recorded, which no batch waits for.

    Raises ``UsageProblem`` for a faulty envelope, and whatever the command raises.
    """
    batch = common().batch
    if batch is not None:
        batch(entry, name, command, also)
        return
    with stores.at_work(entry.store_path, entry.today) as app:
        by = envelope(entry, app)
        with reported_if_cut_off(lambda: _fate(app), by.command_id):
            done = command(app, by)
        recorded = f"the entry is recorded, at position {done.entry.position}"
        with reported_if_cut_off(lambda: recorded, by.command_id):
            found = None if beside is None else beside(app, done)
            _answer(entry, [told(name, done, also(done)), *told_beside(done)], found)
            sys.stdout.flush()


def envelope(entry: RecordingOptions, app: Longcase) -> Envelope:
    """Return the entry's envelope with a command id for certain; raise ``UsageProblem`` if it is faulty.

    The store's zone is looked up only for ``--at``: loading a zone costs a cold start milliseconds.
    """
    zone = UTC if entry.at is None else stores.zone(app.ledger)
    by = entry.envelope(zone, app.clock())
    return by if by.command_id else msgspec.structs.replace(by, command_id=new_command_id())


def instant_of(app: Longcase, typed: str, name: str, *, through: bool = False) -> Instant:
    """Return the instant that was typed as ``name``; of a day alone its start, or its end to go ``through``."""
    from presentation.instants import Edge, parse_instant

    edge = Edge.NEXT if through else Edge.FIRST
    return parse_instant(typed, zone=stores.zone(app.ledger), now=app.clock(), edge=edge, name=name)


def require_reason(entry: RecordingOptions, what: str) -> None:
    """Raise ``UsageProblem`` unless ``--reason`` was given; ``what`` is what needs one."""
    if not entry.reason:
        raise UsageProblem(f"{what} needs a reason", hints=("give --reason TEXT",))


def refuse_version(entry: RecordingOptions, what: str) -> None:
    """Raise ``UsageProblem`` if ``--if-version`` was given; ``what`` has no one number of entries."""
    if entry.if_version is not None:
        raise UsageProblem(f"--if-version: {what} is not of one case", hints=("leave it out",))


def _fate(app: Longcase) -> str:
    return "the entry may or may not be recorded" if app.sent else "nothing was recorded this time"


@contextmanager
def reported_if_cut_off(fate: Callable[[], str], command_id: bytes) -> Iterator[None]:
    """If the user, a full disk or a fault cuts the command off, say what became of it, and what to do."""
    try:
        yield
    except LongcaseError:
        raise
    except BaseException:
        say(f"cut off: {fate()}")
        say(cut_off_hint(command_id))
        raise


def cut_off_hint(command_id: bytes) -> str:
    """Return what to do about a command that was cut off."""
    return f"  hint: repeat it with --command-id {id_in_words(command_id)}: it is never recorded twice"


def _consequences(done: Receipt, case: Growth) -> dict[int, list[str]]:
    """Return, by version, the flags that are new with these entries, theirs and those of others."""
    if not done.entry.topic.startswith(OF_CASES):
        return {entry.version: list(entry.event.flags) for entry in done.entries if entry.event.flags}
    return case.take(done.entries)


def readable_by_actor(done: Receipt) -> bool:
    """Say whether whoever acted may read the case: if not, they are told that it is recorded, and no more."""
    return may_read(fold(believe(done.before + done.entries).entries), done.entry.actor, done.entry.role)


class Beside(NamedTuple):
    """What is told beside what was recorded: fields of the JSON, and what shows them, both in a ``zone``."""

    fields: Mapping[str, Any]
    show: Callable[[], None]
    zone: tzinfo


class Told(NamedTuple):
    """What is said of the entries that were recorded in one case or register."""

    fields: dict[str, Any]
    sentence: Callable[[], str]
    changes: Changes
    talk: Sequence[str]


def told(name: str, done: Receipt, changes: Changes, case: Growth | None = None) -> Told:
    """Return what is said of what was recorded on ``name``; ``case`` is the case before it, where it is known."""
    case = case or Growth(done.before)
    new = _consequences(done, case)
    readable = not case.restricted or readable_by_actor(done)
    if not readable:
        new, changes = {version: without_text(found) for version, found in new.items()}, {}
    talk = [*(warnings(done, new) if new else ()), *(_about_whom(done) if readable else ())]
    sentence = partial(in_one_line, name, done, readable=readable)
    fields = _fields(name, done, new)
    return Told(fields | changes if changes else fields, sentence, changes, talk)


def told_beside(done: Receipt) -> Iterator[Told]:
    """Yield what is said of the entry in another case that was recorded with the first, if there is one."""
    second = done.beside
    if second is not None:
        yield told(fold(believe(second.before).entries).reference, second, {})


def fields_of(told: Sequence[Told]) -> dict[str, Any]:
    """Return the fields of a receipt: those of the first, with those of the second beside it."""
    first, *beside = told
    return first.fields | {"beside": beside[0].fields} if beside else first.fields


def talk_of(told: Sequence[Told]) -> Iterator[str]:
    """Yield the lines of talk about what was recorded, without the mark before each."""
    for place, each in enumerate(told):
        yield from (f"{each.fields['reference']} {line}" if place else line for line in each.talk)


def _answer(entry: RecordingOptions, told: Sequence[Told], found: Beside | None) -> None:
    first, *beside = told
    more, zone = ({}, UTC) if found is None else (found.fields, found.zone)
    receipt({**fields_of(told), **more}, first.sentence(), entry, zone)
    if entry.format != "json":
        _show_changes(first.changes)
        for each in beside:
            say_out(each.sentence())
        if found is not None:
            found.show()
    for line in talk_of(told):
        say(f"! {line}")


def _about_whom(done: Receipt) -> Iterator[str]:
    """Yield what is to be said of whom actions are about, in a case of several children."""
    for entry in done.entries:
        event = entry.event
        if not isinstance(event, ActionRecorded) or done.repeated or not (event.child or event.kind in MATTERS):
            continue
        from cli.session.children import whom_it_is_about  # (most actions leave no doubt)

        remark = whom_it_is_about(entry, done.before)
        if remark is not None:
            yield remark


def _show_changes(changes: Changes) -> None:
    if not changes:
        return
    from presentation.formats import exported  # (only a correction has any)

    for when, values in changes.items():
        for field, value in exported(values, UTC).items():
            text = ", ".join(map(str, value)) if isinstance(value, list) else value
            first, *rest = str("none" if text in (None, "") else text).splitlines()
            say_out(f"  {when}: {field} {first}")
            for line in rest:
                say_out(f"    {line}")


def _fields(name: str, done: Receipt, new: Mapping[int, list[str]]) -> dict[str, Any]:
    first, recorded = done.entry, {each.version for each in done.entries}
    affected = [{"version": at, "flags": found} for at, found in new.items() if at not in recorded]
    return {
        "position": first.position,
        "reference": name,
        "version": first.version,
        "event": first.topic,
        "repeated": done.repeated,
        "command_id": id_in_words(first.command_id),
        "flags": list(new.get(first.version, ())),
        "affected": affected,
    }


def id_in_words(command_id: bytes) -> str:
    """Return a command's id as a UUID is written: at a third of what the class of that name takes."""
    digits = command_id.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
