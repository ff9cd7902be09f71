"""Every command by name: its one line of help, and where it is, without importing it.

A target is ``module:attribute``; the module is imported only when the command runs, is completed or
shows its own help.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Leaf(NamedTuple):
    """A command: where it is, and its line in the help."""

    target: str
    help: str


class Branch(NamedTuple):
    """A group of verbs: its line in the help, and the verbs.

    ``itself`` is the command that the group's name alone is, where no verb stands behind it.
    """

    help: str
    verbs: dict[str, Leaf]
    itself: Leaf | None = None


Section = tuple[str, dict[str, "Leaf | Branch"]]
"""A heading of the help, and the commands under it."""

_WARRANT: Final = Branch(
    "Seek a warrant, and record what became of it.",
    {
        "seek": Leaf("cli.commands.warrant:seek", "Record that a warrant was sought."),
        "grant": Leaf("cli.commands.warrant:grant", "Record that a court granted it."),
        "refuse": Leaf("cli.commands.warrant:refuse", "Record that a court refused it."),
        "execute": Leaf("cli.commands.warrant:execute", "Record that it was executed."),
        "withdraw": Leaf("cli.commands.warrant:withdraw", "Record that it was withdrawn."),
    },
)

_OFFICER: Final = Branch(
    "Keep the register of officers.",
    {
        "enrol": Leaf("cli.commands.officer:enrol", "Enter an officer in the register."),
        "accredit": Leaf("cli.commands.officer:accredit", "Record an accreditation."),
        "lapse": Leaf("cli.commands.officer:lapse", "Record that an accreditation lapsed."),
        "absent": Leaf("cli.commands.officer:absent", "Record the start of an absence."),
        "back": Leaf("cli.commands.officer:back", "Record the end of an absence."),
        "leave": Leaf("cli.commands.officer:leave", "Record that an officer left."),
        "move": Leaf("cli.commands.officer:move", "Record a change of team."),
    },
)

_INSPECTION: Final = Branch(
    "Open a round of inspection, draw its sample, see what it came to.",
    {
        "open": Leaf("cli.commands.inspection:open_", "Open a round."),
        "sample": Leaf("cli.commands.sample:sample", "Draw its sample, or draw it again to compare."),
        "show": Leaf("cli.commands.inspection_form:show", "Its cases: what is graded of each, what not."),
        "form": Leaf("cli.commands.inspection_form:form_", "Write a form to grade its cases with."),
        "grade": Leaf("cli.commands.inspection_form:grade", "Record the grades of a form."),
        "close": Leaf("cli.commands.inspection:close", "Close a round."),
        "report": Leaf("cli.commands.inspections:report", "What a round came to, as at any instant."),
        "list": Leaf("cli.commands.inspections:list_", "List the rounds."),
    },
)

_RULEBOOK: Final = Branch(
    "Look at the rules in force, try others, adopt them.",
    {
        "show": Leaf("cli.commands.rulebooks:show", "The rules in force at an instant; as a file to edit."),
        "check": Leaf("cli.commands.rulebook:check", "Say what is wrong with a file of rules, by line."),
        "adopt": Leaf("cli.commands.rulebook:adopt", "Adopt a file of rules from a day on."),
        "history": Leaf("cli.commands.rulebooks:history", "Every adoption, and what it changed."),
    },
)

_WITNESS: Final = Branch(
    "Cosign the checkpoints of logs, for an inspectorate.",
    {
        "init": Leaf("cli.commands.witness:init", "Make a witness: its keys and its memory."),
        "serve": Leaf("cli.commands.witness:serve", "Answer logs over HTTP."),
        "sign": Leaf("cli.commands.witness:sign", "Answer one request, in files."),
        "list": Leaf("cli.commands.witness_lists:list_", "The logs, and what was cosigned last."),
        "compare": Leaf("cli.commands.witness_lists:compare", "Say whether everybody was shown one history."),
    },
)

_PROJECTIONS: Final = Branch(
    "Look after the tables that are read.",
    {
        "status": Leaf("cli.commands.projections:status", "Say how current each table is."),
        "rebuild": Leaf("cli.commands.projections:rebuild", "Build the tables anew beside the old."),
        "retry": Leaf("cli.commands.projections:retry", "Try again the entry that stopped one."),
        "skip": Leaf("cli.commands.projections:skip", "Pass over that entry, with a reason."),
    },
)

_LOG: Final = Branch(
    "Have the record signed and cosigned, so that others can check it; check it.",
    {
        "init": Leaf("cli.commands.log_init:init", "Make the keys of the log, and their signer."),
        "checkpoint": Leaf("cli.commands.log_checkpoint:checkpoint", "Sign what the store holds now."),
        "status": Leaf("cli.commands.log_status:status", "How the log stands, and who has cosigned."),
        "keys": Leaf("cli.commands.log_status:keys", "Print the public keys of the log."),
        "verify": Leaf("cli.commands.log_verify:verify", "Compare every entry with what was signed."),
        "prove": Leaf("cli.commands.log_files:prove", "Write a proof that an entry is in the log."),
        "tiles": Leaf("cli.commands.log_files:tiles", "Write the log as files that others read."),
        "request": Leaf("cli.commands.log_witness:request", "Write a request to a witness."),
        "submit": Leaf("cli.commands.log_witness:submit", "Have a witness cosign, over HTTP."),
        "cosign": Leaf("cli.commands.log_witness:cosign", "Take a witness's answer from a file."),
    },
)

_RECORD: Final[dict[str, Leaf | Branch]] = {
    "report": Leaf("cli.commands.intake:report", "Open a case: what was reported, by whom."),
    "assess": Leaf("cli.commands.intake:assess", "Record the risk of a case."),
    "allocate": Leaf("cli.commands.intake:allocate", "Give a case to an officer."),
    "return": Leaf("cli.commands.intake:return_", "Give a case back to the queue."),
    "act": Leaf("cli.commands.intake:act", "Record an action taken on a case."),
    "warrant": _WARRANT,
    "escalate": Leaf("cli.commands.oversight:escalate", "Record the inspectorate's concern."),
    "answer": Leaf("cli.commands.oversight:answer", "Record the answer to an escalation."),
    "accept": Leaf("cli.commands.oversight:accept", "Record that the answer was accepted."),
    "reject": Leaf("cli.commands.oversight:reject", "Record that the answer was rejected."),
    "grade": Leaf("cli.commands.oversight:grade", "Record a grade given to a case."),
    "pause": Leaf("cli.commands.lifecycle:pause", "Pause a case until a day of review."),
    "resume": Leaf("cli.commands.lifecycle:resume", "Take a paused case up again."),
    "link": Leaf("cli.commands.lifecycle:link", "Link a case to another."),
    "unlink": Leaf("cli.commands.lifecycle:unlink", "Remove a link between two cases."),
    "restrict": Leaf("cli.commands.lifecycle:restrict", "Say who alone may see a case."),
    "unrestrict": Leaf("cli.commands.lifecycle:unrestrict", "Let everyone see a case again."),
    "request-closure": Leaf("cli.commands.closure:request_closure", "Ask for a case to be closed."),
    "refuse-closure": Leaf("cli.commands.closure:refuse_closure", "Refuse to have it closed."),
    "resolve": Leaf("cli.commands.closure:resolve", "Close a case, with its outcome."),
    "reopen": Leaf("cli.commands.closure:reopen", "Open a closed case again."),
    "correct": Leaf("cli.commands.amend:correct", "Correct an entry; the original stays."),
    "retract": Leaf("cli.commands.amend:retract", "Retract an entry; the original stays."),
    "officer": _OFFICER,
}

_LOOK: Final[dict[str, Leaf | Branch]] = {
    "next": Leaf("cli.commands.next:next_", "What is overdue and falls due, and what to type."),
    "waiting": Leaf("cli.commands.waiting:waiting", "What waits for somebody's decision, and whose."),
    "stalled": Leaf("cli.commands.stalled:stalled", "What waits too long, why and whose, as at any instant."),
    "due": Leaf("cli.commands.stalled:due", "What will be too long within a time."),
    "changes": Leaf("cli.commands.changes:changes", "What changed over all cases since an instant."),
    "digest": Leaf("cli.commands.digest:digest", "A week on a few pages, to print or to mail."),
    "explain": Leaf("cli.commands.explain:explain", "How a case's clocks were worked out, day by day."),
    "clocks": Leaf("cli.commands.clocks:clocks", "A row a clock over all cases, for counting and comparing."),
    "detained": Leaf("cli.commands.detained:detained", "Children in custody, and what was done for them."),
    "missing": Leaf("cli.commands.missing:missing", "Missing children: graded, found, spoken to or not."),
    "visits": Leaf("cli.commands.visits:visits", "Registered offenders: visits due, teams briefed or not."),
    "cases": Leaf("cli.commands.cases:cases", "List cases, as at any instant; find the idle ones."),
    "timeline": Leaf("cli.commands.timeline:timeline", "What happened in a case, in order."),
    "show": Leaf("cli.commands.show:show", "The whole state of a case."),
    "record": Leaf("cli.commands.record:record", "A case whole, to print or to hand over."),
    "replay": Leaf("cli.commands.replay:replay", "A case entry by entry, and what each changed."),
    "diff": Leaf("cli.commands.diff:diff", "What changed in a case between two instants."),
    "officers": Leaf("cli.commands.officers:officers", "Who holds what, who may not, who is away."),
    "audit": Leaf("cli.commands.audit:audit", "Who acted when, over all cases and registers."),
    "web": Leaf("cli.commands.web:web", "The same in the browser, with a slider through time."),
    "find": Leaf("cli.commands.find:find", "Find entries by what was written in them."),
    "words": Leaf("cli.commands.word_lists:words_", "The words that are typed and shown, and what each means."),
    "inspection": _INSPECTION,
    "rulebook": _RULEBOOK,
}

_IMPORT: Final = Branch(
    "Read cases from XES, CSV or JSON Lines; guess a mapping; take an import back.",
    {
        "undo": Leaf("cli.commands.import_undo:undo_", "Take back what a source brought."),
        "officers": Leaf("cli.commands.import_officers:officers", "Enter a table of officers in the register."),
        "guess": Leaf("cli.commands.import_guess:guess", "Write a mapping for a file, to be looked over."),
    },
    Leaf("cli.commands.import_:import_", "Read cases from XES, CSV or JSON Lines."),
)

_EXCHANGE: Final[dict[str, Leaf | Branch]] = {
    "batch": Leaf("cli.commands.batch:batch", "Record many commands, one a line of a file."),
    "import": _IMPORT,
    "disclose": Leaf("cli.commands.disclose:disclose", "Give cases away with proofs, as a bundle."),
    "export": Leaf("cli.commands.export:export", "Write cases as XES, CSV or JSON Lines."),
}

_OPERATE: Final[dict[str, Leaf | Branch]] = {
    "init": Leaf("cli.commands.init:init", "Make a store."),
    "demo": Leaf("cli.commands.demo:demo", "Make a store of invented cases, and look at it."),
    "config": Leaf("cli.commands.config:config", "Which store is meant, who acts, and what says so."),
    "doctor": Leaf("cli.commands.doctor:doctor", "Check a store, and what it stands on."),
    "backup": Leaf("cli.commands.backup:backup", "Copy the store while others write to it."),
    "restore": Leaf("cli.commands.restore:restore", "Put a backup or an archive into an empty store."),
    "archive": Leaf("cli.commands.backup:archive", "Write every entry, for a store on any engine."),
    "load": Leaf("cli.commands.restore:load", "Put an archive into an empty store."),
    "upgrade": Leaf("cli.commands.upgrade:upgrade", "Make an older store usable by this version."),
    "log": _LOG,
    "projections": _PROJECTIONS,
    "follow": Leaf("cli.commands.follow:follow", "Keep those tables current, on a server."),
    "help": Leaf("cli.commands.help_:help_", "The help of a command."),
    "completion": Leaf("cli.completion:completion", "Print the completion script of a shell."),
}

_OUTSIDE: Final[dict[str, Leaf | Branch]] = {
    "witness": _WITNESS,
}

SECTIONS: Final[tuple[Section, ...]] = (
    ("Record", _RECORD),
    ("Look", _LOOK),
    ("Exchange", _EXCHANGE),
    ("Operate", _OPERATE),
    ("Check from outside", _OUTSIDE),
)
"""The commands of ``longcase``, under the headings of its help, in the order of the help."""

PAGED: Final = frozenset(_LOOK) - {"replay"}
"""The commands whose answers go through a pager where they are longer than the screen: not what stops itself."""
