"""``longcase disclose``: cases given away, with what proves them, in a bundle; and that they were is recorded."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from cli.input.options import recording
from cli.output.progress import Progress
from cli.output.streams import receipt, say
from cli.session import signing, stores
from cli.session.recording import cut_off_hint, envelope, require_reason
from domain.errors import UsageProblem
from presentation.phrases import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo
    from typing import BinaryIO

    from application.app import Longcase
    from application.commands.disclosures import Disclosure
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions
    from domain.event import Entry
    from exchange.disclosure.bundle import Bundle, BundledCase
    from exchange.disclosure.checkpoints import BundleCheckpoints
    from transparency.keys import VerifierKey

_OUTPUT: Final = click.Path(path_type=Path)


class _Wanted(NamedTuple):
    """What is asked for: cases or an inspection, for whom, and what goes into the bundle beside them."""

    references: tuple[str, ...]
    inspection: str | None
    recipient: str
    since: int | None
    held: tuple[str, ...]
    policy: str | None


class _Planned(NamedTuple):
    """What will be recorded and bundled, all of it looked at: nothing of it is written yet."""

    given: Disclosure
    cases: Sequence[BundledCase]
    keys: Sequence[VerifierKey]
    checkpoints: BundleCheckpoints
    policy: bytes | None


@click.command()
@click.argument("references", metavar="[REF]...", nargs=-1)
@click.option("--inspection", metavar="I", help="The cases of all samples of the round I, and all headers.")
@click.option("--to", "recipient", metavar="WHOM", required=True, help="To whom they are given.")
@click.option("--output", metavar="FILE", required=True, type=_OUTPUT, help="The bundle, a ZIP file.")
@click.option(
    "--since",
    metavar="SIZE",
    type=click.IntRange(min=1),
    help="With the checkpoints from that of SIZE entries on.  [default: of the last disclosure to the round]",
)
@click.option(
    "--known", "held", metavar="FILE", multiple=True, help="A checkpoint that WHOM holds; may be given again."
)
@signing.POLICY
@recording
def disclose(entry: RecordingOptions, output: Path, **given: Any) -> None:
    """Give cases away whole, with what proves them, as a bundle that longcase-verify checks without Longcase.

    For the cases REF, a court's say, the bundle has nothing of any other case, and makes no claim to be complete.
    For a round of inspection it has the headers of all entries too, so that nothing can be left out unseen.

    That they were disclosed, to whom and why, is recorded in each case first, and in the round; it is no work on
    the case. The newest checkpoint must cover the cases: longcase log checkpoint makes one. A restricted case is
    disclosed by those who may read it. FILE is written whole or not at all, readable by its owner alone, never
    over another. The same --command-id again makes the same bundle again and records nothing.
    """
    wanted = _Wanted(**given)
    if bool(wanted.references) == (wanted.inspection is not None):
        raise UsageProblem("cases REF or --inspection I say what is disclosed, one of them")
    require_reason(entry, "a disclosure")
    signing.check_cryptography()
    with stores.at_work(entry.store_path, entry.today) as app, signing.told(), ExitStack() as stack:
        by = envelope(entry, app)
        plan = _planned(app, wanted, by)
        file = stack.enter_context(_written_to(output))
        done = _recorded(app, plan, by)
        with _said_if_cut_off(done.entry, by):
            with Progress("disclosing") as progress:
                _write(file, app, plan, done.entry, progress)
            stack.close()
        _answer(entry, output, plan, done, stores.zone(app.ledger))


@contextmanager
def _written_to(output: Path) -> Iterator[BinaryIO]:
    """Lend the file that becomes ``output`` at the end; raise ``UsageProblem`` if something is there."""
    from exchange.atomic_file import whole_path

    if output.is_symlink() or output.exists():
        hint = "a bundle is never written over anything: name another file"
        raise UsageProblem(f"{output} is there already", hints=(hint,))
    with whole_path(output, force=False) as beside, beside.open("w+b") as file:
        yield file


def _planned(app: Longcase, wanted: _Wanted, by: Envelope) -> _Planned:
    """Look at all that will be recorded and bundled; raise where it may not be, or could not be checked."""
    from application.commands.disclosures import Disclosure, recorded_by
    from application.signing.checkpoints import log_keys, log_origin
    from exchange.disclosure.bundle import bundled_cases
    from exchange.disclosure.checkpoints import (
        checkpoint_of,
        earlier_checkpoints,
        held_checkpoint,
        joined,
        newest_size,
    )

    origin, keys, ledger = log_origin(app.ledger), log_keys(app.ledger), app.ledger
    before = recorded_by(app, by.command_id)
    size: int = newest_size(ledger) if before is None else getattr(before.event, "size", 0)
    references, last = _cases(app, wanted, before)
    _check_readable(app, references, by)
    since = wanted.since if wanted.since is not None else last
    earlier = list(earlier_checkpoints(ledger, keys, since, size))
    held = [held_checkpoint(one, signing.content(one, "the checkpoint"), keys, size) for one in wanted.held]
    newest, policy = checkpoint_of(ledger, keys, size), signing.policy_in(wanted.policy)
    checkpoints = joined(signing.tree_of(ledger), newest, [*earlier, *held], policy)
    content = None if wanted.policy is None else signing.content(wanted.policy, "the policy")
    given = Disclosure(wanted.recipient, origin, size, wanted.inspection)
    return _Planned(given, bundled_cases(ledger, given, references), keys, checkpoints, content)


def _cases(app: Longcase, wanted: _Wanted, before: Entry | None) -> tuple[Sequence[str], int | None]:
    """Return the cases to be disclosed, and with which checkpoint the round's were the last time, if ever.

    A command that is given again has those of the time when it was recorded.
    """
    from application.commands.disclosures import recorded_names, round_before

    if wanted.inspection is None:
        return recorded_names(app, wanted.references), None
    found = round_before(app, wanted.inspection, before)
    cases = getattr(before.event, "cases", None) if before is not None else None
    return cases or sorted(found.drawn()), next(reversed(found.disclosed), None)


def _check_readable(app: Longcase, references: Sequence[str], by: Envelope) -> None:
    from domain.axes import LATEST
    from projections.views.access import Reader, Scope, left_out, readable_case

    for reference in references:
        view = readable_case(Scope(app.ledger, LATEST, Reader(by.actor, by.role)), reference)
        if view.unread:
            raise left_out(view.unread)


def _recorded(app: Longcase, plan: _Planned, by: Envelope) -> Receipt:
    from application.commands.disclosures import disclose as record

    return record(app, [one.reference for one in plan.cases], plan.given, by)


@contextmanager
def _said_if_cut_off(recorded: Entry, by: Envelope) -> Iterator[None]:
    """Say, where no bundle could be written, that the disclosure is recorded, and how the bundle is made."""
    try:
        yield
    except BaseException as error:
        say(f"the disclosure is recorded, at position {recorded.position}, and there is no bundle")
        say(cut_off_hint(by.command_id))
        if isinstance(error, OSError):
            raise UsageProblem(f"the bundle cannot be written: {error.strerror or error}") from error
        raise


def _write(file: BinaryIO, app: Longcase, plan: _Planned, recorded: Entry, progress: Progress) -> None:
    from exchange.disclosure.bundle import write_bundle

    write_bundle(file, app.ledger, signing.tree_of(app.ledger), _bundle(app, plan, recorded), progress.advance)


def _bundle(app: Longcase, plan: _Planned, recorded: Entry) -> Bundle:
    """Return what the bundle is made of; its instant is that of the entry, so that it can be made again."""
    from domain.rulebook.default import default_of
    from domain.rulebook.versions import versions_of_entries
    from exchange.disclosure.bundle import Bundle
    from projections.views.rulebooks import adoptions

    at = recorded.recorded_at
    return Bundle(
        given=plan.given,
        reason=recorded.event.reason or "",
        made_at=at,
        zone=stores.zone(app.ledger),
        program=_version(),
        cases=plan.cases,
        checkpoints=plan.checkpoints,
        keys=plan.keys,
        rulebooks=versions_of_entries(default_of(app.ledger.settings()), adoptions(app.ledger, at)),
        policy=plan.policy,
    )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("longcase")
    except PackageNotFoundError:
        return "unknown"


def _answer(entry: RecordingOptions, output: Path, plan: _Planned, done: Receipt, zone: tzinfo) -> None:
    from application.commands.disclosures import receipts

    entries = [{"event": one.entry.topic, "position": one.entry.position} for one in receipts(done)]
    fields = {
        "path": str(output.absolute()),
        "kind": "case" if plan.given.inspection is None else "inspection",
        "origin": plan.given.log,
        "size": plan.given.size,
        "to": plan.given.recipient,
        "cases": [one.reference for one in plan.cases],
        "earlier": [one.checkpoint.size for one in plan.checkpoints.earlier],
        "entries": entries,
        "repeated": done.repeated,
        "command_id": done.entry.command_id.hex(),
    }
    cases = number(len(plan.cases), "case", "cases")
    again = ", recorded before" if done.repeated else f", recorded at position {done.entry.position}"
    sentence = f"{output}: {cases}, up to position {plan.given.size}, for {plan.given.recipient}{again}"
    receipt(fields, sentence, entry, zone)
    sys.stdout.flush()
