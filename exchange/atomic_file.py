"""A file that is written whole or not at all, for its owner's eyes."""

from __future__ import annotations

import gzip
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from domain.errors import UsageProblem
from ledger.sqlite.place import UNFINISHED, unfinished
from ledger.stores import files_of
from ledger.synchronise import synchronise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PACKED = ".gz"


@contextmanager
def whole_file(path: Path, *, force: bool, spare: Sequence[Path] = ()) -> Iterator[BinaryIO]:
    """Give a stream whose bytes become the file ``path`` at the end; if anything goes wrong, nothing has changed.

    They are packed if ``path`` ends in ``.gz``. Raises as ``whole_path`` does.
    """
    with whole_path(path, force=force, spare=spare) as beside, beside.open("wb") as raw:
        if path.suffix == _PACKED:
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
                yield cast("BinaryIO", packed)
        else:
            yield raw


@contextmanager
def whole_path(path: Path, *, force: bool, spare: Sequence[Path] = ()) -> Iterator[Path]:
    """Give an empty file that becomes ``path`` at the end; if anything goes wrong, nothing has changed.

    It lies beside ``path``, readable by its owner alone. Raises ``UsageProblem`` if something is there that
    may not be replaced: anything without ``force``, and with it what is no regular file or is one of
    ``spare``. A symbolic link is replaced, never followed. Raises ``OSError`` if it cannot be written.
    """
    _check_target(path, force=force, spare=spare)
    handle, name = tempfile.mkstemp(prefix=unfinished(path.name), suffix=UNFINISHED, dir=path.parent)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        synchronise(beside)
        _put(beside, path, force=force)
        synchronise(path.parent)
    finally:
        for left in files_of(name):  # SQLite may leave some beside a file that it did not finish
            Path(left).unlink(missing_ok=True)


def _check_target(path: Path, *, force: bool, spare: Sequence[Path]) -> None:
    if not path.parent.is_dir():
        raise UsageProblem(f"there is no folder {path.parent} to write {path.name} in")
    if not path.is_symlink() and not path.exists():
        return
    if not force:
        raise UsageProblem(f"{path} is there already", hints=("--force replaces it",))
    if not path.is_symlink() and (
        not path.is_file() or any(one.exists() and path.samefile(one) for one in spare)
    ):
        raise UsageProblem(f"{path} is no file that may be replaced")


def _put(beside: Path, path: Path, *, force: bool) -> None:
    """Give what was written its name; unless ``force``, a file that came to be there meanwhile stays."""
    if force:
        beside.replace(path)
        return
    try:
        path.hardlink_to(beside)
    except FileExistsError as error:
        raise UsageProblem(f"{path} is there already", hints=("--force replaces it",)) from error
    except OSError:  # a file system without links, on which nothing better can be done
        _check_target(path, force=False, spare=())
        beside.replace(path)
