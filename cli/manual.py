"""The manual page of ``longcase``, in roff, made of what the commands say of themselves."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import TYPE_CHECKING, Final

import click

from cli.lazy import LazyGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

EXIT_CODES: Final = {
    "0": "Done.",
    "1": "Found what --exit-code looks for; of log verify: the store is not what was signed; of witness compare:"
    " a split view.",
    "2": "Usage: what was typed, a mapping or the profile cannot be understood.",
    "3": "Refused by a rule, or not found; of an import or a batch: something was refused.",
    "4": "Conflict with what somebody else recorded, or with what the store was made with.",
    "5": "The store is missing, in use, damaged, of another version, on a server that does not answer, or stopped"
    " by an entry that this version cannot read; the signer of its log cannot be used.",
    "70": "A fault of the program; the details are in a file that is named.",
    "74": "The system's input or output failed; a witness does not answer.",
    "130": "Interrupted.",
    "141": "The reader of the output went away.",
}
"""Each exit code, and what it means."""

VARIABLES: Final = {
    "LONGCASE_STORE": "Which store: a path, sqlite:///path, or postgresql://USER@HOST/DATABASE.",
    "LONGCASE_ACTOR": "Who acts or asks.",
    "LONGCASE_ROLE": "In which role.",
    "LONGCASE_PROFILE": "Where the profile is, if not in the usual place; or the name of one in the usual place.",
    "LONGCASE_AS_AT": "The instant that reading commands look at, where --as-at is not given.",
    "LONGCASE_KNOWN_AT": "By what had been recorded when, where --known-at is not given.",
    "LONGCASE_VOCABULARY": "A file with a force's own kinds, categories and relations.",
    "LONGCASE_SIGNER": "The folder of the signer of the log.",
    "LONGCASE_WITNESS": "The folder of a witness.",
    "LONGCASE_PASSPHRASE_FILE": "The file whose line is the passphrase of keys, of mode 600.",
    "LONGCASE_PAGER": "What shows an answer that is longer than the screen; empty or cat: nothing does.",
    "PAGER": "The same, where LONGCASE_PAGER is not set; without either it is less.",
    "VISUAL": "The editor that --edit opens.",
    "EDITOR": "The same, where VISUAL is not set.",
    "LONGCASE_DEBUG": "Anything but 0: show the traceback of an error.",
    "NO_COLOR": "No colour.",
    "COLUMNS": "How wide a table may be.",
    "TERM": "With dumb, no colour and no moving lines.",
}
"""Each variable of the environment, and what it says."""

FILES: Final = {
    "~/.local/share/longcase/longcase.db": "The store, unless another is named (XDG_DATA_HOME).",
    "~/.config/longcase/profile.toml": "The profile (XDG_CONFIG_HOME).",
    "~/.config/longcase/signers": "The signers of logs, unless another folder is named.",
    "~/.local/share/longcase/witness": "A witness, unless another folder is named.",
    "~/.local/state/longcase": "What was seen of stores on servers, and details of faults (XDG_STATE_HOME).",
}
"""Where things are on Linux unless something says otherwise, and what is there."""

_SPECIAL: Final = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"}


def leaves(group: LazyGroup, context: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command below a group, with its path as it is typed."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            raise LookupError(name)
        inner = click.Context(command, info_name=name, parent=context)
        if isinstance(command, LazyGroup):
            if command.itself is not None:
                _, alone, _ = group.resolve_command(context, [name])
                if alone is not None:
                    yield inner.command_path, alone, click.Context(alone, info_name=name, parent=context)
            yield from leaves(command, inner)
        else:
            yield inner.command_path, command, inner


def manual(program: LazyGroup, context: click.Context, version: str) -> Iterator[str]:
    """Yield the lines of the page of ``program``; they are ASCII alone."""
    yield f'.TH LONGCASE 1 "" "longcase {_roff(version)}" "User Commands"'
    yield from (".ad l", ".nh")  # (lines of options and paths are neither stretched nor broken)
    yield from (".SH NAME", rf"longcase \- {_roff(_first_sentence(program))}")
    yield from (".SH SYNOPSIS", r"\fBlongcase\fR [OPTIONS] COMMAND [ARGS]...")
    yield from (".SH DESCRIPTION", *_help(program))
    yield from (".SH OPTIONS", *_parameters(program, context))
    heading = ""
    headings = {name: title for title, part in program.sections for name in part}
    for path, command, inner in leaves(program, context):
        title = headings[path.split()[1]]
        if title != heading:
            heading = title
            yield f'.SH "{_roff(title.upper())}"'
        yield from _command(path, command, inner)
    yield from _told("EXIT STATUS", EXIT_CODES)
    yield from _told("ENVIRONMENT", VARIABLES)
    yield from _told("FILES", FILES)


def _command(path: str, command: click.Command, context: click.Context) -> Iterator[str]:
    pieces = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
    yield f'.SS "{_roff(f"{path} {pieces}".strip())}"'
    yield from _help(command)
    yield from _parameters(command, context)


def _help(command: click.Command) -> Iterator[str]:
    for paragraph in cleandoc(command.help or command.short_help or "").split("\n\n"):
        first, *rest = paragraph.splitlines()
        yield ".PP"
        if first == "\b":
            yield from (".nf", *map(_roff, rest), ".fi")
        else:
            yield _roff(" ".join(paragraph.split()))


def _parameters(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and (record[1] or isinstance(parameter, click.Option)):
            typed = _roff(record[0]).replace("|", r"|\:")  # (where a long line may be broken)
            yield from (".TP", rf"\fB{typed}\fR", _roff(" ".join(record[1].split())) or r"\&")


def _told(title: str, meanings: dict[str, str]) -> Iterator[str]:
    yield f'.SH "{title}"'
    for name, meaning in meanings.items():
        yield from (".TP", rf"\fB{_roff(name)}\fR", _roff(meaning))


def _first_sentence(command: click.Command) -> str:
    sentence = " ".join(cleandoc(command.help or "").split("\n\n")[0].split()).partition(". ")[0].rstrip(".")
    return sentence[:1].lower() + sentence[1:]


def _roff(text: str) -> str:
    """Return a text as roff shows it to the letter, in ASCII; one that begins like a request is none."""
    safe = re.sub(r"[\\'`^~\"-]", lambda found: _SPECIAL[found[0]], text)
    safe = "".join(one if one.isascii() else rf"\[u{ord(one):04X}]" for one in safe)
    return rf"\&{safe}" if safe.startswith(".") else safe
