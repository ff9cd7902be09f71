"""``longcase disclose``: cases given away, with what proves them, in a bundle; and that they were is recorded."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import recording
from cli.output.progress import Progress
from cli.output.streams import receipt, say
from cli.session import signing, stores
from cli.session.recording import cut_off_hint, envelope, refuse_version, require_reason
from domain.errors import StoreError, UsageProblem
from presentation.phrases import number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from application.app import Longcase
    from application.envelope import Receipt
    from cli.input.requests import RecordingOptions
    from exchange.disclosure.planning import Plan, Wanted

_OUTPUT: Final = click.Path(path_type=Path)


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

    For the cases REF, for a court, say, the bundle has nothing of other cases, and makes no claim to be complete.
    For a round of inspection it has the headers of all entries too, so that nothing can be left out unseen.

    That they were disclosed, to whom and why, is recorded in each case first, and in the round; it is no work on
    the case. The newest checkpoint must cover the cases: longcase log checkpoint makes one. A restricted case is
    disclosed by those who may read it. FILE is written whole or not at all, readable by its owner alone, never
    over another. The same --command-id again makes the same bundle again and records nothing.
    """
    wanted = _wanted(**given)
    require_reason(entry, "a disclosure")
    refuse_version(entry, "a disclosure")
    signing.check_cryptography()
    with stores.at_work(entry.store_path, entry.today) as app, signing.told(), ExitStack() as stack:
        from exchange.disclosure.planning import planned, recorded

        by = envelope(entry, app)
        plan = planned(app, wanted, by)
        file = stack.enter_context(_written_to(output))
        done = recorded(app, plan, by)
        with _said_if_cut_off(done):
            _write(file, app, plan, done)
            stack.close()
        _answer(entry, output, plan, done)


def _wanted(references: tuple[str, ...], held: tuple[str, ...], policy: str | None, **given: Any) -> Wanted:
    from exchange.disclosure.planning import Wanted

    if bool(references) == (given["inspection"] is not None):
        raise UsageProblem("cases REF or --inspection I say what is disclosed, one of them")
    read = signing.policy_in(policy)
    return Wanted(
        references,
        held=[(one, signing.content(one, "the checkpoint")) for one in held],
        policy=None if policy is None or read is None else (signing.content(policy, "the policy"), read),
        **given,
    )


@contextmanager
def _written_to(output: Path) -> Iterator[BinaryIO]:
    """Lend the file that becomes ``output`` at the end; raise ``UsageProblem`` if something is there."""
    from exchange.atomic_file import whole_path

    if output.is_symlink() or output.exists():
        hint = "a bundle is never written over anything: name another file"
        raise UsageProblem(f"{output} is there already", hints=(hint,))
    with whole_path(output, force=False) as beside, beside.open("w+b") as file:
        yield file


@contextmanager
def _said_if_cut_off(done: Receipt) -> Iterator[None]:
    """Say, where no bundle could be written, that the disclosure is recorded, and how the bundle is made."""
    try:
        yield
    except BaseException as error:
        say(f"the disclosure is recorded, at position {done.entry.position}, and there is no bundle")
        say(cut_off_hint(done.entry.command_id))
        if isinstance(error, OSError):
            raise StoreError(f"the bundle cannot be written: {error.strerror or error}") from error
        raise


def _write(file: BinaryIO, app: Longcase, plan: Plan, done: Receipt) -> None:
    from exchange.disclosure.bundle import write_bundle
    from exchange.disclosure.planning import bundle_of

    with Progress("disclosing") as progress:
        bundle = bundle_of(app, plan, done, _version())
        write_bundle(file, app.ledger, signing.tree_of(app.ledger), bundle, progress.advance)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("longcase")
    except PackageNotFoundError:
        return "unknown"


def _answer(entry: RecordingOptions, output: Path, plan: Plan, done: Receipt) -> None:
    from application.commands.disclosures import receipts

    given, entries = plan.given, [one.entry for one in receipts(done)]
    fields = {
        "path": str(output.absolute()),
        "kind": "case" if given.inspection is None else "inspection",
        "origin": given.log,
        "size": given.size,
        "to": given.recipient,
        "inspection": given.inspection,
        "cases": [one.reference for one in plan.cases],
        "earlier": [one.checkpoint.size for one in plan.checkpoints.earlier],
        "entries": [{"event": one.topic, "position": one.position, "version": one.version} for one in entries],
        "repeated": done.repeated,
        "command_id": done.entry.command_id.hex(),
    }
    cases = number(len(plan.cases), "case", "cases")
    where = f"{'recorded before' if done.repeated else 'recorded'} at position {entries[0].position}"
    sentence = f"{output}: {cases}, up to position {given.size}, for {given.recipient}; {where}"
    receipt(fields, sentence, entry, UTC)
    sys.stdout.flush()
