"""What is said in the end: in words for people, or as JSON for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from longcase_verify.findings import FindingLevel
from longcase_verify.manifest import CASE, INSPECTION
from longcase_verify.texts import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from longcase_verify.bundle import AuditResult
    from longcase_verify.findings import AuditFinding

FORMAT = "longcase-verify report v1"
WIDTH = 80
RESULTS = {0: "whole", 1: "tampered", 2: "incomplete"}

_HEADLINES = {
    0: "WHOLE. Nothing was found that contradicts what was signed.",
    1: "TAMPERED. Something here is not what was signed, or contradicts itself.",
    2: "INCOMPLETE. Nothing contradicts what was signed, but something is missing, old, or from an unknown hand.",
}
_LEVELS = {
    FindingLevel.TAMPERED: "Tampered with",
    FindingLevel.INCOMPLETE: "Missing, too old or not to be relied on",
    FindingLevel.NOTE: "To be known",
}
_LIMITS = (
    "That an entry is unchanged does not make it true: a false entry by a genuine user looks the same.",
    "What was never entered cannot be missed here.",
    "What was rewritten before the first checkpoint that somebody outside the force held cannot be seen.",
    "A second history, signed by the log and enough witnesses together, is shown only by checkpoints you keep.",
)
_OF_KIND = {
    INSPECTION: (
        "All entries of the log are accounted for by their headers; contents only of the cases disclosed.",
    ),
    CASE: (
        "Later entries of the case could have been left out: a bundle of one case makes no claim to be complete.",
        "It says nothing of other cases.",
    ),
}


def limits(checked: AuditResult) -> Sequence[str]:
    """Return what the result does not mean."""
    return (*(_OF_KIND[checked.manifest.kind] if checked.manifest else ()), *_LIMITS)


def as_json(file: str, checked: AuditResult) -> str:
    """Return the report as one object of JSON, in ASCII."""
    manifest, head = checked.manifest, checked.head
    report: dict[str, Any] = {
        "format": FORMAT,
        "file": file,
        "result": RESULTS[checked.findings.exit_code],
        "exit_code": checked.findings.exit_code,
        "trust": checked.trust,
        "bundle": manifest
        and {
            "kind": manifest.kind,
            "origin": manifest.origin,
            "size": manifest.size,
            "to": manifest.recipient,
            "reason": manifest.reason,
            "made_at": manifest.made_at,
            "longcase": manifest.program,
            "cases": [{"reference": case.reference, "entries": case.entries} for case in manifest.cases],
        },
        "checkpoint": head and {"origin": head.origin, "size": head.size, "root": head.root.hex()},
        "signatures": [
            {"key": str(key), "time": time or None}
            for key, time in (checked.signatures.times.items() if checked.signatures else ())
        ],
        "checked": {"entries": checked.entries, "streams": checked.streams, "contents": checked.contents},
        "findings": list(map(_finding, checked.findings.listed)),
        "unlisted": checked.findings.unlisted,
        "not_covered": list(checked.unsigned),
        "limits": list(limits(checked)),
    }
    return json.dumps(report, indent=2) + "\n"


def _finding(finding: AuditFinding) -> dict[str, Any]:
    where = {name: value for name, value in finding.place._asdict().items() if value is not None}
    return {"level": finding.level.value, "code": finding.code, "text": finding.text, "where": where}


def as_text(file: str, checked: AuditResult) -> str:
    """Return the report in words; nothing in it steers a terminal."""
    lines = [shown(file), "", *_wrapped(_HEADLINES[checked.findings.exit_code])]
    about = [line for text in _about(checked) for line in _wrapped(text)]
    lines += ["", *about] if about else []
    for level, heading in _LEVELS.items():
        found = [finding for finding in checked.findings.listed if finding.level is level]
        if found:
            lines += ["", f"{heading}:"]
        lines += [line for finding in found for line in _wrapped(_said(finding), "- ")]
    for code, count in checked.findings.unlisted.items():
        lines += _wrapped(f"{count} more of the kind {code} are not listed.", "- ")
    lines += ["", "What this does not mean:"]
    lines += [line for text in limits(checked) for line in _wrapped(text, "- ")]
    return "\n".join(lines) + "\n"


def _said(finding: AuditFinding) -> str:
    place = str(finding.place)
    return f"{place[:1].upper()}{place[1:]}: {finding.text}" if place else finding.text


def _about(checked: AuditResult) -> Iterator[str]:
    manifest = checked.manifest
    if manifest:
        what = "all entries of the log" if manifest.kind == INSPECTION else "some cases of the log"
        yield f"It is made to show {what} {manifest.origin}, of {manifest.size} entries, with the content of:"
        yield f"{', '.join(case.reference for case in manifest.cases[:20]) or 'no case'}{_more(manifest.cases)}."
        unsigned = f"it was made for {manifest.recipient} at {manifest.made_at}: {manifest.reason}"
        yield f"It says, unsigned, that {unsigned}."
    if checked.signatures:
        yield f"Signed by {', '.join(map(_signer, checked.signatures.times.items()))}."
    if checked.head:
        streams = f" of {checked.streams} cases and registers" if checked.streams else ""
        yield f"Checked: {checked.entries} entries{streams}, {checked.contents} contents."
    if checked.unsigned:
        names = ", ".join(checked.unsigned[:5])
        yield f"Not covered by any signature, and not checked: {names}{_more(checked.unsigned, 5)}."


def _more(found: Sequence[object], listed: int = 20) -> str:
    return f" and {len(found) - listed} more" if len(found) > listed else ""


def _signer(signed: tuple[object, int]) -> str:
    key, time = signed
    return f"{key} on {_instant(time)}" if time else str(key)


def _instant(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%MZ")
    except (ValueError, OverflowError, OSError):
        return f"second {seconds} since 1970"


def _wrapped(text: str, mark: str = "") -> list[str]:
    return wrap(
        shown(text), WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
    )
