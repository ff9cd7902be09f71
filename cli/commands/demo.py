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
from domain.errors import Conflict
from domain.rulebook.default import NEWEST, SETTING, title_of
from ledger import stores
from presentation import demonstrations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.session.demonstration_log import DemonstrationLog
    from presentation.demonstrations import Demonstration

_SETTING: Final = "scenario"


class Stage(NamedTuple):
    """The scenario's store, and how many cases and entries were recorded in it, if that was now."""

    path: str
    made: bool
    cases: int = 0
    entries: int = 0


@click.command()
@click.option(
    "--inspections",
    is_flag=True,
    help="Three rounds of inspection instead, with the figures that were published.",
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
def demo(*, inspections: bool, signed: bool, in_browser: bool, store: str | None) -> None:
    """Make a store of invented cases, show what a supervisor would look at first, and how to go on.

    Your own store is never touched, whatever the environment and the profile say: without --store it is a new
    file in the current folder. A file that is there and is not a demonstration is left as it is.

    With --log its record is signed, as an inspectorate would have it: a signer, a witness, a policy and a
    checkpoint lie in a folder beside the store. Everybody is told their passphrase: use them for nothing else.
    """
    if signed:
        from cli.session.signing import check_cryptography

        check_cryptography()  # before anything is made
    if in_browser:
        from cli.commands.web import check_web

        check_web()  # as above
    context = click.get_current_context()
    common = context.find_object(Common) or Common()
    demonstration = demonstrations.ROUNDS if inspections else demonstrations.CASES
    asked = common.store if store is None else store
    stage = _staged(demonstration, stores.absolute(store_path(demonstration.file if asked is None else asked)))
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


def _show_in_browser(path: str, day: str) -> None:
    from cli.commands.web import serve

    sys.stdout.flush()
    serve(View(store=path, as_at=day))


def _staged(demonstration: Demonstration, path: str) -> Stage:
    with session.explained(path):
        if stores.on_server(path) or not os.path.lexists(path):
            settings = {"zone": session.DEFAULT_ZONE, SETTING: title_of(NEWEST), _SETTING: demonstration.edition}
            stores.create(path, settings)
    with session.at_work(path) as app:
        if app.ledger.setting(_SETTING) != demonstration.edition:
            hint = "give another place: longcase demo --store PATH"
            raise Conflict(
                f"{path} is a store already, and not of these cases: it is left as it is", hints=(hint,)
            )
        if app.ledger.head()[0]:
            return Stage(path, made=False)
        done = demonstration.perform(app)
    return Stage(path, made=True, cases=done.cases, entries=done.entries)


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
    with root.make_context("longcase", ["--store", path, *split(command)], obj=Common()) as inner:
        root.invoke(inner)
    sys.stdout.flush()
