"""The page for inspectors lists what the auditor's program says: fields, codes and levels."""

from __future__ import annotations

import re

from tests.longcase_verify.test_command import REPORT
from tests.transparency.vectors import ROOT

PAGE = (ROOT / "docs" / "trust.md").read_text("utf-8")
SOURCE = "".join(path.read_text("utf-8") for path in sorted((ROOT / "longcase_verify").glob("*.py")))
FOUND = re.compile(r"findings\.(tampered|incomplete|note)\(\s*\"([a-z-]+)\"")
CODES = re.compile(r"^\| `([a-z-]+)` \| (tampered|incomplete|note) \| ", re.MULTILINE)
OF_CHECKPOINTS = {("tampered", "checkpoint-form"), ("tampered", "checkpoint-signature")}


def test_every_code_is_listed_with_its_level() -> None:
    """None is missing, and none is there that nothing says."""
    listed = [(level, code) for code, level in CODES.findall(PAGE)]
    assert len(set(listed)) == len(listed)
    assert set(listed) == set(FOUND.findall(SOURCE)) | OF_CHECKPOINTS


def test_every_field_of_the_report_is_listed() -> None:
    """In the order in which they are printed."""
    table = PAGE.partition("| field | what it is |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE) == list(REPORT)
