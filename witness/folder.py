"""The folder of a witness: its keys under a passphrase, its public keys, whose logs it knows, and its memory."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from transparency.checkpoints import LONGEST_ORIGIN, check_origin
from transparency.errors import BadKey, MalformedText
from transparency.keys import ED25519_COSIGNATURE, ML_DSA_44, read_verifier_key, verifier_key
from transparency.policies import LARGEST_POLICY, parse_policy
from transparency.private_keys import (
    Algorithm,
    new_private_key,
    read_key_file,
    synchronise_folder,
    write_key_file,
    write_secret_file,
)
from witness.errors import FolderTaken, NoWitness
from witness.state import WitnessState, create_state

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from transparency.keys import VerifierKey
    from transparency.policies import Policy
    from transparency.private_keys import PrivateKey

KEYS = "keys.txt"
"""The file of the public keys, one a line."""

POLICY = "policy.txt"
"""The file that names the logs, unless another is given."""

STATE = "seen.db"
"""The file of what was cosigned."""

_FILES = {Algorithm.ED25519: "ed25519.pem", Algorithm.ML_DSA_44: "ml-dsa-44.pem"}
_KINDS = {Algorithm.ED25519: ED25519_COSIGNATURE, Algorithm.ML_DSA_44: ML_DSA_44}
_FIRST_POLICY = b"""# Whose checkpoints this witness cosigns: a line for each key of a log, as the force gives it,
#   log NAME+ID+KEY
# The last line says that no other witness has to have cosigned before.
quorum none
"""


class WitnessKey(NamedTuple):
    """A key of the witness, both halves."""

    public: VerifierKey
    private: PrivateKey


def make_witness(folder: Path, name: str, passphrase: bytes) -> list[VerifierKey]:
    """Make the folder of a new witness, whole or not at all, and return its public keys.

    Raises ``BadKey`` for a name that no key has, ``FolderTaken`` if something is in the folder, and ``OSError``.
    """
    if len(name.encode()) > LONGEST_ORIGIN:
        raise BadKey(f"the name of a witness has {LONGEST_ORIGIN} bytes at most")
    made = {algorithm: new_private_key(algorithm) for algorithm in _FILES}
    public = [verifier_key(name, _KINDS[algorithm], key.public) for algorithm, key in made.items()]
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))  # mode 0700
    try:
        for algorithm, key in made.items():
            write_key_file(beside / _FILES[algorithm], key, passphrase)
        write_secret_file(beside / KEYS, "".join(f"{key}\n" for key in public).encode())
        write_secret_file(beside / POLICY, _FIRST_POLICY)
        create_state(beside / STATE)
        _put(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    synchronise_folder(folder.parent)
    return public


def _put(beside: Path, folder: Path) -> None:
    """Give a folder its name; what is there already is never replaced, but for an empty folder."""
    synchronise_folder(beside)
    if (folder / KEYS).exists():
        raise FolderTaken(f"there is a witness in {folder} already")
    with suppress(OSError):  # the next call says what is in the way
        folder.rmdir()
    try:
        beside.rename(folder)
    except OSError as error:
        raise FolderTaken(f"no witness can be made in {folder}: {error.strerror}") from error


def public_keys(folder: Path) -> list[VerifierKey]:
    """Return the public keys of the witness. Raises ``NoWitness``, and ``BadKey`` if the file was changed."""
    try:
        lines = (folder / KEYS).read_text("utf-8").split()
    except FileNotFoundError as error:
        raise NoWitness(f"there is no witness in {folder}") from error
    except UnicodeDecodeError as error:
        raise BadKey(f"{folder / KEYS} is no list of keys") from error
    return list(map(read_verifier_key, lines))


def witness_keys(folder: Path, passphrase: bytes) -> list[WitnessKey]:
    """Return both halves of each key. Raises ``NoWitness``, ``BadKey``, and ``OSError``."""
    public = {(key.kind, key.public): key for key in public_keys(folder)}
    found = []
    for algorithm, file in _FILES.items():
        private = read_key_file(folder / file, passphrase)
        named = public.get((_KINDS[algorithm], private.public))
        if named is None:
            raise BadKey(f"the key in {folder / file} is none of those in {folder / KEYS}")
        found.append(WitnessKey(named, private))
    return found


def read_policy(path: Path) -> Policy:
    """Read a policy. Raises ``MalformedText``, and ``OSError``."""
    with path.open("rb") as file:
        return parse_policy(file.read(LARGEST_POLICY + 1))


def logs_of(policy: Policy) -> Mapping[str, Sequence[VerifierKey]]:
    """Return the keys of each log of a policy, by its origin. Raises ``MalformedText`` if there is none.

    An origin that no cosignature can hold is refused too.
    """
    logs: dict[str, list[VerifierKey]] = {}
    for log in policy.logs:
        check_origin(log.key.name)
        logs.setdefault(log.key.name, []).append(log.key)
    if not logs:
        raise MalformedText("the policy names no log: a line 'log NAME+ID+KEY' for each of its keys does")
    return logs


def state_of(folder: Path) -> WitnessState:
    """Return the memory of the witness. Raises ``NoWitness``, and ``StateError``."""
    if not (folder / KEYS).exists():
        raise NoWitness(f"there is no witness in {folder}")
    return WitnessState(folder / STATE)
