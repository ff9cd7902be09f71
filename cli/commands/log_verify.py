"""``longcase log verify``: the store against what was signed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import reading
from cli.output.layout import headline
from cli.output.progress import Progress
from cli.output.streams import Shape, present, say
from cli.session import signing
from cli.session.reading import looking

if TYPE_CHECKING:
    from application.signing.verifying import Verdict
    from cli.input.requests import View
    from ledger.integrity.signed_roots import Defect
    from ledger.reader import LedgerReader

_SHAPE: Final = Shape(
    "findings", ("finding", "first_position", "last_position", "reference", "version", "explanation"), ()
)
TAMPERED: Final = 1
"""The exit code where the store is not what was signed."""

_NOTHING_OUTSIDE: Final = (
    "! compared with nothing that is kept outside: whoever can write the store may have rewritten all of it, what"
    " was signed included, or set it back; --checkpoint FILE names a checkpoint that somebody else has kept"
)


_OTHER_LOG: Final = (
    "! first see whether this is the right store, and the right checkpoint: by their names or keys they are of"
    " two logs, and then nothing is said against either"
)


@click.command()
@click.option(
    "--checkpoint",
    "outside",
    metavar="FILE",
    multiple=True,
    help="A checkpoint that is kept outside; may be given again.",
)
@reading(axes=False)
def verify(view: View, outside: tuple[str, ...]) -> int:
    """Read every entry, and compare the store with checkpoints: those in it, and those kept outside.

    Payloads, leaves, nodes and roots are worked out anew from the entries as they are. The exit code is 0 if all
    is as it was signed, and 1 if not; then the first bad entry is named, or the stretch that it is in where all
    was made to fit.

    Without a checkpoint that somebody else has kept it cannot be told whether the whole store was rewritten, or
    restored from an older state; nor, with one, what was done to entries after it.
    """
    signing.check_cryptography()
    with looking(view) as look:
        from application.signing.verifying import verify as verified

        notes = [(path, signing.content(path, "the checkpoint")) for path in outside]
        with Progress("verifying", total=look.ledger.head()[0]) as progress:
            verdict = verified(look.ledger, notes, progress.advance)
        items = [_item(look.ledger, one) for one in verdict.findings]
        extra = _extra(verdict)
        if view.format == "table":
            from cli.pages.log import verified_lines

            for line in verified_lines(extra, items):
                headline(line)
        else:
            present(items, _SHAPE, view._replace(limit=0), look.as_of, extra=extra)
    if not outside:
        say(_NOTHING_OUTSIDE)
    if outside and any(item["finding"] == "keys" for item in items):
        say(_OTHER_LOG)
    return 0 if verdict.whole else TAMPERED


def _item(ledger: LedgerReader, found: Defect) -> dict[str, Any]:
    from application.signing.verifying import reference_of

    return {
        "finding": found.kind,
        "first_position": found.first or None,
        "last_position": found.last or None,
        "reference": None if found.stream is None else reference_of(ledger, found.stream),
        "version": found.version,
        "explanation": found.reason,
    }


def _extra(verdict: Verdict) -> dict[str, Any]:
    """Return what is said beside the findings."""
    from transparency.encoding import to_base64

    compared = [
        {"source": one.source, "size": one.size, "root": to_base64(one.root), "agrees": one.agrees}
        for one in verdict.outside
    ]
    named = len(verdict.findings) - len(verdict.read.defects)
    return {
        "whole": verdict.whole,
        "size": verdict.read.size,
        "root": None if verdict.read.root is None else to_base64(verdict.read.root),
        "defects": named + verdict.read.total,
        "kept": verdict.kept,
        "checkpoints": compared,
    }
