"""A file that is written whole or not at all outlives a power cut: it is on the disk before it has its name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from exchange.atomic_file import whole_file
from tests.disk import watched, whole

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(os.name != "posix", reason="a folder is not synchronised here")
@pytest.mark.parametrize("name", ["export.jsonl", "export.jsonl.gz"])
@pytest.mark.parametrize("force", [False, True], ids=["new", "in the place of another"])
def test_a_file_is_on_the_disk_before_it_has_its_name_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, force: bool
) -> None:
    """Else a power cut could leave the name, and behind it nothing or the half of what was written."""
    path = tmp_path / name
    if force:
        path.write_bytes(b"another")
    before = path.stat().st_ino if force else None
    synced = watched(
        monkeypatch, lambda: "named" if path.exists() and path.stat().st_ino != before else "unnamed"
    )
    with whole_file(path, force=force) as out:
        out.write(os.urandom(100_000))
    assert synced == [whole(path, "unnamed"), whole(tmp_path, "named")]
