"""What the auditor's program costs on a bundle of a whole log, beside reading and hashing the same bytes."""

from __future__ import annotations

import hmac
import json
import sys
import zipfile
from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from benchmarks.beside_hashing import beside_hashing
from domain.identity import case_stream
from transparency.checkpoints import new_checkpoint
from transparency.keys import ED25519, VerifierKey
from transparency.notes import Note, signed_line
from transparency.private_keys import Algorithm, private_key
from transparency.tiles import HEIGHT, WIDTH, Tile, bundle_content
from transparency.tree import Frontier, TreeHead, leaf_hash

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measure import Result
    from benchmarks.plan import Plan

ENTRIES, OF_A_CASE = 1_000_000, 20
ORIGIN: Final = "force.example/longcase"
START: Final = 1_456_790_400 * 10**6
OURS: Final = "longcase-verify"
HASHING = """
import hmac, json, sys, zipfile
from hashlib import sha256
archive, row = zipfile.ZipFile(sys.argv[1]), []
names = archive.namelist()
for name in sorted(name for name in names if name.startswith("tile/entries/")):
    data, at = archive.read(name), 0
    while at < len(data):
        end = at + 2 + (data[at] << 8 | data[at + 1])
        text = data[at + 2 : end]
        text.split(b"\\n")
        row.append(sha256(b"\\0" + text).digest())
        at = end
while len(row) > 1:
    over = [sha256(b"\\1" + left + right).digest() for left, right in zip(row[::2], row[1::2])]
    row = over + row[len(row) & ~1 :]
for name in names:
    if name.startswith("entries/"):
        for line in archive.read(name).splitlines():
            shown = json.loads(line)
            hmac.digest(bytes.fromhex(shown["salt"]), shown["payload"].encode(), "sha256").hex()
print(row[0].hex())
"""


def verifying(plan: Plan) -> Result:
    """Check a bundle of a log of which every case is disclosed in one process, and hash it in another."""
    entries = max(20_000, int(ENTRIES * min(1.0, plan.share)))
    bundle, key = made(plan.folder("verify") / "bundle.zip", entries)
    ours = [sys.executable, "-m", "longcase_verify", str(bundle), "--key", key, "--format", "json"]

    def check(verified: str, hashed: str) -> None:
        found = json.loads(verified)
        assert found["checkpoint"]["root"] == hashed.strip()
        assert found["checked"]["contents"] == entries

    about = "verify", f"a bundle of {entries:,} entries, all disclosed"
    return beside_hashing(plan, about, (OURS, ours), [sys.executable, "-c", HASHING, str(bundle)], check)


def made(path: Path, entries: int) -> tuple[Path, str]:
    """Write the bundle, and return it with the key that signed it."""
    private = private_key(Algorithm.ED25519, sha256(b"benchmark").digest())
    key = VerifierKey(ORIGIN, ED25519, private.public)
    streams = [case_stream(_reference(number)).hex() for number in range(entries // OF_A_CASE)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        text = new_checkpoint(ORIGIN, TreeHead(entries, _write_tiles(archive, entries, streams))).text
        archive.writestr("checkpoint", Note(text, (signed_line(text, key, private),)).to_bytes())
        archive.writestr("keys.txt", f"{key}\n")
        archive.writestr("bundle.json", json.dumps(_manifest(entries, streams)))
        for number, stream in enumerate(streams):
            lines = (_line(position, streams) for position in range(number + 1, entries + 1, len(streams)))
            archive.writestr(f"entries/{stream}.jsonl", "".join(lines))
    return path, str(key)


def _reference(number: int) -> str:
    return f"EX/2016/{number}"


def _manifest(entries: int, streams: list[str]) -> dict[str, Any]:
    listed = [
        {"reference": _reference(number), "stream": stream, "entries": OF_A_CASE}
        for number, stream in enumerate(streams)
    ]
    said = {"format": "longcase disclosure v1", "kind": "inspection", "origin": ORIGIN, "size": entries}
    unsigned = {
        "to": "the inspectorate",
        "reason": "a round",
        "made_at": "2026-11-27T12:00:00Z",
        "longcase": "0.1",
    }
    return {**said, **unsigned, "cases": listed}


def _write_tiles(archive: zipfile.ZipFile, entries: int, streams: list[str]) -> bytes:
    """Write all tiles and all leaves, and return the root."""
    frontier, rows = Frontier(), defaultdict[int, bytearray](bytearray)
    for first in range(0, entries, WIDTH):
        leaves = [_leaf(position, streams) for position in range(first + 1, min(entries, first + WIDTH) + 1)]
        archive.writestr(Tile(0, first // WIDTH, len(leaves)).bundle_path, bundle_content(leaves))
        frontier, nodes = frontier.with_leaves(map(leaf_hash, leaves))
        for (level, _), digest in nodes:
            if level % HEIGHT == 0:
                rows[level // HEIGHT] += digest
    for level, row in rows.items():
        for start in range(0, len(row), 32 * WIDTH):
            content = bytes(row[start : start + 32 * WIDTH])
            archive.writestr(Tile(level, start // 32 // WIDTH, len(content) // 32).path, content)
    return frontier.root


def _content(position: int) -> tuple[bytes, bytes]:
    """Return the salt and the payload of an entry."""
    salt = sha256(b"salt %d" % position).digest()
    said = {
        "kind": "interview",
        "text": f"Invented entry {position}: {sha256(salt).hexdigest()}",
        "note": "word " * 30,
    }
    return salt, json.dumps(said).encode()


def _leaf(position: int, streams: list[str]) -> bytes:
    (salt, payload), at = _content(position), START + position * 10**6
    version, number = divmod(position - 1, len(streams))
    digest, command = hmac.digest(salt, payload, "sha256").hex(), sha256(salt).hexdigest()[:32]
    return (
        f"longcase entry v2\n{position}\n{streams[number]}\n{version + 1}\ncase.action-recorded\n1\nPC 0417\n"
        f"officer\n{at}\n{at}\n{command}\npayload {digest} {len(payload)}\nsealed\nsignature\n"
    ).encode()


def _line(position: int, streams: list[str]) -> str:
    salt, payload = _content(position)
    leaf = _leaf(position, streams).decode()
    return json.dumps({"header": leaf, "salt": salt.hex(), "payload": payload.decode()}) + "\n"
