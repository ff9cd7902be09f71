"""The command line: what the auditor gives, and the exit code."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from longcase_verify.bundle import AuditRequest, AuditResult, check_bundle
from longcase_verify.growth import HeldCheckpoint, read_held
from longcase_verify.notes import LARGEST as LARGEST_NOTE
from longcase_verify.policy import LARGEST as LARGEST_POLICY
from longcase_verify.problems import NotInForm, NotReadable, VerifierError
from longcase_verify.report import as_json, as_text
from longcase_verify.single import check_folder, check_proof
from longcase_verify.texts import shown
from longcase_verify.trust import AgeLimit, AuditorTrust, trusted_keys, trusted_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

USAGE = 3
"""The exit code where nothing could be checked: wrong arguments, or a file that cannot be read."""

_UNITS = {"h": 3_600, "d": 86_400, "w": 604_800}
_DESCRIPTION = """\
Checks what a Longcase log has disclosed, offline, with keys or a policy that you got another way than
with the bundle. Exit code 0: whole; 1: tampered with; 2: incomplete, too old or trusting the bundle's
own keys; 3: nothing could be checked."""
_EXAMPLES = """\
longcase-verify proof FILE --entry LEAF and longcase-verify tiles FOLDER check one proof of an entry, and a
folder of tiles."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {shown(message)}\n{self.format_usage()}")


def _parser(kind: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="longcase-verify", description=_DESCRIPTION, epilog=_EXAMPLES, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    if kind != "bundle":
        parser.prog = f"longcase-verify {kind}"
    parser.add_argument(
        "file", metavar={"bundle": "BUNDLE.zip", "proof": "FILE", "tiles": "FOLDER"}[kind], type=Path
    )
    trust = parser.add_mutually_exclusive_group()
    trust.add_argument("--policy", metavar="FILE", type=Path, help="your tlog-policy: logs, witnesses, quorum")
    trust.add_argument(
        "--key", metavar="VKEY", action="append", help="a key of the log; may be given several times"
    )
    held = "a checkpoint that you keep; may be given several times"
    parser.add_argument("--checkpoint", metavar="FILE", action="append", type=Path, default=[], help=held)
    parser.add_argument(
        "--max-age", metavar="30d", type=_age, help="how old signatures may be: hours, days, weeks"
    )
    parser.add_argument("--now", metavar="T", type=_instant, help="what time it is, such as 2026-11-27T12:00Z")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    if kind == "proof":
        parser.add_argument("--entry", metavar="FILE", type=Path, required=True, help="the leaf's text")
    return parser


def _age(text: str) -> int:
    found = re.fullmatch(r"([0-9]{1,5})([hdw])", text)
    if not found:
        raise argparse.ArgumentTypeError("a length of time is a number and h, d or w, such as 30d")
    return int(found[1]) * _UNITS[found[2]]


def _instant(text: str) -> int:
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    raise argparse.ArgumentTypeError("an instant is written 2026-11-27T12:00Z")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the arguments name, print what was found, and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    kind = words.pop(0) if words[:1] in (["proof"], ["tiles"]) else "bundle"
    for stream in (sys.stdout, sys.stderr):
        _write_any_text(stream)
    try:
        given = _parser(kind).parse_args(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    try:
        checked = _CHECKS[kind](given, _asked(given))
        report = as_json if given.format == "json" else as_text
        _print(report(str(given.file), checked))
    except (VerifierError, OSError, KeyboardInterrupt) as error:
        sys.stderr.write(f"longcase-verify: {shown(_why(error))}\n")
        return USAGE
    return checked.findings.exit_code


def _why(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "interrupted: nothing is known of what was not checked yet"
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _print(text: str) -> None:
    """Print the report; a reader may go away early. Raises ``OSError`` if it cannot be written."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def _write_any_text(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="backslashreplace")


def _asked(given: argparse.Namespace) -> AuditRequest:
    now = given.now if given.now is not None else int(time.time())
    held = [_held(path) for path in given.checkpoint]
    return AuditRequest(_trust(given), held, AgeLimit(given.max_age, now))


def _trust(given: argparse.Namespace) -> AuditorTrust | None:
    try:
        if given.policy:
            return trusted_policy(_content(given.policy, LARGEST_POLICY))
        return trusted_keys(given.key) if given.key else None
    except NotInForm as error:
        named = "--key" if given.key else f"--policy {given.policy}"
        raise NotReadable(f"{named}: what you trust cannot be used: {error}") from error


def _held(path: Path) -> HeldCheckpoint:
    try:
        return read_held(str(path), _content(path, LARGEST_NOTE))
    except NotInForm as error:
        raise NotReadable(f"{path} is no checkpoint: {error}") from error


def _content(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise NotReadable(f"{path} is larger than it can be")
    return data


def _bundle(given: argparse.Namespace, asked: AuditRequest) -> AuditResult:
    try:
        with given.file.open("rb") as file:
            return check_bundle(file, asked)
    except NotReadable as error:
        raise NotReadable(f"{given.file}: {error}") from error


def _proof(given: argparse.Namespace, asked: AuditRequest) -> AuditResult:
    return check_proof(_content(given.file, 2 * LARGEST_NOTE), _content(given.entry, 65_535), asked)


def _tiles(given: argparse.Namespace, asked: AuditRequest) -> AuditResult:
    return check_folder(given.file, asked)


_CHECKS: dict[str, Callable[[argparse.Namespace, AuditRequest], AuditResult]] = {
    "bundle": _bundle,
    "proof": _proof,
    "tiles": _tiles,
}
