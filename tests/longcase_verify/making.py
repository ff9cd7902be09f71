"""Makes disclosure bundles of an invented log, honest ones, from which the tests make the others.

The writer stands on ``transparency/``, the reader shares nothing with it: what one makes the other judges.
"""

from __future__ import annotations

import hmac
import io
import json
import random
import zipfile
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from domain.identity import case_stream, officer_stream
from tests.transparency.logs import ORIGIN, TIME, Nodes, keys, nodes_of, noted
from transparency.checkpoints import new_checkpoint
from transparency.encoding import to_base64
from transparency.proofs import LoggedProof
from transparency.tiles import bundle_content, tile_content, tiles_of
from transparency.tree import TreeHead, consistency_proof, inclusion_proof, root_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.transparency.logs import HeldKey

Files = dict[str, bytes]
KEYS = keys()
SIGNERS = tuple(KEYS)
DAY = 86_400 * 10**6
START = 1_456_790_400 * 10**6
POLICY = (
    f"log {KEYS['log'].public}\nlog {KEYS['log2'].public}\n"
    f"witness inspectorate {KEYS['w1'].public} https://w1.example/\nwitness archive {KEYS['w2'].public}\n"
    f"group both 2 inspectorate archive\nquorum both\n"
).encode()


@dataclass(frozen=True)
class MadeEntry:
    """An entry of the invented log; ``reference`` is empty for entries of a register."""

    position: int
    reference: str
    version: int
    recorded_at: int
    salt: bytes
    payload: bytes
    actor: str = "PC 0001"
    occurred_at: int = START

    @property
    def stream(self) -> bytes:
        return case_stream(self.reference) if self.reference else officer_stream("PC 0001")

    @property
    def leaf(self) -> bytes:
        digest = hmac.digest(self.salt, self.payload, "sha256").hex()
        lines = [
            "longcase entry v2",
            self.position,
            self.stream.hex(),
            self.version,
            "case.note",
            1,
            self.actor,
            "officer",
            self.occurred_at,
            self.recorded_at,
            f"{self.position:032x}",
            f"payload {digest} {len(self.payload)}",
            "sealed",
            "signature",
        ]
        return "".join(f"{line}\n" for line in lines).encode()

    @property
    def line(self) -> bytes:
        shown = {"header": self.leaf.decode(), "salt": self.salt.hex(), **payload_of(self.payload)}
        return json.dumps(shown).encode() + b"\n"


def payload_of(payload: bytes) -> dict[str, str]:
    try:
        return {"payload": payload.decode()}
    except UnicodeDecodeError:
        return {"payload_base64": to_base64(payload)}


def invented(count: int, seed: int = 7, cases: int = 9) -> list[MadeEntry]:
    """Return the entries of a log: some cases, and a register among them."""
    chance, versions = random.Random(seed), dict[str, int]()
    references = ["", *(f"EX/2016/{number}" for number in range(1, cases + 1))]
    entries = []
    for position in range(1, count + 1):
        reference = chance.choice(references)
        versions[reference] = versions.get(reference, 0) + 1
        said = {
            "text": f"Invented entry {position}, \N{LATIN SMALL LETTER E WITH ACUTE}",
            "grade": chance.choice("ABC"),
        }
        payload = json.dumps(said, ensure_ascii=False).encode()
        at = START + position * 60 * 10**6
        salt = chance.randbytes(32)
        entries.append(
            MadeEntry(position, reference, versions[reference], at, salt, payload, occurred_at=at - DAY)
        )
    return entries


@dataclass
class MadeLog:
    """Entries, the tree over their leaves, and what was signed of it."""

    entries: Sequence[MadeEntry]
    signers: Sequence[str] = SIGNERS
    time: int = TIME
    origin: str = ORIGIN
    keys: Mapping[str, HeldKey] = field(default_factory=lambda: KEYS)
    notes: dict[int, bytes] = field(default_factory=dict)
    """Checkpoints that are shown as they are, whatever the entries: what was signed before."""

    @cached_property
    def leaves(self) -> list[bytes]:
        return [entry.leaf for entry in self.entries]

    @cached_property
    def nodes(self) -> Nodes:
        return nodes_of(self.leaves)

    @property
    def size(self) -> int:
        return len(self.entries)

    def note(self, size: int) -> bytes:
        if size not in self.notes:
            checkpoint = new_checkpoint(self.origin, TreeHead(size, root_at(self.nodes, size)))
            self.notes[size] = noted(
                checkpoint, *(self.keys[name] for name in self.signers), time=self.time
            ).to_bytes()
        return self.notes[size]

    def of(self, reference: str) -> list[MadeEntry]:
        return [entry for entry in self.entries if entry.reference == reference]

    def rewritten(self, entries: Sequence[MadeEntry]) -> MadeLog:
        """Return a log of other entries that shows what was signed of this one: its writer has no keys."""
        return replace(self, entries=entries, notes=dict(self.notes))

    def forked(self, entries: Sequence[MadeEntry]) -> MadeLog:
        """Return a log of other entries whose writer signs with the same keys."""
        return replace(self, entries=entries, notes={})


def case_file(reference: str) -> str:
    return f"entries/{case_stream(reference).hex()}.jsonl"


def manifest(log: MadeLog, kind: str, references: Sequence[str], size: int, **changes: Any) -> bytes:
    cases = [
        {"reference": one, "stream": case_stream(one).hex(), "entries": len(log.of(one))} for one in references
    ]
    said = {
        "format": "longcase disclosure v1",
        "kind": kind,
        "origin": log.origin,
        "size": size,
        "to": "The inspectorate",
        "reason": "Round of 2016",
        "made_at": "2027-01-15T08:00:00Z",
        "longcase": "0.1.0",
        "cases": cases,
    }
    return json.dumps({**said, **changes}).encode()


def bundle_files(
    log: MadeLog, kind: str = "inspection", references: Sequence[str] = (), earlier: Sequence[int] = ()
) -> Files:
    """Return the files of a bundle of a log, by their names."""
    size = log.size
    files = {
        "README.txt": b"How to check this.\n",
        "bundle.json": manifest(log, kind, references, size),
        "checkpoint": log.note(size),
        "keys.txt": "".join(f"{log.keys[name].public}\n" for name in ("log", "log2")).encode(),
        "policy.txt": POLICY,
        **{f"checkpoints/{one}": log.note(one) for one in earlier},
        **{f"consistency/{old}-{new}": consistency(log, old, new) for old, new in pairwise([*earlier, size])},
    }
    for number, reference in enumerate(references):
        shown = log.of(reference)
        files[case_file(reference)] = b"".join(entry.line for entry in shown)
        files[f"records/case-{number}.html"] = b"<p>A printable record</p>\n"
        if kind == "case":
            files |= {f"proofs/{entry.position}": proof(log, entry.position) for entry in shown}
    return files | tiles(log) if kind == "inspection" else files


def tiles(log: MadeLog) -> Files:
    files: Files = {}
    for tile in tiles_of(log.size):
        files[tile.path] = tile_content(log.nodes, tile)
        if tile.level == 0:
            first = tile.number * 256
            files[tile.bundle_path] = bundle_content(log.leaves[first : first + tile.width])
    return files


def consistency(log: MadeLog, old: int, new: int) -> bytes:
    hashes = map(to_base64, consistency_proof(log.nodes, old, new))
    return "".join(
        f"{line}\n" for line in ("longcase consistency v1", f"old {old}", f"new {new}", *hashes)
    ).encode()


def proof(log: MadeLog, position: int) -> bytes:
    hashes = inclusion_proof(log.nodes, position - 1, log.size)
    return LoggedProof(position - 1, hashes, log.note(log.size)).to_bytes()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP file of some files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
