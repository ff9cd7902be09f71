"""What the log costs over a store of a million entries: proofs, checkpoints, and verifying all of it."""

from __future__ import annotations

import shutil
import statistics
import sys
from typing import TYPE_CHECKING, Any, Final

import msgspec

from benchmarks.beside_hashing import beside_hashing
from benchmarks.measure import Result, limited
from benchmarks.plan import longcase
from benchmarks.process import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.plan import Plan

CASES: Final = 100_000
"""With these a store has about a million entries."""

MOST_MS: Final = {"inclusion": 5.0, "consistency": 5.0, "checkpoint": 100.0}
"""How many milliseconds each may take in the median."""

OURS: Final = "longcase log verify"

_ASKED: Final = """
import json, random, sys, time
from application.app import Longcase
from application.commands import cases
from application.envelope import Envelope
from application.signing.checkpoints import begin_log, make_checkpoint
from application.signing.folder import make_folder
from application.signing.signer import LogSigner
from ledger.stores import open_recorder
from ledger.tree import LedgerTree
from pathlib import Path
from transparency.tree import consistency_proof, inclusion_proof
store, folder, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
app, chance = Longcase(open_recorder(store)), random.Random(number)
tree = LedgerTree(app.ledger)
size, taken = tree.size(), {"inclusion": [], "consistency": [], "checkpoint": []}
def timed(name, work):
    start = time.perf_counter()
    work()
    taken[name].append((time.perf_counter() - start) * 1e3)
for _ in range(20):
    timed("inclusion", lambda: inclusion_proof(tree, chance.randrange(size), size))
    timed("consistency", lambda: consistency_proof(tree, chance.randrange(1, size), size))
if not folder.exists():
    make_folder(folder, "force.example/longcase", b"of a benchmark", 1_800_000_000)
signer = LogSigner.open(folder, b"of a benchmark", lambda: int(time.time()))
begin_log(app.ledger, signer.keys)
for _ in range(5):
    cases.report(app, f"BENCHMARK-{number}-{_}", Envelope("DC 1000"), category="other")
    timed("checkpoint", lambda: make_checkpoint(app.ledger, tree, signer))
print(json.dumps(taken))
"""

_HASHING: Final = """
import hmac, sys
from hashlib import sha256
from ledger.sqlite.driver import newest
rows = newest().connect(f"file:{sys.argv[1]}?mode=ro", uri=True).execute("SELECT * FROM entry ORDER BY position")
row = []
for position, stream, version, topic, schema, actor, role, occurred, recorded, command, _, salt, payload in rows:
    said = hmac.digest(salt, payload, "sha256").hex()
    text = (
        f"longcase entry v2\\n{position}\\n{stream.hex()}\\n{version}\\n{topic}\\n{schema}\\n{actor}\\n{role}\\n"
        f"{occurred}\\n{recorded}\\n{command.hex()}\\npayload {said} {len(payload)}\\nsealed\\nsignature\\n"
    )
    row.append(sha256(b"\\0" + text.encode()).digest())
while len(row) > 1:
    over = [sha256(b"\\1" + left + right).digest() for left, right in zip(row[::2], row[1::2])]
    row = over + row[len(row) & ~1 :]
print(row[0].hex())
"""


def _copied(plan: Plan) -> tuple[Path, int]:
    """Return a copy of the large store, in which a log may be begun, and of how many entries it is."""
    made = plan.population(CASES)
    copy = plan.folder("log") / "store.db"
    if not copy.exists():
        shutil.copyfile(made.path, copy)
    return copy, made.entries


def proofs(plan: Plan) -> Result:
    """Prove entries and growth, and make checkpoints, in an open store of each of several new processes."""
    store, entries = _copied(plan)
    signer = plan.folder("log") / "signer"
    taken: dict[str, list[list[float]]] = {name: [] for name in MOST_MS}
    for number in range(plan.rounds(15)):
        command = [sys.executable, "-c", _ASKED, str(store), str(signer), str(number)]
        found = msgspec.json.decode(run(command).output, type=dict[str, list[float]])
        for name, values in found.items():
            taken[name].append(values)
    medians = {name: _median(values) for name, values in taken.items()}
    what = f"a store of {entries:,} entries, opened by a new process"
    result = Result("log-proofs", what, "ms each", medians, len(taken["inclusion"]))
    firsts = {name: statistics.median(values[0] for values in each) for name, each in taken.items()}
    result.details = {"the first of each process, ms": _rounded(firsts)}
    for name, most in MOST_MS.items():
        limited(result, f"{name}, ms", medians[name], most)
    return result


def _median(rounds: list[list[float]]) -> float:
    return statistics.median(value for values in rounds for value in values)


def _rounded(figures: Mapping[str, float]) -> dict[str, Any]:
    return {name: round(value, 2) for name, value in figures.items()}


def verification(plan: Plan) -> Result:
    """Verify a whole store in one process, and read and hash the same in another."""
    store, entries = _copied(plan)
    ours = [*longcase(store)[:1], "log", "verify", "--store", str(store), "--format", "json"]

    def check(verified: str, _: str) -> None:
        assert msgspec.json.decode(verified)["whole"]

    about = "log-verify", f"a store of {entries:,} entries, processor time"
    return beside_hashing(plan, about, (OURS, ours), [sys.executable, "-c", _HASHING, str(store)], check)
