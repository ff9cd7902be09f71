"""``longcase``: the entry point, and the first group, which imports only the command named."""

from __future__ import annotations

import gc
import os
import sys
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

import click

from cli.errors import guarded
from cli.input.requests import Common
from cli.lazy import LazyGroup
from cli.registry import PAGED, SECTIONS
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMPLETE = "_LONGCASE_COMPLETE"
_COLLECT_AFTER = 50_000
"""After how many new objects the collector looks for garbage: more than a short command ever makes."""

_EPILOG = """\
The store, the actor and the role may also stand in LONGCASE_STORE, LONGCASE_ACTOR and
LONGCASE_ROLE, or in profile.toml in the platform's configuration folder (elsewhere, or by
name: LONGCASE_PROFILE). longcase config shows what holds, and from where.

Exit codes: 0 done, 1 found what --exit-code or log verify looks for, 2 usage,
3 refused by a rule, 4 conflict, 5 store.
"""


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  (the signature is the library's)
    if wanted and not ctx.resilient_parsing:
        click.echo(f"longcase {_version()}")
        ctx.exit()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("longcase")
    except PackageNotFoundError:
        return "(run from its source, not installed)"


@click.group(
    cls=LazyGroup,
    sections=SECTIONS,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--store", metavar="URL", help="The store: a path, sqlite:///path, or postgresql://USER@HOST/DATABASE."
)
@click.option("--actor", metavar="ID", help="Who acts.")
@click.option("--role", metavar="ROLE", help="In which role.")
@click.option("--profile", metavar="NAME", help="The store, actor and role of that name in profile.toml.")
@click.option("--no-pager", is_flag=True, help="Show no list in a pager.  [env: LONGCASE_PAGER, PAGER]")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.  [env: LONGCASE_DEBUG]")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version.",
)
@click.pass_context
def root(
    context: click.Context,
    *,
    store: str | None,
    actor: str | None,
    role: str | None,
    profile: str | None,
    no_pager: bool,
    debug: bool,
) -> None:
    """Record cases, replay them as at any instant, see who acted when, find those gone quiet."""
    common = context.ensure_object(Common)
    common.store, common.actor, common.role = store, actor, role
    common.debug = common.debug or debug
    if profile is not None or "LONGCASE_PROFILE" in os.environ:
        _choose(profile)
    if not no_pager and context.invoked_subcommand in PAGED and sys.stdout is not None and sys.stdout.isatty():
        from cli.output.pager import paged, pager  # (whoever pipes an answer on needs none)

        command = pager()
        if command is not None:
            context.with_resource(paged(command))


def _choose(profile: str | None) -> None:
    """Refuse a profile that is not there, whatever else says which store is meant."""
    from cli.input.profile import choose, chosen

    if profile is None:
        chosen()
    else:
        choose(profile)


def main(args: Sequence[str] | None = None) -> int:
    """Run the command that ``args``, else the process's own, name; return the exit code."""
    if args is None:
        return _as_process(sys.argv[1:])
    common = Common()
    common.errors_as_json = _for_a_program(args)
    return guarded(lambda: _run(list(args), common), common)


def _for_a_program(args: Sequence[str]) -> bool:
    """Tell whether ``--format json`` was typed, even where the rest cannot be understood."""
    typed = list(takewhile(lambda word: word != "--", args))
    given = [after for word, after in pairwise(typed) if word == "--format"]
    given += [word.removeprefix("--format=") for word in typed if word.startswith("--format=")]
    return given[-1:] == ["json"]


def _as_process(args: list[str]) -> int:
    """Run as a process of its own, which is short-lived: looking for garbage is a tenth of its time."""
    gc.set_threshold(_COLLECT_AFTER, 10, 10)
    _open_what_is_closed()
    try:
        return main(args)
    finally:
        gc.freeze()


def _open_what_is_closed() -> None:
    """Replace closed standard streams: stdin reads empty, stderr discards, writing to stdout fails."""
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    if sys.stdout is None:
        unwritable = os.open(os.devnull, os.O_RDONLY)  # what nobody receives must not look as if it were
        sys.stdout = os.fdopen(unwritable, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _run(args: list[str], common: Common) -> int:
    if _COMPLETE in os.environ:
        from cli.completion import respond

        return respond(root, os.environ[_COMPLETE], args)
    _tolerate_any_text()
    _refuse_broken_text(args)
    with root.make_context("longcase", args, obj=common) as context:
        result = root.invoke(context)
    return result if isinstance(result, int) else 0


def _tolerate_any_text() -> None:
    """Let a terminal that lacks a letter show an escape in its place, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _refuse_broken_text(args: list[str]) -> None:
    """Refuse bytes that are no text: they could not be stored as what was meant."""
    names = [f"LONGCASE_{name}" for name in ("ACTOR", "ROLE", "STORE", "AS_AT", "KNOWN_AT")]
    for text in (*args, *(os.environ.get(name, "") for name in names)):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            encoding = sys.getfilesystemencoding()
            raise UsageProblem(f"{text!a} is not text in {encoding}") from error


if __name__ == "__main__":
    sys.exit(main())
