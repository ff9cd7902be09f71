"""What the commands of the log share: the signer, the keys of witnesses, and errors in words."""

from __future__ import annotations

import os
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from cli.input.folders import config_folder
from cli.input.options import STORE, with_options
from cli.output.streams import say
from cli.session import stores
from cli.session.passphrases import passphrase
from domain.errors import StoreError, UsageProblem
from domain.instant import SECOND
from ledger.stores import on_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from application.signing.signer import LogSigner
    from ledger.reader import LedgerReader
    from ledger.recorder import LedgerRecorder
    from ledger.tree import LedgerTree
    from transparency.keys import VerifierKey
    from transparency.policies import Policy

VARIABLE: Final = "LONGCASE_SIGNER"
"""The variable that names the signer's folder."""

LARGEST_FILE: Final = 1_000_000
"""How many bytes a checkpoint, an answer or a policy has at most."""

_Command = TypeVar("_Command", bound="Callable[..., Any]")

SIGNER: Final = click.option(
    "--signer", metavar="DIR", help=f"The signer's folder, apart from the store.  [env: {VARIABLE}]"
)
WITNESS: Final = click.option(
    "--witness", metavar="VKEY", multiple=True, help="The public key of the witness; may be given again."
)
POLICY: Final = click.option(
    "--policy", metavar="FILE", help="Whose signatures count, and how many (C2SP tlog-policy)."
)
FORCE: Final = click.option("--force", is_flag=True, help="Replace FILE if it is there.")
_FORMAT: Final = click.option(
    "--format", type=click.Choice(("table", "json")), default="table", show_default=True
)


def acting(*options: Callable[[Any], Any]) -> Callable[[_Command], _Command]:
    """Give a command of the log its own options, then ``--store`` and ``--format``."""

    def decorate(command: _Command) -> _Command:
        return with_options((*options, STORE, _FORMAT), command)

    return decorate


def check_cryptography() -> None:
    """Raise ``UsageProblem`` where what signs and verifies is not installed, or knows no ML-DSA-44."""
    from transparency.errors import BadKey
    from transparency.private_keys import SEED_BYTES, Algorithm, private_key

    try:
        private_key(Algorithm.ML_DSA_44, bytes(SEED_BYTES))
    except ImportError as error:
        why = f"signatures are made and checked by cryptography, which cannot be loaded: {error}"
        raise UsageProblem(why, hints=_INSTALL) from error
    except BadKey as error:
        raise UsageProblem(f"signatures cannot be made and checked here: {error}", hints=_INSTALL) from error


_INSTALL: Final = ("pip install 'longcase[trust]'",)


def folder_of(given: str | None, origin: str) -> Path:
    """Return the signer's folder: the option, the environment, else one of the user's own for this log.

    It goes by the name of the log and not by the store, so that a restored store meets the same memory.
    """
    named = given or os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    return Path(config_folder(), "signers", sha256(origin.encode()).hexdigest()[:16])


def say_if_beside(folder: Path, store: str) -> None:
    """Say so where a signer's folder lies in that of the store: whoever replaces the one replaces the other."""
    if on_server(store):
        return
    beside = Path(store).resolve().parent
    if folder.resolve().is_relative_to(beside):
        say("! the signer's folder lies beside the store: whoever may write there can set both back together")


def opened_signer(ledger: LedgerReader, given: str | None, file: str | None) -> LogSigner:
    """Return the signer of the store's log, its passphrase asked for; raise ``LongcaseError``."""
    from application.signing.checkpoints import check_same_log, log_origin
    from application.signing.folder import public_keys
    from application.signing.signer import LogSigner

    folder = folder_of(given, log_origin(ledger))
    check_same_log(ledger, public_keys(folder))
    return LogSigner.open(folder, passphrase(file), seconds)


def seconds() -> int:
    """Return the clock's reading in seconds since 1970."""
    return stores.now() // SECOND


@contextmanager
def lent_log(path: str, *, keeps: bool = True) -> Iterator[tuple[LedgerRecorder, LedgerTree]]:
    """Lend a store and the tree over its entries; errors as ``stores.lent`` has them.

    Raises ``StoreError`` if whoever connects ``keeps`` something in it, and may not: before anything is signed.
    """
    check_cryptography()
    with stores.lent(path) as recorder, told():
        if keeps and not recorder.may_fill():
            why = f"whoever connects to {path} may not keep anything of the log there"
            raise StoreError(why, hints=(f"an administrator lets them: {recorder.right_to_fill()}",))
        yield recorder, tree_of(recorder)


def tree_of(ledger: LedgerReader) -> LedgerTree:
    """Return the tree over the entries of a store."""
    from ledger.tree import LedgerTree

    return LedgerTree(ledger)


@contextmanager
def told() -> Iterator[None]:
    """Turn a tree that is not all there, and whatever else was never to lie in a store, into a ``StoreError``."""
    from ledger.tree import MissingNode
    from transparency.errors import TransparencyError

    try:
        yield
    except (MissingNode, TransparencyError) as error:
        raise StoreError(
            str(error), hints=("longcase log verify says what is wrong, and from where on",)
        ) from error


def content(path: str, what: str) -> bytes:
    """Return what a small file holds; raise ``UsageProblem``, which says ``what`` it was to be."""
    from application.small_file import NoSmallFile, small_bytes

    try:
        found = small_bytes(path, LARGEST_FILE)
    except (OSError, NoSmallFile) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageProblem(f"{what} {path} cannot be read: {why}") from error
    if len(found) > LARGEST_FILE:
        raise UsageProblem(f"{what} {path} is longer than {LARGEST_FILE:,} bytes")
    return found


def policy_in(path: str | None) -> Policy | None:
    """Return the policy in a file, if one is named; raise ``UsageProblem``."""
    if path is None:
        return None
    from transparency.errors import TransparencyError
    from transparency.policies import parse_policy

    try:
        return parse_policy(content(path, "the policy"))
    except TransparencyError as error:
        raise UsageProblem(f"{path} is no policy: {error}") from error


def witnesses_of(vkeys: Sequence[str], policy: str | None) -> tuple[VerifierKey, ...]:
    """Return the keys of witnesses that were given, by themselves or in a policy; raise ``UsageProblem``.

    An Ed25519 key of type 0x01 is taken as one of type 0x04, as policies have it.
    """
    from transparency.errors import BadKey
    from transparency.keys import ED25519, ED25519_COSIGNATURE, read_verifier_key, verifier_key

    keys = []
    for vkey in vkeys:
        try:
            key = read_verifier_key(vkey)
            keys.append(verifier_key(key.name, ED25519_COSIGNATURE, key.public) if key.kind == ED25519 else key)
        except BadKey as error:
            raise UsageProblem(f"--witness: {error}") from error
    found = policy_in(policy)
    return (*keys, *(witness.key for witness in found.witnesses.values())) if found else tuple(keys)
