"""Every file in TOML that a user names is bounded, and faults in it are faults of use: exit code 2, in words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from application.vocabulary import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

REPORT = ("report", "A", "--category", "other")
FAULTS = {
    "digits": b"x = " + b"9" * 100_000,
    "brackets": b"x = " + b"[" * 50_000 + b"]" * 50_000,
    "dots": b".".join([b"a"] * 100_000) + b" = 1",
    "size": b"#" * ((1 << 20) + 1),
    "letters": b"\xff",
}


def commands(path: str, tmp_path: Path) -> dict[str, tuple[str, ...]]:
    log = tmp_path / "log.csv"
    log.write_text("case id,activity,timestamp\n")
    return {
        "LONGCASE_VOCABULARY": REPORT,
        "LONGCASE_PROFILE": REPORT,
        "rulebook": ("rulebook", "check", path),
        "mapping": ("import", str(log), "--mapping", path),
    }


@pytest.mark.parametrize("use", ["LONGCASE_VOCABULARY", "LONGCASE_PROFILE", "rulebook", "mapping"])
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("fault", [*FAULTS, "device", "pipe", "folder"])
def test_a_file_beyond_bounds_is_a_fault_of_use(
    longcase: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use: str, fault: str
) -> None:
    """Whichever of the four it is, and whatever is wrong with it."""
    path = tmp_path / "file.toml"
    if fault in FAULTS:
        path.write_bytes(FAULTS[fault])
    elif fault == "pipe":
        os.mkfifo(path)
    elif fault == "folder":
        path.mkdir()
    named = "/dev/zero" if fault == "device" else str(path)
    monkeypatch.delenv("LONGCASE_ACTOR")
    if use.isupper():
        monkeypatch.setenv(use, named)
    actor = () if use == "LONGCASE_PROFILE" else ("--actor", "PS 1")
    shipped.cache_clear()
    ran = longcase(*actor, *commands(named, tmp_path)[use])
    shipped.cache_clear()
    assert (ran.code, "internal error" in ran.err) == (2, False), ran.err
    assert named in ran.out + ran.err
