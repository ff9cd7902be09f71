"""The published vectors, which are no part of the project: read where they lie, or the test is skipped."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VECTORS = Path(os.environ.get("LONGCASE_VECTORS") or ROOT.parent / "shared" / "vectors")


def published(*parts: str) -> Any:
    """Return the content of a file of vectors; skip the test, saying so, where there is none."""
    path = VECTORS.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {path}: set LONGCASE_VECTORS to the folder of the published vectors")
    return json.loads(path.read_text("utf-8"))


def published_folder(*parts: str) -> dict[str, Any]:
    """Return the content of all files below a folder of vectors, by their names."""
    folder = VECTORS.joinpath(*parts)
    if not folder.exists():
        pytest.skip(f"no {folder}: set LONGCASE_VECTORS to the folder of the published vectors")
    return {
        path.relative_to(folder).as_posix(): json.loads(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.json"))
    }


def decoded(texts: list[str] | None) -> list[bytes]:
    return [b64decode(text) for text in texts or []]
