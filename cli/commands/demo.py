"""``longcase demo``: a store of invented cases, what a supervisor would look at first, how to go on."""

from __future__ import annotations

import os
import shutil
import sys
from shlex import quote, split
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from application.scenario.performing import EDITION, perform
from cli import opening
from cli.commands.typesetting import Part, painted, write
from cli.given import Common
from cli.output import say_out
from cli.profile import store_path
from cli.terminal import has_colour
from domain.errors import Conflict
from ledger.connection import create

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE: Final = "longcase-demo.db"
"""The store's name unless another is given; in the current folder, easy to find and to delete."""

_SETTING: Final = "scenario"
_SHOWN: Final = (
    "stalled --as-at 2016-05-20 --limit 1",
    "stalled --cause unallocated --as-at 2016-05-19",
)
_NEXT: Final = (
    ("all that are stalled", "stalled --as-at 2016-05-20"),
    ("which days count, why", "explain IMG-0417 --as-at 2016-05-20"),
    ("what comes next week", "due --within 7d --as-at 2016-05-20"),
    ("which team is the worst", "stalled --by team --as-at 2016-05-20"),
    ("96 days, 3 months more", "timeline IMG-0417 --as-at 2016-08-31"),
    ("what was known by then", "stalled --known-at 2016-05-20"),
    ("a meeting that never was", "diff DVW-0150 2016-06-21 2016-06-22 --known"),
    ("17 days, graded twice", "timeline CSE-0083 --as-at 2016-08-31"),
    ("a boy in a cell", "detained --as-at 2016-05-17"),
    ("a girl asked too late", "missing --as-at 2016-05-20"),
    ("offenders nobody visits", "visits --overdue --as-at 2016-05-20"),
    ("owners without training", "officers --as-at 2016-05-20"),
    ("irregular from the start", "audit --irregular --limit 10"),
)


class Stage(NamedTuple):
    """The scenario's store, and how many cases and entries were recorded in it, if that was now."""

    path: str
    made: bool
    cases: int = 0
    entries: int = 0


@click.command()
@click.option("--store", metavar="URL", help=f"Where: a path, or sqlite:///path.  [default: ./{FILE}]")
def demo(store: str | None) -> None:
    """Make a store of invented cases, show what a supervisor would look at first, and how to go on.

    Your own store is never touched, whatever the environment and the profile say: without --store it is a new
    file in the current folder. A file that is there and is not a demonstration is left as it is.
    """
    context = click.get_current_context()
    common = context.find_object(Common) or Common()
    stage = _staged(os.path.abspath(store_path(store or common.store or FILE)))  # noqa: PTH100  (a path is a text here)
    for line in _introduction(stage):
        say_out(line)
    for command in _SHOWN:
        _show(context, stage.path, command)
    say_out("")
    say_out("Then, for example:")
    for what, command in _NEXT:
        say_out(f"  {what:<26}longcase {command}")


def _staged(path: str) -> Stage:
    with opening.explained(path):
        if not os.path.lexists(path):
            create(path, {"zone": opening.DEFAULT_ZONE, _SETTING: EDITION}).close()
    with opening.at_work(path) as app:
        if app.ledger.setting(_SETTING) != EDITION:
            hint = "give another place: longcase demo --store PATH"
            raise Conflict(
                f"{path} is a store already, and not of these cases: it is left as it is", hints=(hint,)
            )
        if app.ledger.head()[0]:
            return Stage(path, made=False)
        done = perform(app)
    return Stage(path, made=True, cases=done.cases, entries=done.entries)


def _introduction(stage: Stage) -> Iterator[str]:
    if stage.made:
        made = f"{stage.cases} invented cases of 2016, {stage.entries:,} entries; nobody in them is real"
    else:
        made = "The invented cases of 2016 were here already, and are shown as they stand"
    yield f"{made}. To go on:"
    for line in _settings(stage.path):
        yield f"  {line}"


def _settings(path: str) -> Iterator[str]:
    """Yield what to type so that ``longcase`` means this program, and this store."""
    here, name = os.path.split(os.path.abspath(sys.argv[0]))  # noqa: PTH100  (as above)
    found = os.path.dirname(shutil.which("longcase") or "")  # noqa: PTH120  (as above)
    if name.startswith("longcase") and os.path.normcase(found) != os.path.normcase(here):
        yield f"set PATH={here};%PATH%" if os.name == "nt" else f'export PATH={quote(here)}:"$PATH"'
    yield f"set LONGCASE_STORE={path}" if os.name == "nt" else f"export LONGCASE_STORE={quote(path)}"


def _show(context: click.Context, path: str, command: str) -> None:
    """Show a command as it would be typed, and what it answers."""
    say_out("")
    told = painted(Part(f"$ longcase {command}", "bold"), coloured=has_colour(sys.stdout))
    write([told])
    root = context.find_root().command
    with root.make_context("longcase", ["--store", path, *split(command)], obj=Common()) as inner:
        root.invoke(inner)
    sys.stdout.flush()
