"""A server of PostgreSQL for one fault, as durable as one in service."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.outcome import NotRun
from tests.postgres.server import DURABLE, Server, missing

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def served() -> Iterator[Server]:
    """Lend a server that has been started; raise ``NotRun`` if none can be had here."""
    if why := missing():
        raise NotRun(why)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), settings=DURABLE)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
