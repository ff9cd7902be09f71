"""One follower at a time for a store in a file: a lock on a file of its own beside the store."""

from __future__ import annotations

from ledger.file_lock import FileLock

SUFFIX = ".follow"
"""What the file of the lock is called, after the store's own name."""


class FollowLock(FileLock):
    """The lock that the active follower of the store at ``path`` holds."""

    def __init__(self, path: str) -> None:
        """Hold nothing yet."""
        super().__init__(path + SUFFIX)
