"""``longcase demo``: a store of invented cases, what somebody would look at first, how to go on."""

from __future__ import annotations

import os
import shutil
import sys
from shlex import quote, split
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from cli.input.profile import store_path
from cli.input.requests import Common, View
from cli.output.layout import Part, painted, write
from cli.output.streams import say_out
from cli.output.terminal import has_colour
from cli.session import stores as session
from domain.errors import Conflict, UsageProblem
from domain.instant import to_datetime, zone_of
from domain.rulebook.default import NEWEST, SETTING, title_of
from ledger import stores
from presentation import demonstrations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from application.app import Longcase
    from application.demo.player import Recorded
    from cli.session.demonstration_log import DemonstrationLog
    from domain.instant import Instant
    from presentation.demonstrations import Demonstration

_MOVED: Final = "scenario moved"


class Stage(NamedTuple):
    """The scenario's store, and how many cases and entries were recorded in it, if that was now.

    ``moved`` is by how many weeks it was moved, and the day on which it then ends, unless it is of its own year.
    """

    path: str
    made: bool
    cases: int = 0
    entries: int = 0
    moved: tuple[int, str] | None = None


@click.command()
@click.option(
    "--inspections",
    is_flag=True,
    help="Three rounds of inspection instead, with the figures that were published.",
)
@click.option(
    "--until",
    metavar="T",
    help="Have the story end at T: now, a day, an instant; all of it is moved by whole weeks.",
)
@click.option(
    "--log",
    "signed",
    is_flag=True,
    help="Have it signed and cosigned too, with keys for demonstration (extra trust).",
)
@click.option("--web", "in_browser", is_flag=True, help="Show it in the browser (extra web), until Ctrl-C.")
@click.option(
    "--store",
    metavar="URL",
    help=(
        "Where: a path, sqlite:///path, or postgresql://USER@HOST/DATABASE."
        f"  [default: ./{demonstrations.CASES.file}, or ./{demonstrations.ROUNDS.file}]"
    ),
)
def demo(*, inspections: bool, until: str | None, signed: bool, in_browser: bool, store: str | None) -> None:
    """Make a store of invented cases, show what a supervisor would look at first, and how to go on.

    Your own store is never touched, whatever the environment and the profile say: without --store it is a new
    file in the current folder. A file that is there and is not a demonstration is left as it is.

    The cases are of 2016, and so are all figures. With --until now they end now, and no --as-at is needed: every
    day is later by the same whole weeks, weekdays stay what they are, and bank holidays are where they fall.

    With --log its record is signed, as an inspectorate would have it: a signer, a witness, a policy and a
    checkpoint lie in a folder beside the store. Everybody is told their passphrase: use them for nothing else.
    """
    _check_extras(signed=signed, in_browser=in_browser)
    context = click.get_current_context()
    common = context.find_object(Common) or Common()
    demonstration = demonstrations.ROUNDS if inspections else demonstrations.CASES
    end = None if until is None else _end(until, inspections=inspections)
    asked = common.store if store is None else store
    path = stores.absolute(store_path(demonstration.file if asked is None else asked))
    stage = _staged(demonstration, path, end)
    if stage.moved is not None:
        demonstration = demonstrations.moved(demonstration, *stage.moved, _day(session.now()))
    log = _signed(stage.path) if signed else None
    for line in _introduction(demonstration, stage):
        say_out(line)
    for line in _of_log(log):
        say_out(line)
    if in_browser:
        _show_in_browser(stage.path, demonstration.day)
        return
    for command in demonstration.shown:
        _show(context, stage.path, command)
    say_out("")
    say_out("Then, for example:")
    following = (*demonstration.following, *_checks(log))
    width = max(len(what) for what, _ in following) + 2
    for what, command in following:
        say_out(f"  {what:<{width}}longcase {command}")


def _check_extras(*, signed: bool, in_browser: bool) -> None:
    """Raise ``UsageProblem`` if an extra is missing, before anything is made."""
    if signed:
        from cli.session.signing import check_cryptography

        check_cryptography()
    if in_browser:
        from cli.commands.web import check_web

        check_web()


def _show_in_browser(path: str, day: str) -> None:
    from cli.commands.web import serve

    sys.stdout.flush()
    serve(View(store=path, as_at=day))


def _end(until: str, *, inspections: bool) -> Instant:
    """Return when the story is to end; raise ``UsageProblem`` for an instant to come, and for the rounds."""
    if inspections:
        hint = "their figures were published, and stay with their days: leave --until or --inspections out"
        raise UsageProblem("--until is for the cases, and not for the rounds", hints=(hint,))
    from presentation.instants import Edge, parse_instant

    zone, now = zone_of(session.DEFAULT_ZONE), session.now()
    if parse_instant(until, zone=zone, now=now, edge=Edge.FIRST, name="--until") > now:
        raise UsageProblem(f"--until: {until!r} is to come", hints=("nothing is recorded of days to come",))
    return min(parse_instant(until, zone=zone, now=now, name="--until"), now)


def _moved_settings(end: Instant | None) -> dict[str, str]:
    if end is None:
        return {}
    from application.demo.moving import weeks_until

    return {_MOVED: f"{weeks_until(end)} weeks, until {_day(end)}"}


def _day(instant: Instant) -> str:
    return to_datetime(instant, zone_of(session.DEFAULT_ZONE)).date().isoformat()


def _staged(demonstration: Demonstration, path: str, end: Instant | None) -> Stage:
    with session.explained(path):
        if stores.on_server(path) or not os.path.lexists(path):
            settings = {
                "zone": session.DEFAULT_ZONE,
                SETTING: title_of(NEWEST),
                session.SCENARIO: demonstration.edition,
            }
            stores.create(path, settings | _moved_settings(end))
    with session.at_work(path, staging=True) as app:
        if app.ledger.setting(session.SCENARIO) != demonstration.edition:
            hint = "give another place: longcase demo --store PATH"
            raise Conflict(
                f"{path} is a store already, and not of these cases: it is left as it is", hints=(hint,)
            )
        moved = _moved(app.ledger.setting(_MOVED))
        if app.ledger.head()[0]:
            return Stage(path, made=False, moved=moved)
        done = (demonstration.perform if end is None else _performance(end))(app)
    return Stage(path, made=True, cases=done.cases, entries=done.entries, moved=moved)


def _performance(end: Instant) -> Callable[[Longcase], Recorded]:
    from application.demo.moving import performance_until

    return performance_until(end)


def _moved(setting: str | None) -> tuple[int, str] | None:
    """Return by how many weeks a store's scenario was moved, and its last day, as its setting says."""
    if setting is None:
        return None
    weeks, _, day = setting.partition(" weeks, until ")
    return int(weeks), day


def _signed(path: str) -> DemonstrationLog:
    from cli.session.demonstration_log import sign_demonstration

    return sign_demonstration(path)


def _of_log(log: DemonstrationLog | None) -> Iterator[str]:
    """Yield where the keys of the log are, and that they are for nothing else."""
    if log is None:
        return
    for name, value in log.settings():
        yield f"  {_assigned(name, value)}"
    yield "Its record is signed and cosigned, with keys FOR DEMONSTRATION ONLY; their passphrase is"
    yield f'"{log.words}", and all of it is in {log.folder}'


def _checks(log: DemonstrationLog | None) -> tuple[tuple[str, str], ...]:
    """Return which commands look at the log, each with what it is about."""
    if log is None:
        return ()
    kept, policy = quote(str(log.kept)), quote(str(log.policy))
    return (
        ("nobody tidied it up", f"log verify --checkpoint {kept}"),
        ("who signed, and when", f"log status --policy {policy}"),
        ("what the witness saw", "witness list"),
    )


def _introduction(demonstration: Demonstration, stage: Stage) -> Iterator[str]:
    said = (
        demonstration.made.format(cases=stage.cases, entries=stage.entries) if stage.made else demonstration.found
    )
    yield from said.splitlines()
    for line in _settings(stage.path):
        yield f"  {line}"


def _settings(path: str) -> Iterator[str]:
    """Yield what to type so that ``longcase`` means this program, and this store."""
    here, name = os.path.split(os.path.abspath(sys.argv[0]))  # noqa: PTH100  (as above)
    found = os.path.dirname(shutil.which("longcase") or "")  # noqa: PTH120  (as above)
    if name.startswith("longcase") and os.path.normcase(found) != os.path.normcase(here):
        yield f"set PATH={here};%PATH%" if os.name == "nt" else f'export PATH={quote(here)}:"$PATH"'
    yield _assigned("LONGCASE_STORE", path)


def _assigned(name: str, value: str) -> str:
    """Return what to type so that a variable has a value."""
    return f"set {name}={value}" if os.name == "nt" else f"export {name}={quote(value)}"


def _show(context: click.Context, path: str, command: str) -> None:
    """Show a command as it would be typed, and what it answers."""
    say_out("")
    line = painted(Part(f"$ longcase {command}", "bold"), coloured=has_colour(sys.stdout))
    write([line])
    root = context.find_root().command
    typed = ["--no-pager", "--store", path, *split(command)]
    with root.make_context("longcase", typed, obj=Common()) as inner:
        root.invoke(inner)
    sys.stdout.flush()
