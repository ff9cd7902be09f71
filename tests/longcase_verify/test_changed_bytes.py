"""A single byte that is changed, anywhere in a bundle, is refused, or is in what is said to carry no claim."""

from __future__ import annotations

import json
import random
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from longcase_verify.archive import BundleArchive
from longcase_verify.policy import read_policy
from longcase_verify.problems import NotReadable
from longcase_verify.trust import trusted_policy
from tests.faults.outcome import LONG
from tests.longcase_verify.judging import OWN_POLICY, Judged, judged
from tests.longcase_verify.making import KEYS, Files, MadeLog, bundle_files, invented, zipped

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = f"log {KEYS['log'].public}\nwitness inspectorate {KEYS['w1'].public}\nquorum inspectorate\n".encode()
TRUST = trusted_policy(OWN)
UNSIGNED = ("to", "reason", "made_at", "longcase")
TIMES = 50_000 if LONG else 1_000


def small(sort: str, signers: tuple[str, ...] = ("log", "w1")) -> Files:
    log = MadeLog(invented(23, cases=2), signers=signers)
    files = bundle_files(log, sort, ("EX/2016/1",), (9,))
    if len(signers) > 2:
        return files
    return {**files, "keys.txt": f"{KEYS['log'].public}\n".encode(), "policy.txt": OWN}


def changes(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def said(result: Judged) -> list[object]:
    return [(finding.code, finding.place, finding.text) for finding in result.checked.findings.listed]


def carries_no_claim(name: str, before: bytes, after: bytes) -> bool:
    """Say whether what was changed is nothing that is checked, by the verifier's own word."""
    if name == "policy.txt":
        return read_policy(before).meaning == read_policy(after).meaning
    if name == "bundle.json":
        one, other = (json.loads(data) for data in (before, after))
        return all(one[field] == other[field] for field in one if field not in UNSIGNED)
    if name.startswith("entries/"):  # capitals in the escape of a letter: the same text
        one, other = ([json.loads(line) for line in data.splitlines()] for data in (before, after))
        return one == other
    return name == "README.txt" or name.startswith("records/")


@pytest.mark.parametrize("signers", [("log", "w1"), ("log", "log2", "w1", "w2")])
@pytest.mark.parametrize("sort", ["inspection", "case"])
def test_a_changed_byte_is_refused_or_covered_by_nothing(sort: str, signers: tuple[str, ...]) -> None:
    """In every file of the bundle; unknown keys' lines are told."""
    files, chance, trust = small(sort, signers), random.Random(sort), TRUST if len(signers) == 2 else OWN_POLICY
    whole = judged(files, trust)
    assert whole.exit_code == 0, whole.found
    names = sorted(files)
    for _ in range(TIMES if len(signers) == 2 else TIMES // 5):
        name = chance.choice(names)
        changed = changes(files[name], chance)
        result = judged({**files, name: changed}, trust)
        if result.exit_code == 0 and said(result) == said(whole):
            assert carries_no_claim(name, files[name], changed), (name, changed)


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    archive = BundleArchive(BytesIO(data))
    for name in archive.names():
        if name != "README.txt" and not name.startswith("records/"):
            yield name, archive.read(name, 10**7)


def test_a_changed_byte_of_the_zip_file_is_refused_or_changes_no_file() -> None:
    """What is left are the times, versions and rights that a ZIP file keeps beside its files."""
    data, chance = zipped(small("case")), random.Random(5)
    content = dict(members(data))
    accepted = 0
    for _ in range(TIMES):
        changed = changes(data, chance)
        if judged_or_refused(changed) == 0:
            accepted += 1
            assert dict(members(changed)) == content
    assert accepted < TIMES / 3


def judged_or_refused(data: bytes) -> int:
    try:
        return judged(data, TRUST).exit_code
    except NotReadable:
        return 3
