"""The end of a case: closure asked for, refused or granted by somebody else, and taken back."""

from __future__ import annotations

from application.commands import cases
from cli.input.parameters import prose
from cli.session.recording import case_command

request_closure = case_command(
    "request-closure",
    cases.request_closure,
    prose("--outcome", required=True, help="With which outcome; - reads it from standard input."),
    prose("--grounds", help="Why it can be closed; - reads it from standard input."),
    summary="Ask for the case to be closed; somebody else decides.",
)
refuse_closure = case_command(
    "refuse-closure",
    cases.refuse_closure,
    prose("--grounds", help="Why not; - reads it from standard input."),
    summary="Refuse somebody else's request for closure.",
)
resolve = case_command(
    "resolve",
    cases.resolve,
    prose(
        "--outcome",
        help="With which outcome; - reads it from standard input.  [default: the one that was asked for]",
    ),
    prose("--grounds", help="Why; - reads it from standard input."),
    summary="Close the case; neither its owner nor whoever asked for it can.",
)
reopen = case_command("reopen", cases.reopen, summary="Take a resolved case up again; --reason says why.")
