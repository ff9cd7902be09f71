"""Eight processes make the same store at the same moment: one makes it, and all find it.

``python -m tests.faults.setups`` is one of them: it reads lines of a moment and a location, and answers each
with whether it made the store.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from application.app import Longcase
from ledger.stores import create, on_server, open_recorder
from tests.faults.outcome import NotRun, Outcome
from tests.faults.writer import BEGINNER, do

if TYPE_CHECKING:
    from collections.abc import Iterator

PROCESSES = 8
FILES = 5
"""How many stores in files are made for each on a server: a file takes milliseconds, and so do its races."""

SOON = 0.02
"""After how many seconds they all begin."""

RIGHTS = """SELECT t.name, p.kind FROM (VALUES ('entry'), ('store'), ('written')) AS t (name),
(VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) AS p (kind)
WHERE has_table_privilege(%s, 'longcase.' || t.name, p.kind) ORDER BY 1, 2"""
MEMBERS = "SELECT count(*) FROM pg_auth_members WHERE roleid = %s::regrole AND member <> current_user::regrole"
LOGINS = "SELECT count(*) FROM pg_roles WHERE rolcanlogin AND oid IN (%s::regrole, %s::regrole, %s::regrole)"
GRANTED = [("entry", "SELECT"), ("store", "SELECT"), ("written", "SELECT")]


class Makers(NamedTuple):
    """The processes that make stores."""

    processes: list[subprocess.Popen[str]]

    def make(self, location: str) -> Counter[str]:
        """Let all of them make one store at once, and return how often each answer was given."""
        moment = time.monotonic() + SOON
        for one in self.processes:
            assert one.stdin is not None
            one.stdin.write(f"{moment} {location}\n")
            one.stdin.flush()
        answers = [one.stdout.readline().strip() for one in self.processes if one.stdout is not None]
        assert all(answers), "one of them failed"
        return Counter(answers)


@contextmanager
def makers() -> Iterator[Makers]:
    """Lend the processes, started and ready."""
    command = [sys.executable, "-m", "tests.faults.setups"]
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        found = [
            stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))
            for _ in range(PROCESSES)
        ]
        yield Makers(found)
        for one in found:
            assert one.stdin is not None
            one.stdin.close()


def usable(location: str) -> None:
    """Assert that a store takes a command, and holds the settings of one of its makers."""
    app = Longcase(open_recorder(location))
    assert do(app, BEGINNER, 0).entry.position == 1
    settings = app.ledger.settings()
    assert sorted(settings) == ["id", "zone"], settings
    assert app.ledger.rows("SELECT count(*) FROM written") == [(1,)]
    app.close()


def run(count: int, seed: int) -> Outcome:
    """Have ``count`` stores made on each engine."""
    from tests.postgres.server import FAST, Server, missing

    if why := missing():
        raise NotRun(why)
    with tempfile.TemporaryDirectory() as folder, makers() as processes:
        files(processes, Path(folder), FILES * count)
        server = Server(Path(folder) / "server", settings=FAST)
        server.make()
        server.start()
        try:
            on_a_server(processes, server.url("postgres"), count)
        finally:
            server.stop("immediate")
    return Outcome("setups", count, {"in files": FILES * count, "on a server": count, "failed": 0})


def files(processes: Makers, folder: Path, count: int) -> None:
    """Have stores made in files."""
    for number in range(count):
        location = str(folder / f"{number}.db")
        processes.make(location)
        usable(location)


def on_a_server(processes: Makers, url: str, count: int) -> None:
    """Have stores made on a server, each in a database of its own: once, and with the rights that it needs."""
    from tests.postgres.databases import Databases

    databases = Databases(url)
    for _ in range(count):
        with databases.empty() as location:
            answers = processes.make(location)
            assert answers == {"True": 1, "False": PROCESSES - 1}, answers
            usable(location)
            _check_roles(location)


def _check_roles(location: str) -> None:
    import psycopg

    from ledger.postgresql.setup import roles_of

    with psycopg.connect(location, autocommit=True) as admin:
        owner, app, filler = roles_of(admin.info.dbname)
        assert admin.execute(RIGHTS, (app,)).fetchall() == GRANTED
        assert admin.execute(RIGHTS, (filler,)).fetchall() == GRANTED
        assert admin.execute(MEMBERS, (owner,)).fetchone() == (0,)
        assert admin.execute(LOGINS, (owner, app, filler)).fetchone() == (0,)


def main() -> None:
    """Make stores until there are no more lines."""
    from ledger.postgresql.setup import set_up

    for line in sys.stdin:
        moment, location = line.split()
        while time.monotonic() < float(moment):
            pass
        if on_server(location):
            answer = str(set_up(location, {"zone": "UTC"}).made)
        else:
            create(location, {"zone": "UTC"})
            answer = "there is one"
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
