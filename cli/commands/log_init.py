"""``longcase log init``: the keys of a store's log, and the signer that has them."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

import click

from cli.input.requests import RecordingOptions
from cli.output.streams import receipt, say
from cli.session import signing
from cli.session.passphrases import PASSPHRASE_FILE, passphrase
from domain.errors import Conflict, UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

    from transparency.keys import VerifierKey


@click.command()
@signing.acting(
    click.option(
        "--origin", metavar="NAME", required=True, help="The log's name, for ever: as force.example/longcase/1."
    ),
    signing.SIGNER,
    PASSPHRASE_FILE,
)
def init(origin: str, signer: str | None, passphrase_file: str | None, **given: Any) -> None:
    """Begin the log of a store: make its keys, and a signer that has them, and say so in the store.

    The signer is a folder with two private keys under a passphrase, and a memory of what it signed last. Keep it
    apart from the store, best on another machine: whoever can set both back can sign another past. --signer,
    else LONGCASE_SIGNER, says where; otherwise it is below the user's configuration folder.

    The name stands in every checkpoint and never changes: no spaces, no plus signs. If it is cut off, give the
    same command again.
    """
    asked = RecordingOptions(**given)
    with signing.lent_log(asked.store_path) as (recorder, _):
        from application.signing.checkpoints import begin_log, check_no_log

        folder = signing.folder_of(signer, origin)
        check_no_log(recorder)
        keys = _keys(folder, origin, passphrase_file)
        begin_log(recorder, keys)
    signing.say_if_beside(folder, asked.store_path)
    fields = {"origin": origin, "signer": str(folder), "keys": list(map(str, keys))}
    receipt(fields, f"the log {origin} begins; its signer is in {folder}", asked, UTC)
    if asked.format == "table":
        say("next: longcase log checkpoint; longcase log keys prints what whoever checks it needs")


def _keys(folder: Path, origin: str, file: str | None) -> tuple[VerifierKey, ...]:
    """Return the keys of a signer that is made now, or was made before the store could say so."""
    from application.signing.folder import is_there, make_folder, private_keys, public_keys
    from transparency.checkpoints import check_origin
    from transparency.errors import MalformedText
    from transparency.keys import is_key_name

    try:
        check_origin(origin)
    except MalformedText as error:
        raise UsageProblem(f"--origin: {error}") from error
    if not is_key_name(origin):
        raise UsageProblem(f"--origin: {origin!r} is no name of a key: it has neither spaces nor '+'")
    if not is_there(folder):
        return make_folder(folder, origin, passphrase(file, new=True), signing.seconds())
    if public_keys(folder)[0].name != origin:
        why = f"the signer in {folder} is of another log, {public_keys(folder)[0].name}"
        raise Conflict(why, hints=("--signer names another folder",))
    return tuple(key.public for key in private_keys(folder, passphrase(file)))
