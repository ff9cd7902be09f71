"""The options that commands share, each bundle handed to the command as one object.

``@reading`` gives a command ``view``, ``@recording`` gives it ``entry``. Both take ``--store``;
what stands before the command (``longcase --store X cases``) counts where the command's own option
is not given.
"""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from cli.input.many import NotOfLines
from cli.input.parameters import RISK, or_environment, people, prose
from cli.input.requests import Common, RecordingOptions, View
from ledger.reader import LAST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FORMATS: Final = ("table", "lines", "json", "jsonl", "csv")
_INSTANT: Final = "now, a day, a time, or both; -2h; in the store's time zone unless it has an offset"
_Command = TypeVar("_Command", bound="Callable[..., Any]")


def reading(
    *,
    formats: bool = True,
    listing: bool = False,
    axes: bool = True,
    standby: bool = True,
    store: bool = True,
    also: tuple[str, ...] = (),
) -> Callable[[_Command], _Command]:
    """Give a command ``view: View``: ``--store``, unless it reads none.

    ``formats`` adds ``--format``, with those of ``also``, ``axes`` adds ``--as-at --known-at``, ``listing`` adds
    ``--limit --sort``, ``standby`` adds ``--standby --wait-for``: not for what writes in the store after all.
    """
    chosen = [
        *((_format(*FORMATS, *also),) if formats else ()),
        *((STORE,) if store else ()),
        *(_AXES if axes else ()),
        *(_LISTING if listing else ()),
    ]
    return _bundle("view", View, [*chosen, *(_STANDBY if standby else ())])


def recording(command: _Command) -> _Command:
    """Give a command ``entry: RecordingOptions``: who, when, for whom, why, which store."""
    return _bundle("entry", RecordingOptions, _RECORDING)(_with_editor(command))


def recording_edited(command: _Command) -> _Command:
    """Give a command ``entry`` as ``recording`` does; it opens an editor itself, where one is wanted."""
    return _bundle("entry", RecordingOptions, _RECORDING)(command)


def span(command: _Command) -> _Command:
    """Give a command ``since`` and ``until`` as typed, for ``instants.interval_of``."""
    since = click.option("--since", metavar="T", help="From T on; a day alone from its start.")
    until = click.option("--until", metavar="T", help="Before T; a day alone through its end.")
    return since(until(command))


def importing(command: _Command) -> _Command:
    """Give a command the options of whatever takes in, or takes back, what files brought."""
    return with_options(_IMPORTING, command)


def population(command: _Command) -> _Command:
    """Give a command the filters of a population: category, risk, team, owner, open or closed, idle."""
    return with_options(_POPULATION, command)


def caseload(command: _Command) -> _Command:
    """Give a command the filters of the open cases: category, risk, team, owner."""
    return with_options(_POPULATION[:_OF_OPEN_CASES], command)


def with_options(options: Sequence[Callable[[Any], Any]], command: _Command) -> _Command:
    """Give a command arguments and options, in the order in which its help shows them."""
    chosen: Any = command
    for option in reversed(options):
        chosen = option(chosen)
    return chosen  # type: ignore[no-any-return]  # click decorates what it is given


def into_file(
    help_: str = "Where to, as HTML (.html) or Markdown (.md).  [default: standard output, as text]",
) -> Callable[[_Command], _Command]:
    """Return what gives a command that prints a document ``output``, a path or ``None``, and ``force``."""
    from pathlib import Path

    output = click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help=help_)
    force = click.option("--force", is_flag=True, help="Replace FILE if it is there.")
    return partial(with_options, (output, force))


def _with_editor(command: _Command) -> _Command:
    """Have an editor write the text of a command where ``--edit`` is given, before the command is carried out."""

    @wraps(command)
    def run(*args: Any, entry: RecordingOptions, **given: Any) -> Any:
        if not entry.edit:
            return command(*args, entry=entry, **given)
        from cli.input.editing import with_text  # (most commands are given their text)

        return with_text(partial(command, *args), entry, given)

    return run  # type: ignore[return-value]  # what it is given it hands on


def _format(*choices: str) -> Callable[[Any], Any]:
    return click.option(
        "--format",
        type=click.Choice(choices),
        default="table",
        show_default=True,
        help="How to show what was found; lines are to be heard, or read one at a time.",
    )


def _bundle(
    name: str, kind: Callable[..., Any], options: Sequence[Callable[[Any], Any]]
) -> Callable[[_Command], _Command]:
    fields: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]  # a named tuple, given as its class

    def decorate(command: _Command) -> _Command:
        @wraps(command)
        def run(*args: Any, **given: Any) -> Any:
            taken = {field: given.pop(field) for field in fields if field in given}
            return command(*args, **{name: kind(**taken)}, **given)

        return with_options(options, run)  # type: ignore[return-value]  # click decorates what it is given

    return decorate


STORE: Final = click.option(
    "--store",
    metavar="URL",
    help="The store: a path, sqlite:///path, or postgresql://USER@HOST/DATABASE.  [env: LONGCASE_STORE]",
)
_STANDBY: Final = (
    click.option("--standby", is_flag=True, help="Read from a standby of the server, not from the primary."),
    click.option(
        "--wait-for",
        metavar="POSITION",
        type=click.IntRange(0, LAST),
        help="Read no sooner than the entry at POSITION is there; give up after 30 seconds.",
    ),
)
_AXES: Final = (
    click.option(
        "--as-at",
        metavar="T",
        callback=or_environment("LONGCASE_AS_AT"),
        help=f"The world at T: {_INSTANT}.  [default: --known-at; env: LONGCASE_AS_AT]",
    ),
    click.option(
        "--known-at",
        metavar="T",
        callback=or_environment("LONGCASE_KNOWN_AT"),
        help="By what had been recorded by T.  [default: now; env: LONGCASE_KNOWN_AT]",
    ),
)
_LISTING: Final = (
    click.option(
        "--limit",
        metavar="N",
        type=click.IntRange(min=0),
        help="Show N at most, 0 for all.  [default: 50 in a table, else all]",
    ),
    click.option("--sort", metavar="FIELD", help="Sort by FIELD; by -FIELD downwards."),
)
TODAY: Final = click.option(
    "--today", metavar="DAY", help="Confirms a clock that is far beyond the last entry of a file."
)
_RECORDING: Final = (
    click.option("--at", metavar="T", help=f"When it happened: {_INSTANT}.  [default: now]"),
    click.option("--actor", metavar="ID", help="Who acts.  [env: LONGCASE_ACTOR]"),
    click.option("--role", metavar="ROLE", help="In which role.  [env: LONGCASE_ROLE]"),
    click.option("--on-behalf-of", metavar="ID", help="For whom, if not for oneself."),
    prose("--reason", help="Why; - reads it from standard input."),
    click.option(
        "--edit",
        is_flag=True,
        is_eager=True,
        cls=NotOfLines,
        help="Write the text in $VISUAL or $EDITOR: the command's own, else --reason.",
    ),
    click.option("--command-id", metavar="ID", help="A UUID or a text; the same id twice is recorded once."),
    click.option(
        "--if-version",
        metavar="N",
        type=click.IntRange(min=0),
        help="Only if the case, or what else it is about, has N entries now.",
    ),
    click.option(
        "--format",
        type=click.Choice(("table", "json")),
        default="table",
        show_default=True,
        help="How to say what was recorded.",
    ),
    TODAY,
    STORE,
)


def _be_quiet(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  (the signature is the library's)
    context.ensure_object(Common).quiet = wanted


QUIET: Final = click.option(
    "--quiet",
    is_flag=True,
    expose_value=False,
    callback=_be_quiet,
    help="Print nothing where there is nothing, for cron.",
)
_IMPORTING: Final = (
    click.option("--actor", metavar="ID", help="Who acts.  [env: LONGCASE_ACTOR]"),
    click.option("--role", metavar="ROLE", help="In which role.  [env: LONGCASE_ROLE]"),
    click.option("--format", type=click.Choice(("table", "json")), default="table", show_default=True),
    TODAY,
    STORE,
)
_OF_OPEN_CASES: Final = 5
_POPULATION: Final = (
    click.option(
        "--category", multiple=True, metavar="C", help="Of this category, to the letter; may be given again."
    ),
    click.option("--risk", multiple=True, type=RISK, help="Of this risk; may be given again."),
    click.option("--team", multiple=True, metavar="T", help="Of this team, to the letter; may be given again."),
    click.option(
        "--owner",
        multiple=True,
        metavar="ID",
        callback=people,
        help="Owned by this officer, however spelt; me is whoever acts; may be given again.",
    ),
    click.option("--unallocated", is_flag=True, help="Owned by nobody."),
    click.option("--open/--closed", "is_open", default=None, help="Only those open, or only those closed."),
    click.option("--idle-over", metavar="TIME", help="Open, and without activity for longer: 36h, 30d, 3mo."),
)
