"""Checking a store, and what it stands on."""

from __future__ import annotations

import sys
from datetime import UTC
from typing import TYPE_CHECKING, NoReturn

import click
from eventsourcing.persistence import PersistenceError

from cli.input.options import reading
from cli.output.progress import Progress
from cli.output.streams import Shape, present, say, say_out
from cli.output.terminal import has_colour, width_of_terminal
from cli.session import stores
from domain.axes import Axes
from domain.codec import complaint
from domain.errors import StoreError
from ledger.errors import Busy, NotAStore
from ledger.integrity.findings import Finding, Wrong, found
from ledger.sqlite.checks import deep as read_all
from ledger.sqlite.checks import quick
from ledger.sqlite.connection import READING_KIB, connect
from ledger.sqlite.driver import newest
from ledger.sqlite.reader import SQLiteReader
from ledger.stores import absolute, on_server
from presentation.instants import AsOf
from presentation.questions.stores import unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from cli.input.requests import View
    from ledger.reader import LedgerReader

_SHAPE = Shape("checks", ("check", "ok", "explanation", "advice"), ())
_WIDE = 110


@click.command()
@click.option("--deep", is_flag=True, help="Read every page and every entry, and compare each with its hash.")
@reading(axes=False)
def doctor(view: View, *, deep: bool) -> None:
    """Check a store, and what it stands on; the exit code is 5 if anything at all is wrong with it."""
    path = view.store_path
    findings = []
    with stores.explained(path):
        for finding in (_on_server if on_server(path) else _in_file)(path, view, deep=deep):
            findings.append(finding)
            if view.format == "table":
                if len(findings) == 1:
                    say_out(f"the store at {absolute(path)}")
                _show(finding)
    if view.format != "table":
        now = stores.now()
        items = ({**finding._asdict(), "advice": list(finding.advice)} for finding in findings)
        extra = {"store": absolute(path)}
        present(items, _SHAPE, view._replace(limit=0), AsOf(Axes(now, now), UTC, now), extra=extra)
    _conclude(path, findings, deep=deep)


def _on_server(location: str, view: View, *, deep: bool) -> Iterator[Finding]:
    from ledger.postgresql import checks
    from ledger.postgresql.location import psycopg

    with stores.lent_to_read(location, standby=view.standby, wait_for=view.wait_for) as lent:
        ledger: Any = lent  # that of a server, since it was asked for by a URL
        yield from checks.quick(ledger)
        if deep:
            with Progress("reading every entry") as progress:
                yield from checks.deep(ledger, complaint=complaint, advance=progress.advance)
        yield _tables(ledger, psycopg(), deep=deep)


def _in_file(path: str, view: View, *, deep: bool) -> Iterator[Finding]:
    stores.check_standby(path, wanted=view.standby)
    driver = newest()
    try:
        connection = connect(path, driver=driver, cache_kib=READING_KIB)
    except (NotAStore, Busy):
        raise
    except PersistenceError as error:
        if unwritable(error, path):
            raise
        reason = f"the store cannot be opened: {error}"
        yield found("file", driver, lambda: _unopened(reason))
        return
    try:
        ledger = SQLiteReader(connection, driver=driver)
        if view.wait_for is not None:
            stores.wait(ledger, view.wait_for)
        yield from quick(path, connection, driver)
        if deep:
            with Progress("reading every entry") as progress:
                yield from read_all(connection, driver, complaint=complaint, advance=progress.advance)
        yield _tables(ledger, driver, deep=deep)
    finally:
        connection.close()


def _unopened(reason: str) -> NoReturn:
    raise Wrong(reason)


def _tables(ledger: LedgerReader, driver: Any, *, deep: bool) -> Finding:
    if not deep:
        from projections.runner.spot_check import tables_hold_by_sample

        return found("tables", driver, lambda: tables_hold_by_sample(ledger))
    from projections.runner.verify import tables_hold

    with Progress("comparing the population tables") as progress:
        return found("tables", driver, lambda: tables_hold(ledger, progress.advance))


def _show(finding: Finding) -> None:
    from cli.output.layout import Page, Part, beside, painted, write

    word, colour = ("ok", "green") if finding.ok else ("WRONG", "red")
    sheet = Page(width_of_terminal() or _WIDE, has_colour(sys.stdout), UTC)
    first, *more = beside(f"{finding.check:<13}{word:<7}", [Part(finding.explanation)], sheet)
    write([first.replace(f" {word}", f" {painted(Part(word, colour), coloured=sheet.coloured)}", 1), *more])
    sys.stdout.flush()


def _conclude(path: str, findings: Sequence[Finding], *, deep: bool) -> None:
    sys.stdout.flush()
    wrong = [finding for finding in findings if not finding.ok]
    if wrong:
        advice = tuple(dict.fromkeys(line for finding in wrong for line in finding.advice))
        names = ", ".join(finding.check for finding in wrong)
        raise StoreError(f"something is wrong with the store {path}: {names}", hints=advice)
    if deep:
        say(f"all {len(findings)} checks passed")
    else:
        say(f"{len(findings)} quick checks passed; longcase doctor --deep reads every entry")
