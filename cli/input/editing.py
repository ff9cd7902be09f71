"""A recording command whose text an editor writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.input.editor import edited
from cli.input.parameters import text_to_edit
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.input.requests import RecordingOptions


def with_text(command: Callable[..., Any], entry: RecordingOptions, given: dict[str, Any]) -> Any:
    """Carry out a command with the text that somebody writes, and return what it returns.

    Raises ``UsageProblem`` if the text is given already, or nothing says who acts, before an editor is opened.
    """
    name = text_to_edit(click.get_current_context().command)
    if name is None:
        raise UsageProblem("--edit: no text is written here")
    if (entry.reason if name == "reason" else given.get(name)) is not None:
        raise UsageProblem(f"--edit writes --{name}, which is given", hints=(f"leave --edit or --{name} out",))
    entry.people()
    with edited(f"--{name}") as written:
        if name == "reason":
            entry = entry._replace(reason=written.text)
        else:
            given[name] = written.text
        code = command(entry=entry, **given)
        written.recorded = not code
    return code
