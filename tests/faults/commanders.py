"""Applications that are given commands: Longcase, and one of eventsourcing's own on its own recorder.

A command loads a case, decides, and saves what it decided in one transaction. What a case of the library's
carries is said in ``benchmarks.eventsourcing_side``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from application.app import Longcase
from application.commands import cases
from application.envelope import Envelope
from benchmarks.actions import ACTOR, Deed
from benchmarks.eventsourcing_side import FolderOfCase, Folders, by, trigger
from ledger.stores import on_server, open_recorder

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60
"""How many seconds the library waits for a lock in a file."""

EACH = 20
"""How many commands there are on one case: it is reported, then acted on."""


class App(Protocol):
    """Takes two kinds of command."""

    def __init__(self, location: str) -> None:
        """Connect."""

    def report(self, reference: str) -> None:
        """Report a case."""

    def act(self, reference: str, deed: Deed) -> None:
        """Record an action on a case."""


class OurApp:
    """Longcase."""

    def __init__(self, location: str) -> None:
        """Connect."""
        self._app = Longcase(open_recorder(location))

    def report(self, reference: str) -> None:
        """Report a case."""
        cases.report(self._app, reference, _envelope(), category="other", source="referral", summary="invented")

    def act(self, reference: str, deed: Deed) -> None:
        """Record an action on a case."""
        cases.act(self._app, reference, deed.kind, _envelope(), outcome=deed.outcome, text=deed.text)


def _envelope() -> Envelope:
    return Envelope(actor=ACTOR, role="investigator")


class TheirApp:
    """An application of the library's, whose tables there are."""

    def __init__(self, location: str) -> None:
        """Connect."""
        self._app = Folders(_settings(location) | {"CREATE_TABLE": "no"})

    def report(self, reference: str) -> None:
        """Report a case."""
        self._app.save(FolderOfCase(reference, "other", "referral", "invented", by()))

    def act(self, reference: str, deed: Deed) -> None:
        """Record an action on a case."""
        case: Any = self._app.repository.get(FolderOfCase.create_id(reference))
        trigger(case, deed)
        self._app.save(case)


def make_their_app(location: str) -> None:
    """Make the tables of the library's application: eight processes at once, making them, would fail."""
    Folders(_settings(location)).close()


def _settings(location: str) -> dict[str, str]:
    """Return what the library's application is made with: as it comes, but on the SQLite that ours is on."""
    if not on_server(location):
        on_our_sqlite()
        settings = {"SQLITE_DBNAME": location, "SQLITE_LOCK_TIMEOUT": str(PATIENCE)}
        return settings | {"PERSISTENCE_MODULE": "eventsourcing.sqlite"}
    settings = {f"POSTGRES_{name.upper()}": value for name, value in place_of(location).items()}
    return settings | {"PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_PASSWORD": ""}


def place_of(location: str) -> dict[str, str]:
    """Return where a database is, in the words of the library's datastore."""
    from psycopg.conninfo import conninfo_to_dict

    info = conninfo_to_dict(location)
    return {name: str(info[name]) for name in ("dbname", "host", "port", "user")}


def on_our_sqlite() -> Any:
    """Put the library on the SQLite that ours is on, for good, and return its module.

    Python's own may lose what several processes record, and may flush otherwise than ours does.
    """
    import eventsourcing.sqlite as library

    from ledger.sqlite.driver import newest

    library.sqlite3 = newest()  # type: ignore[attr-defined]  # it has the interface of sqlite3
    return library


def commander(app: type[App]) -> Callable[[str, str], Any]:
    """Return what connects a process of some name to a location, and gives a command whenever it is called."""

    def connect(location: str, name: str) -> Callable[..., None]:
        given, connected = 0, app(location)

        def give(number: int, *, shared: bool) -> None:
            nonlocal given
            assert not shared, "every process has cases of its own"
            case, index = divmod(given, EACH)
            given += 1
            if index:
                connected.act(f"P{name}-{case}", Deed.of(number))
            else:
                connected.report(f"P{name}-{case}")

        return give

    return connect
