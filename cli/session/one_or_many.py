"""A command on one case or on many: one goes the way of every command, and nothing more is loaded for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.session.recording import carry_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions


def on_cases(
    entry: RecordingOptions,
    references: Sequence[str],
    last: str,
    command: Callable[[Longcase, str, str, Envelope], Receipt],
    check: Callable[[Longcase], None] = lambda _app: None,
    *,
    preview: bool,
) -> int:
    """Carry out ``command`` on one case, as ``carry_out`` does, or on many; return the exit code.

    It is given a reference and the ``last`` word. ``check`` raises what would be refused in all of many cases.
    """
    if len(references) == 1 and not preview:
        (reference,) = references
        carry_out(entry, reference, lambda app, by: command(app, reference, last, by))
        return 0
    from cli.session.many import CaseCommand, carry_out_many, named_once  # (most commands are on one case)

    def cases(app: Longcase, _by: Envelope) -> Sequence[str]:
        check(app)
        return named_once(app, references, last)

    return carry_out_many(
        entry, CaseCommand(lambda app, one, by: command(app, one, last, by), cases), preview=preview
    )
