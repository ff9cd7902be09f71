"""Write the rulebooks of ``domain/data`` as JSON, from TOML and the bank holidays; a test holds them equal."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def content(name: str) -> bytes:
    """Return what the file of this name must hold."""
    from application.bank_holidays import shipped
    from domain.rulebook.model import Rulebook

    data = ROOT / "domain" / "data"
    book = msgspec.toml.decode((data / f"{name}.toml").read_bytes())
    book["calendar"] |= msgspec.to_builtins(shipped())
    return msgspec.json.format(msgspec.json.encode(msgspec.convert(book, Rulebook)), indent=1) + b"\n"


if __name__ == "__main__":
    from domain.rulebook.default import FILES

    for file in FILES.values():
        (ROOT / "domain" / "data" / f"{file}.json").write_bytes(content(file))
