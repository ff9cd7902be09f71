"""Where the file of a store lies: under one name, and with nothing beside it that belongs to another.

SQLite keeps the log, its index and the journal of a database under the database's name with an ending, links
followed. What was left there by a file that is gone it would replay over the next one of that name; and under
a second name the same file has a second log. Neither is noticed afterwards, so neither is begun.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ledger.errors import Misplaced

ENDS: Final = ("-wal", "-shm", "-journal")
"""What the files beside a database are called, after its own name."""

UNFINISHED: Final = ".part"
"""How the name ends under which a file is written that gets its own name when it is whole."""

_MOUNTS: Final = "/proc/self/mountinfo"
_JOURNAL: Final = bytes.fromhex("d9d505f920a163d7")


def unfinished(name: str) -> str:
    """Return how the name begins under which the file ``name`` is written until it is whole."""
    return f".{name}."


def check_free(path: str) -> None:
    """Raise ``Misplaced`` if beside ``path``, where a database is to be put, lie parts of another.

    What is empty holds nothing, and is no part of anything.
    """
    left = _left(path)
    if left:
        raise _taken(path, left)


def check_unused(path: str) -> None:
    """Raise ``Misplaced`` if beside ``path``, where there is nothing or an empty file, lie parts of a store.

    A store that somebody else is making at this moment is none.
    """
    left = _left(path)
    if left and not os.path.lexists(path):
        raise _taken(path, left)
    left = [one for one in left if not _of_a_store_being_made(one)]
    if left and os.path.getsize(path) == 0:  # noqa: PTH202  (pathlib costs a cold start 3 ms)
        raise _taken(path, left)


def _left(path: str) -> list[str]:
    return [path + end for end in ENDS if _holds_something(path + end)]


def _holds_something(path: str) -> bool:
    try:
        about = os.lstat(path)
    except FileNotFoundError:
        return False
    return about.st_size > 0 or not stat.S_ISREG(about.st_mode)


def _of_a_store_being_made(path: str) -> bool:
    """Say whether this is a journal that puts a file back to no page at all."""
    if not path.endswith("-journal"):
        return False
    try:
        with open(path, "rb") as file:  # noqa: PTH123  (as above)
            head = file.read(20)
    except FileNotFoundError:
        return True
    return head[:8] != _JOURNAL or not any(head[16:20])


def _taken(path: str, left: list[str]) -> Misplaced:
    from ledger.errors import Misplaced

    parts = ", ".join(map(os.path.basename, left))
    return Misplaced(
        f"no store can be put at {path}: parts of another lie beside it, {parts}",
        "they may hold what was recorded last: move them to where that store is now, or into another folder",
        "docs/operators.md says how one store is put in another's place",
    )


def check_one_name(path: str) -> None:
    """Raise ``Misplaced`` if the file of a store has a second name, by a hard link or by a mount of its own.

    A name that a restore or a backup was killed before it could take away is taken away.
    """
    if os.stat(path).st_nlink > 1 and (names := _names(path)) > 1:  # noqa: PTH116  (as above)
        from shlex import quote

        raise _two_names(
            f"the file {path} has {names} names, and what is recorded under one of them can be lost",
            "when nobody uses it, leave it one name: that beside which a -wal or a -journal lies",
            f"find / -samefile {quote(path)} lists them",
        )
    if _is_mounted(path):
        raise _two_names(
            f"the file {path} is mounted by itself, and what is recorded here can be lost under its other name",
            "mount the folder in which it lies instead",
        )


def _two_names(why: str, *what: str) -> Misplaced:
    from ledger.errors import Misplaced

    return Misplaced(why, *what, "docs/operators.md says why a store has one name")


def _names(path: str) -> int:
    """Return how many names a file has, once those are gone under which it was written."""
    folder, name = os.path.split(path)
    for one in os.listdir(folder):  # noqa: PTH208  (as above)
        if one.startswith(unfinished(name)) and one.endswith(UNFINISHED):
            _take_away(os.path.join(folder, one), path)  # noqa: PTH118  (as above)
    return os.stat(path).st_nlink  # noqa: PTH116  (as above)


def _take_away(name: str, path: str) -> None:
    with suppress(OSError):  # it is gone meanwhile, or may not be taken away: then there are two names
        if os.path.samefile(name, path):  # noqa: PTH121  (as above)
            os.unlink(name)  # noqa: PTH108  (as above)


def _is_mounted(path: str) -> bool:
    """Say whether a file is a mount of its own, where the system tells that."""
    try:
        with open(_MOUNTS, "rb") as file:  # noqa: PTH123  (as above)
            mounts = file.read()
    except OSError:
        return False
    name = b"".join(b"\\%03o" % each if each in b" \t\n\\" else bytes((each,)) for each in os.fsencode(path))
    return name in mounts and any(line.split(b" ")[4] == name for line in mounts.splitlines())
