"""``longcase log request``, ``submit`` and ``cosign``: having a witness cosign what was signed."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.input.requests import RecordingOptions
from cli.output.streams import output_into, receipt, say
from cli.session import signing
from domain.errors import UsageProblem
from ledger.reader import LAST
from presentation.phrases import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.signing.cosigning import Cosigned
    from ledger.recorder import LedgerRecorder
    from transparency.keys import VerifierKey

_OLD = click.option(
    "--old",
    metavar="N",
    type=click.IntRange(0, LAST),
    help="Of how many entries the witness has cosigned last.  [default: as the store has it]",
)


@click.command()
@signing.acting(
    click.option("--output", metavar="FILE", required=True, help="Where it is written; - is standard output."),
    signing.FORCE,
    _OLD,
    signing.WITNESS,
    signing.POLICY,
)
def request(
    output: str, old: int | None, witness: tuple[str, ...], policy: str | None, *, force: bool, **given: Any
) -> None:
    """Write a request to a witness that has no network: to cosign the newest checkpoint.

    It holds the checkpoint and a proof that the log goes on from what the witness cosigned last, and nothing of
    any entry. "longcase log cosign" takes the answer.
    """
    asked = RecordingOptions(**given)
    with signing.lent_log(asked.store_path, keeps=False) as (recorder, tree):
        from application.signing import cosigning
        from application.signing.checkpoints import log_keys, newest

        keys = log_keys(recorder)
        since = _since(recorder, keys, old, signing.witnesses_of(witness, policy))
        opened = newest(recorder, keys)
        body = cosigning.request(tree, opened, keys, since).to_bytes()
        with output_into(None if output == "-" else Path(output), asked.store_path, force=force) as out:
            out.write(body)
    if output != "-":
        size = opened.checkpoint.size
        fields = {"path": str(Path(output).absolute()), "size": size, "old": since}
        receipt(
            fields, f"{output} asks to cosign {number(size, 'entry', 'entries')}, from {since:,} on", asked, UTC
        )


def _since(
    recorder: LedgerRecorder, keys: Sequence[VerifierKey], old: int | None, witnesses: Sequence[VerifierKey]
) -> int:
    from application.signing.cosigning import last_cosigned

    return last_cosigned(recorder, keys, witnesses) if old is None else old


@click.command()
@click.argument("url", metavar="URL")
@signing.acting(signing.WITNESS, signing.POLICY)
def submit(url: str, witness: tuple[str, ...], policy: str | None, **given: Any) -> None:
    """Have the witness at URL cosign the newest checkpoint, and keep what it makes (C2SP tlog-witness).

    --witness or --policy gives its public key, with which the answer is checked. Nothing is sent to any other
    address than URL.
    """
    asked = RecordingOptions(**given)
    with signing.lent_log(asked.store_path) as (recorder, tree):
        from application.signing import cosigning
        from application.signing.checkpoints import log_keys, newest
        from exchange.log.witness_client import cosignatures_from

        keys, witnesses = log_keys(recorder), _needed(witness, policy)
        opened = newest(recorder, keys)

        def body(old: int) -> bytes:
            return cosigning.request(tree, opened, keys, old).to_bytes()

        answer = cosignatures_from(url, body, _since(recorder, keys, None, witnesses))
        _say_kept(cosigning.keep_cosignatures(recorder, keys, answer, witnesses), asked)


@click.command()
@click.argument("file", metavar="FILE")
@signing.acting(signing.WITNESS, signing.POLICY)
def cosign(file: str, witness: tuple[str, ...], policy: str | None, **given: Any) -> None:
    """Take a witness's answer from FILE, check it, and keep its cosignatures with their checkpoint.

    FILE is what the witness gave back: signature lines, or the checkpoint with them. --witness or --policy gives
    its public key. The answer may be to a checkpoint before the newest.
    """
    asked = RecordingOptions(**given)
    with signing.lent_log(asked.store_path) as (recorder, _):
        from application.signing.checkpoints import log_keys
        from application.signing.cosigning import answer_lines, keep_cosignatures
        from transparency.errors import MalformedText

        keys, witnesses = log_keys(recorder), _needed(witness, policy)
        try:
            answer = answer_lines(signing.content(file, "the answer"))
        except MalformedText as error:
            raise UsageProblem(f"{file} is no answer of a witness: {error}") from error
        _say_kept(keep_cosignatures(recorder, keys, answer, witnesses), asked)


def _needed(vkeys: Sequence[str], policy: str | None) -> tuple[VerifierKey, ...]:
    found = signing.witnesses_of(vkeys, policy)
    if not found:
        hint = "--witness VKEY gives it, or --policy FILE: have it from the witness itself"
        raise UsageProblem("without the public key of a witness its answer cannot be checked", hints=(hint,))
    return found


def _say_kept(done: Cosigned, asked: RecordingOptions) -> None:
    entries = number(done.size, "entry", "entries")
    fields = {"size": done.size, "cosigned_by": list(done.names)}
    if done.names:
        receipt(fields, f"the checkpoint of {entries} is cosigned by {', '.join(done.names)}", asked, UTC)
        return
    receipt(fields, f"these cosignatures of the checkpoint of {entries} were kept before", asked, UTC)
    if asked.format == "table":
        say("nothing was changed")
