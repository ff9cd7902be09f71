"""A commit that a server was interrupted in while it waited for its standby is not passed off as recorded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

import psycopg
import pytest

from application.app import Longcase
from application.commands import cases
from application.recording import Envelope
from domain.errors import StoreError
from ledger.stores import open_recorder
from tests.faults.failover import Pair, pair, streaming
from tests.faults.writers import Writers
from tests.interrupts import ctrl_c
from tests.postgres.server import until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(os.name == "nt", reason="as in the test of failovers")

WRITER = "import sys; from tests.faults.writer import main; main(sys.argv[1], 'W0', 0, 1)"

BY = Envelope(actor="DC 1417", command_id=b"c" * 16)


@pytest.fixture
def servers() -> Iterator[Pair]:
    """A primary and its synchronous standby."""
    with TemporaryDirectory() as folder, pair(Path(folder), synchronous=True) as found:
        until(lambda: streaming(found.primary) is not None, "the standby streams")
        yield found


def _interrupt(servers: Pair) -> None:
    """Cancel whatever waits for the standby, as soon as something does."""
    waiting = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    with psycopg.connect(servers.primary.url("postgres"), autocommit=True) as asking:
        while asking.execute(waiting).fetchone() is None:
            time.sleep(0.01)


def _waits(servers: Pair) -> bool:
    """Say whether somebody waits for the standby."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    with psycopg.connect(servers.primary.url("postgres"), autocommit=True) as asking:
        return asking.execute(waiting).fetchone() == (1,)


def test_a_writer_whose_connection_is_ended_waits_for_the_standby_all_the_same(servers: Pair) -> None:
    """It connects again and finds its entry; before it says so, the standby has it too."""
    servers.standby.stop("immediate")
    with Writers(servers.location(), 1, last=1) as writers:
        until(lambda: _waits(servers), "the writer waits")
        with psycopg.connect(servers.primary.url("postgres"), autocommit=True) as asking:
            asking.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        until(lambda: _waits(servers), "it waits again")
        time.sleep(0.2)
        assert writers.count() == 0
        servers.standby.start()
        writers.end()
        assert (writers.count(), writers.repeated()) == (1, 1)


def test_ctrl_c_while_it_waits_acknowledges_nothing(servers: Pair) -> None:
    """The process ends by it, and has said nothing."""
    servers.standby.stop("immediate")
    command = [sys.executable, "-c", WRITER, servers.location()]
    pipe = subprocess.PIPE
    with ctrl_c():
        started = subprocess.Popen(command, stdout=pipe, stderr=pipe, start_new_session=True)
    with started as process:
        try:
            until(lambda: _waits(servers), "the writer waits")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (out, process.returncode) == (b"", -signal.SIGINT), err.decode()


def test_a_commit_under_protest_is_no_receipt(servers: Pair) -> None:
    """The entry may or may not be kept; given again once the standby is there, it is a repetition."""
    app = Longcase(open_recorder(servers.location()))
    servers.standby.stop("immediate")
    interrupting = Thread(target=_interrupt, args=(servers,))
    interrupting.start()
    with pytest.raises(StoreError, match="may or may not be in it: the server has committed, but warns"):
        cases.report(app, "IMG-0417", BY, category="other", risk="low")
    interrupting.join()
    servers.standby.start()
    assert cases.report(app, "IMG-0417", BY, category="other", risk="low").repeated
    app.close()
    primary, standby = servers
    primary.kill()
    standby.promote()
    app = Longcase(open_recorder(servers.location()))
    assert app.case("IMG-0417").risk == "low"
    app.close()
