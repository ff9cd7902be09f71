"""The signer's folder: two private keys in files of their own, the public ones, and the memory beside them."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from application.signing.errors import SignerUnusable
from application.signing.memory import SignerMemory
from application.small_file import NoSmallFile, small_bytes
from domain.errors import Conflict, UsageProblem
from ledger.synchronise import synchronise
from transparency.checkpoints import new_checkpoint
from transparency.cosignatures import cosigned_line
from transparency.errors import BadKey, MalformedText
from transparency.keys import ED25519, ML_DSA_44, VerifierKey, read_verifier_key, verifier_key
from transparency.notes import Note, signed_line
from transparency.private_keys import Algorithm, PrivateKey, new_private_key, read_key_file, write_key_file
from transparency.tree import EMPTY_ROOT, TreeHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transparency.checkpoints import Checkpoint

PUBLIC: Final = "keys.txt"
"""The file with the public keys, one a line."""

FILES: Final = {ED25519: "ed25519.pem", ML_DSA_44: "ml-dsa-44.pem"}
"""The file of each private key, by what it signs."""

_ALGORITHMS: Final = {ED25519: Algorithm.ED25519, ML_DSA_44: Algorithm.ML_DSA_44}
_LARGEST: Final = 65_536
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_WHICH: Final = "--signer or LONGCASE_SIGNER says where the signer is"
_LOST: Final = ("if it is gone, restore its folder from its backup: its keys cannot be made anew",)
_NOTHING: Final = (
    "nothing was signed, and nothing was changed: try again with the passphrase that the keys were made under",
    "if the passphrase or a key file is lost for good, so are the keys: see docs/trust.md, Keys",
)


class SigningKey(NamedTuple):
    """A public key of the log, and the private one that belongs to it."""

    public: VerifierKey
    private: PrivateKey


def make_folder(folder: Path, origin: str, passphrase: bytes, time: int) -> tuple[VerifierKey, ...]:
    """Make a signer's folder, whole or not at all, and return its public keys.

    Its memory is a checkpoint of a tree without leaves, signed at ``time`` in seconds since 1970: every tree
    goes on from that. Raises ``UsageProblem`` for an origin or a passphrase that cannot be, ``Conflict`` if
    something is there, and ``OSError``.
    """
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{folder} is there already, and is no empty folder", hints=(_WHICH,))
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))  # for its owner alone
    try:
        keys = _filled(beside, origin, passphrase, time)
        synchronise(beside)
        beside.replace(folder)
    except (BadKey, MalformedText) as error:
        raise UsageProblem(f"no signer was made: {error}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    synchronise(folder.parent)
    return keys


def _filled(folder: Path, origin: str, passphrase: bytes, time: int) -> tuple[VerifierKey, ...]:
    empty = new_checkpoint(origin, TreeHead(0, EMPTY_ROOT))
    keys = []
    for kind, algorithm in _ALGORITHMS.items():
        private = new_private_key(algorithm)
        write_key_file(folder / FILES[kind], private, passphrase)
        keys.append(SigningKey(verifier_key(origin, kind, private.public), private))
    public = tuple(key.public for key in keys)
    with open(folder / PUBLIC, "x", encoding="utf-8", newline="\n", opener=_for_the_owner) as file:
        file.writelines(f"{key}\n" for key in public)
        file.flush()
        os.fsync(file.fileno())
    SignerMemory(folder, public).replace(signed_note(empty, keys, time).to_bytes())
    return public


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def signed_note(checkpoint: Checkpoint, keys: Sequence[SigningKey], time: int) -> Note:
    """Sign a checkpoint with each key, as its type asks; ``time`` in seconds since 1970 goes into type 0x06."""
    lines = (
        signed_line(checkpoint.text, *key)
        if key.public.kind == ED25519
        else cosigned_line(checkpoint, *key, time)
        for key in keys
    )
    return Note(checkpoint.text, tuple(lines))


def is_there(folder: Path) -> bool:
    """Say whether there is a signer in a folder."""
    return (folder / PUBLIC).exists()


def public_keys(folder: Path) -> tuple[VerifierKey, ...]:
    """Return the public keys of a signer; raise ``SignerUnusable``."""
    if is_there(folder):  # of another folder it is nobody's business who can look into it
        _check_private(folder)
    try:
        text = small_bytes(str(folder / PUBLIC), _LARGEST).decode()
        keys = tuple(map(read_verifier_key, text.splitlines()))
    except FileNotFoundError as error:
        why = f"there is no signer in {folder}"
        raise SignerUnusable(why, hints=(_WHICH, *_LOST)) from error
    except (OSError, NoSmallFile, ValueError, BadKey) as error:
        raise SignerUnusable(
            f"the signer in {folder} cannot be used: {PUBLIC}: {error}", hints=(_WHICH,)
        ) from error
    if [key.kind for key in keys] != list(FILES) or len({key.name for key in keys}) != 1:
        why = f"the signer in {folder} cannot be used: {PUBLIC} does not hold its two keys"
        raise SignerUnusable(why, hints=("restore the signer's folder from its backup",))
    return keys


def _check_private(folder: Path) -> None:
    """Refuse a folder that others can look into: its lock and its memory would be theirs."""
    if os.name == "posix" and folder.is_dir() and folder.stat().st_mode & _OTHERS:
        why = f"others can look into the signer's folder {folder}"
        raise SignerUnusable(why, hints=(f"chmod 700 {folder}",))


def private_keys(folder: Path, passphrase: bytes) -> tuple[SigningKey, ...]:
    """Return a signer's keys; raise ``SignerUnusable``, also if it is not their passphrase."""
    keys = public_keys(folder)
    try:
        held = [SigningKey(key, read_key_file(folder / FILES[key.kind], passphrase)) for key in keys]
    except (OSError, BadKey) as error:
        raise SignerUnusable(f"the signer in {folder} cannot sign: {error}", hints=_NOTHING) from error
    if any(key.public.public != key.private.public for key in held):
        why = f"the signer in {folder} cannot sign: its private keys are not those of {PUBLIC}"
        raise SignerUnusable(why, hints=("restore the signer's folder from its backup",))
    return tuple(held)
