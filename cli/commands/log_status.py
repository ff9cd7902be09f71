"""``longcase log status`` and ``longcase log keys``: how the log stands, and whose signatures are its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import reading
from cli.output.layout import page, write
from cli.output.streams import Shape, present, say_out
from cli.session import signing
from cli.session.reading import looking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.input.requests import View
    from ledger.reader import LedgerReader
    from transparency.cosignatures import OpenedCheckpoint
    from transparency.keys import VerifierKey
    from transparency.policies import Policy

_STATUS: Final = Shape(
    "logs",
    (
        *("origin", "keys", "entries", "size", "root", "checkpoint_at", "behind"),
        *("cosignatures", "signer", "signed_size", "signed_root", "policy_met"),
    ),
    (),
)
_KEYS: Final = Shape("keys", ("name", "type", "id", "vkey"), ())
_TYPES: Final = {0x01: "ed25519", 0x04: "ed25519-cosignature", 0x06: "ml-dsa-44"}


@click.command()
@click.option("--signer", metavar="DIR", help=f"The signer's folder.  [env: {signing.VARIABLE}]")
@signing.POLICY
@reading(axes=False)
def status(view: View, signer: str | None, policy: str | None) -> None:
    """Say how the log stands: its last checkpoint, who cosigned it, and how many entries were added since.

    With --policy it is said whether enough witnesses have cosigned; their cosignatures are checked then. What the
    signer signed last is read from its folder, where that is on this machine.
    """
    signing.check_cryptography()
    with looking(view) as look, signing.told():
        found = _found(look.ledger, signer, signing.policy_in(policy))
        if view.format != "table":
            present([found], _STATUS, view, look.as_of)
            return
        from cli.pages.log import status_lines

        write(status_lines(found, page(look.zone)))


def _found(ledger: LedgerReader, signer: str | None, policy: Policy | None) -> dict[str, Any]:
    from application.signing.checkpoints import log_keys, log_origin

    keys, entries = log_keys(ledger), ledger.head()[0]
    last = _last(ledger, keys, policy)
    size = last["size"]
    return {
        "origin": log_origin(ledger),
        "keys": list(map(str, keys)),
        "entries": entries,
        **{key: last[key] for key in ("size", "root", "checkpoint_at")},
        "behind": entries if size is None else entries - size,
        "cosignatures": last["cosignatures"],
        **_memory(signer, log_origin(ledger), keys),
        "policy_met": last["policy_met"],
    }


def _last(ledger: LedgerReader, keys: Sequence[VerifierKey], policy: Policy | None) -> dict[str, Any]:
    """Return what is known of the newest checkpoint in the store."""
    from application.signing.checkpoints import newest
    from transparency.encoding import to_base64

    row = ledger.newest_checkpoint()
    if row is None:
        nothing = dict.fromkeys(("size", "root", "checkpoint_at"))
        return {**nothing, "cosignatures": [], "policy_met": None if policy is None else False}
    opened = newest(ledger, keys)
    return {
        "size": opened.checkpoint.size,
        "root": to_base64(opened.checkpoint.root),
        "checkpoint_at": ledger.checkpoints_from(opened.checkpoint.size)[0].at,
        **_cosigned(opened, keys, policy),
    }


def _cosigned(opened: OpenedCheckpoint, keys: Sequence[VerifierKey], policy: Policy | None) -> dict[str, Any]:
    """Return who cosigned a checkpoint, and whether that is enough for a policy."""
    from application.signing.cosigning import cosigners
    from domain.errors import StoreError
    from transparency.errors import NotVerified

    witnesses = [one.key for one in policy.witnesses.values()] if policy else []
    try:
        found = cosigners(opened, witnesses)
    except NotVerified as error:
        why = f"the newest checkpoint in the store cannot be relied on: {error}"
        raise StoreError(why, hints=("longcase log verify says what else is wrong",)) from error
    listed = [{"name": name, "verified": verified} for name, verified in found]
    return {"cosignatures": listed, "policy_met": _met(opened, keys, policy)}


def _met(opened: OpenedCheckpoint, keys: Sequence[VerifierKey], policy: Policy | None) -> bool | None:
    from transparency.errors import NotVerified

    if policy is None:
        return None
    try:
        policy.open(opened.note.to_bytes(), () if policy.logs else keys)
    except NotVerified:
        return False
    return True


def _memory(signer: str | None, origin: str, keys: Sequence[VerifierKey]) -> dict[str, Any]:
    """Return what the signer remembers, if its folder is on this machine."""
    from application.signing.folder import is_there
    from application.signing.memory import SignerMemory
    from transparency.encoding import to_base64

    folder = signing.folder_of(signer, origin)
    if not is_there(folder):
        return {"signer": None, "signed_size": None, "signed_root": None}
    signed = SignerMemory(folder, keys).read().checkpoint
    return {"signer": str(folder), "signed_size": signed.size, "signed_root": to_base64(signed.root)}


@click.command()
@reading(axes=False)
def keys(view: View) -> None:
    """Print the public keys of the log, one a line, as whoever checks it needs them.

    Give them to the inspectorate by another way than the checkpoints: who gets both from one hand can be given
    others.
    """
    signing.check_cryptography()
    with looking(view) as look:
        from application.signing.checkpoints import log_keys

        found = log_keys(look.ledger)
        if view.format == "table":
            for key in found:
                say_out(str(key))
            return
        items = [
            {"name": key.name, "type": _TYPES[key.kind], "id": key.key_id.hex(), "vkey": str(key)}
            for key in found
        ]
        present(items, _KEYS, view, look.as_of)
