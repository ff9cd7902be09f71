"""Runs the auditor's program on what a test made, and returns what it found."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

from longcase_verify.bundle import AuditRequest, AuditResult, check_bundle
from longcase_verify.growth import HeldCheckpoint, read_held
from longcase_verify.trust import AgeLimit, AuditorTrust, trusted_keys, trusted_policy
from tests.longcase_verify.making import KEYS, POLICY, Files, zipped
from tests.transparency.logs import TIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from longcase_verify.findings import FindingPlace

OWN_POLICY = trusted_policy(POLICY)
OWN_KEYS = trusted_keys([str(KEYS[name].public) for name in ("log", "log2")])
NO_AGE = AgeLimit(None, TIME)


def held(*notes: bytes) -> list[HeldCheckpoint]:
    return [read_held(f"kept-{number}", note) for number, note in enumerate(notes)]


class Judged(NamedTuple):
    """The exit code, the findings by code with where they are, and everything that was said."""

    exit_code: int
    found: dict[str, list[FindingPlace]]
    checked: AuditResult


def judged(
    bundle: Files | bytes,
    trust: AuditorTrust | None = OWN_POLICY,
    kept: Sequence[HeldCheckpoint] = (),
    age: AgeLimit = NO_AGE,
) -> Judged:
    data = bundle if isinstance(bundle, bytes) else zipped(bundle)
    checked = check_bundle(io.BytesIO(data), AuditRequest(trust, kept, age))
    found: dict[str, list[FindingPlace]] = {}
    for finding in checked.findings.listed:
        found.setdefault(finding.code, []).append(finding.place)
    return Judged(checked.findings.exit_code, found, checked)
