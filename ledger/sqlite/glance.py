"""A look at a store's file that changes nothing beside it or in it, and waits for nobody.

Whoever opens a store in the usual way makes the files of its journal, and takes them away again. A look that is
worth nothing if it takes long does without: where the journal is there, somebody is at work, and it is read as it
is; where there is none, the file alone is read, without a lock.
"""

from __future__ import annotations

import os
from typing import Any, Final
from urllib.parse import quote

from ledger import schema
from ledger.sqlite.connection import READING_KIB, version_of
from ledger.sqlite.driver import newest
from ledger.sqlite.reader import SQLiteReader

_WAIT_SECONDS: Final = 0.2


def glance(path: str) -> SQLiteReader:
    """Return a reader of the store at ``path``; raise ``NotAStore`` or the driver's error if it is none."""
    driver = newest()
    real = os.path.realpath(path)
    in_use = any(os.path.lexists(real + end) for end in ("-wal", "-journal"))
    alone = "" if in_use else "&immutable=1"
    connection = driver.connect(f"file:{quote(real)}?mode=ro{alone}", uri=True, timeout=_WAIT_SECONDS)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA cache_size = -{READING_KIB}")
        _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return SQLiteReader(connection, driver=driver)


def _check(connection: Any, path: str) -> None:
    from ledger.errors import NotAStore

    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if (application, version_of(connection)) != (schema.APPLICATION_ID, schema.VERSION):
        raise NotAStore(f"{path} is not a store of this version")
