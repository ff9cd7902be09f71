"""What the commands of a witness share: its folder, whose logs it knows, and errors in our words."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cli.input.folders import data_folder
from cli.session import stores as session
from domain.errors import Conflict, Refused, StoreError, UsageProblem
from transparency.errors import BadKey, MalformedText, TransparencyError
from witness import folder as folders
from witness.cosigning import Witness
from witness.errors import FolderTaken, NoWitness, WitnessError
from witness.folder import POLICY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from transparency.keys import VerifierKey

VARIABLE: Final = "LONGCASE_WITNESS"
_INIT: Final = "longcase witness init --name NAME makes a witness"
_WRITE_POLICY: Final = (
    "it holds the line 'quorum none', and a line 'log KEY' for each key of a log: write it anew"
)
_HELP: Final = (
    "nothing was cosigned, and nothing was changed",
    "never put an older copy of the memory in its place: see docs/trust.md, Looking after it",
)
_SECOND: Final = 1_000_000

WITNESS: Final = click.option(
    "--witness", "folder", metavar="DIR", help=f"The folder of the witness.  [env: {VARIABLE}]"
)
LOGS: Final = click.option(
    "--policy",
    metavar="FILE",
    help=f"A policy whose log lines say whose checkpoints count.  [default: DIR/{POLICY}]",
)


def witness_folder(given: str | None) -> Path:
    """Return the folder of the witness: the option, else the variable, else beside the user's store.

    Raises ``UsageProblem`` if the option is empty: a variable that a script forgot to set.
    """
    if given is not None and not given.strip():
        raise UsageProblem("--witness is empty", hints=("leave --witness out, or name a folder",))
    return Path(given or os.environ.get(VARIABLE) or Path(data_folder(), "witness"))


def known_logs(folder: Path, policy: str | None) -> Mapping[str, Sequence[VerifierKey]]:
    """Return the keys of each log that the policy names. Raises ``UsageProblem``, and ``OSError``."""
    path = folder / POLICY if policy is None else Path(policy)
    if policy is None and not path.exists():
        first = _WRITE_POLICY if (folder / folders.KEYS).exists() else _INIT
        hints = (first, "--policy FILE names a policy that is somewhere else")
        raise UsageProblem(f"there is no {path} to say whose checkpoints count", hints=hints)
    try:
        return folders.logs_of(folders.read_policy(path))
    except MalformedText as error:
        raise UsageProblem(f"{path}: {error}") from error


def witness_at_work(folder: Path, logs: Mapping[str, Sequence[VerifierKey]], passphrase: bytes) -> Witness:
    """Return the witness of a folder, ready to cosign."""
    keys = folders.witness_keys(folder, passphrase)
    return Witness(keys, logs, folders.state_of(folder), lambda: session.now() // _SECOND)


@contextmanager
def explained() -> Iterator[None]:
    """Say what went wrong with a witness as our errors do.

    Raises ``UsageProblem`` where a library or a witness is missing or a key cannot be used, ``StoreError``
    where its memory cannot be used, ``Conflict`` where another is in the way, and ``Refused`` for what does
    not verify.
    """
    try:
        yield
    except NoWitness as error:
        raise UsageProblem(str(error), hints=(_INIT,)) from error
    except FolderTaken as error:
        raise Conflict(str(error)) from error
    except (WitnessError, sqlite3.Error) as error:
        raise StoreError(str(error), hints=_HELP) from error
    except (BadKey, MalformedText) as error:
        raise UsageProblem(str(error)) from error
    except TransparencyError as error:
        raise Refused(str(error)) from error
    except ImportError as error:
        why = f"a witness needs cryptography and waitress, and one cannot be loaded: {error}"
        raise UsageProblem(why, hints=("pip install 'longcase[trust]'",)) from error
