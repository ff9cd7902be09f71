"""``longcase log prove`` and ``longcase log tiles``: what others check the log by, as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import reading
from cli.output.progress import Progress
from cli.output.streams import output_into, say
from cli.session import signing
from cli.session.reading import looking
from domain.errors import NotFound, UsageProblem
from presentation.phrases import number

if TYPE_CHECKING:
    from cli.input.requests import View
    from ledger.entry import StoredEntry
    from presentation.look import Look

_OUTPUT: Final = click.option(
    "--output", metavar="FILE", required=True, help="Where it is written; - is standard output."
)


@click.command()
@click.argument("ref", required=False)
@click.argument("entry", metavar="[N]", type=click.IntRange(min=1), required=False)
@click.option("--position", metavar="P", type=click.IntRange(min=1), help="The entry at P, of whatever it is.")
@_OUTPUT
@signing.FORCE
@reading(formats=False, axes=False)
def prove(
    view: View, ref: str | None, entry: int | None, position: int | None, output: str, *, force: bool
) -> None:
    """Write a proof that entry N of case REF, else its last, is in the log; or the entry at position P.

    The file (C2SP tlog-proof) has the newest checkpoint in it, with all cosignatures, and says nothing of what
    the entry holds: whoever is shown the entry, with its salt, works out its leaf and checks it with the file.
    """
    if (ref is None) == (position is None):
        raise UsageProblem("one of REF and --position P says which entry is meant")
    signing.check_cryptography()
    with looking(view) as look, signing.told():
        from application.signing.checkpoints import log_keys, newest
        from exchange.log.proofs import proof_of

        row = _of_case(look, ref, entry) if ref is not None else _at(look, position or 0)
        opened = newest(look.ledger, log_keys(look.ledger))
        proof = proof_of(signing.tree_of(look.ledger), opened, row)
        target = None if output == "-" else Path(output)
        with output_into(target, view.store_path, force=force) as out:
            out.write(proof)
    if target is not None:
        size = number(opened.checkpoint.size, "entry", "entries")
        say(f"position {row.position:,} is in the log of {size}: {output}")


def _of_case(look: Look, ref: str, entry: int | None) -> StoredEntry:
    """Return an entry of a case, or its last; raise ``NotFound``, and ``Refused`` if it may not be read."""
    look.case(ref)  # who may not read the case is refused, as by every command about one
    rows = look.ledger.stream(_stream(look, ref))
    found = rows[-1] if entry is None else next((row for row in rows if row.version == entry), None)
    if found is None:
        from domain.spelling import typed

        hint = typed("timeline", ref.strip(), "--all shows which there are")
        raise NotFound(f"{ref.strip()} has no entry {entry}", hints=(hint,))
    return found


def _stream(look: Look, ref: str) -> bytes:
    from domain.identity import case_stream, known

    return known(case_stream, ref.strip(), look.ledger.stream)


def _at(look: Look, position: int) -> StoredEntry:
    """Return the entry at a position; of a restricted case for those alone who may read it."""
    from application.signing.verifying import reference_of

    rows = look.ledger.select_notifications(position, 1, position)
    if not rows:
        raise NotFound(f"there is no entry at position {position:,}")
    row: StoredEntry = rows[0]
    reference = reference_of(look.ledger, row.stream)
    if reference is not None:
        look.case(reference)
    return row


@click.command()
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@reading(formats=False, axes=False)
def tiles(view: View, folder: Path) -> None:
    """Write the log into FOLDER as tiles (C2SP tlog-tiles): nodes, leaf texts, and the newest checkpoint.

    What is there already is left alone, so that the same folder is brought up to date each time, and can be cut
    off. The leaf texts are the headers of all entries: who acted when, in which role, in which case. They hold no
    payload. They are for whoever may see that of every case.
    """
    signing.check_cryptography()
    with looking(view) as look, signing.told():
        from application.signing.checkpoints import log_keys, newest
        from exchange.log.tiles import write_tiles

        keys = log_keys(look.ledger)
        opened = newest(look.ledger, keys)
        with Progress("writing tiles") as progress:
            tree: Any = signing.tree_of(look.ledger)
            done = write_tiles(look.ledger, tree, opened, keys, folder, progress.advance)
    entries = number(done.size, "entry", "entries")
    files = number(done.files, "file", "files")
    say(f"{folder} has the log of {entries}, before of {done.before:,}: {files} written")
