"""``longcase log checkpoint``: the tree as it is, signed."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.requests import RecordingOptions
from cli.output.streams import output_into, receipt
from cli.session import signing, stores
from cli.session.passphrases import PASSPHRASE_FILE
from domain.errors import UsageProblem
from presentation.phrases import number

if TYPE_CHECKING:
    from application.signing.checkpoints import MadeCheckpoint
    from application.signing.signer import LogSigner
    from transparency.cosignatures import OpenedCheckpoint

_OUTSIDE: Final = click.option(
    "--checkpoint",
    "outside",
    metavar="FILE",
    multiple=True,
    help="A checkpoint of this log that is kept outside: the signer's memory may be older.",
)


@click.command()
@signing.acting(
    click.option("--output", metavar="FILE", help="Write it to FILE too; - is standard output."),
    signing.FORCE,
    _OUTSIDE,
    signing.SIGNER,
    PASSPHRASE_FILE,
)
def checkpoint(
    output: str | None,
    outside: tuple[str, ...],
    signer: str | None,
    passphrase_file: str | None,
    *,
    force: bool,
    **given: Any,
) -> None:
    """Sign how many entries there are and the root of the tree over them, and keep it in the store.

    It is signed only if a proof shows that the tree goes on from the last one signed. Where nothing was added
    since, the last checkpoint stands. Give it to whoever is to check the record: what was signed cannot be
    rewritten afterwards without their seeing it.
    """
    asked = RecordingOptions(**given)
    target = None if output in {None, "-"} else Path(str(output))
    with signing.lent_log(asked.store_path) as (recorder, tree):
        from application.signing.checkpoints import make_checkpoint

        signs = signing.opened_signer(recorder, signer, passphrase_file)
        known = [_outside(path, signs) for path in outside]
        into = output_into(target, asked.store_path, force=force) if output else nullcontext()
        with into as out:
            made = make_checkpoint(recorder, tree, signs, known)
            if out is not None:
                out.write(made.note)
        zone = stores.zone(recorder)
    if output != "-":
        receipt(_fields(made, target), _sentence(made), asked, zone)


def _outside(path: str, signer: LogSigner) -> OpenedCheckpoint:
    from transparency.cosignatures import open_checkpoint
    from transparency.errors import TransparencyError

    try:
        return open_checkpoint(signing.content(path, "the checkpoint"), signer.keys)
    except TransparencyError as error:
        raise UsageProblem(f"{path} is no checkpoint of this signer: {error}") from error


def _fields(made: MadeCheckpoint, target: Path | None) -> dict[str, Any]:
    from transparency.encoding import to_base64

    found = made.opened.checkpoint
    path = None if target is None else str(target.absolute())
    return {
        "origin": found.origin,
        "size": found.size,
        "root": to_base64(found.root),
        "made": made.made,
        "path": path,
    }


def _sentence(made: MadeCheckpoint) -> str:
    from transparency.encoding import to_base64

    found = made.opened.checkpoint
    what = f"{number(found.size, 'entry', 'entries')}, root {to_base64(found.root)}"
    return f"signed: {what}" if made.made else f"nothing was added since the last checkpoint: {what}"
