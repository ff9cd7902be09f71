"""Three readers of the same bytes: what the package wrote, judged by Go and by the auditor's program too."""

from __future__ import annotations

import random
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from longcase_verify import tree as auditors
from longcase_verify.keys import read_key
from longcase_verify.notes import check_lines, read_note
from longcase_verify.problems import NotProved, VerifierError
from tests.oracle.building import asked
from tests.transparency.logs import ORIGIN, keys, noted, small_log
from transparency.checkpoints import new_checkpoint
from transparency.cosignatures import verifier_of
from transparency.errors import NotVerified, TransparencyError
from transparency.notes import open_note, parse_note
from transparency.tiles import TileReader, tile_content, tiles_of
from transparency.tree import (
    TreeHead,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_at,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from transparency.tree import NodeReader

KEYS = keys()
ML_DSA = ("log2", "w2")
LEAVES = 70_000


class Amounts(NamedTuple):
    """How much is compared."""

    checkpoints: int
    proofs: int
    mutations: int


class Compared(NamedTuple):
    """What was compared, and that both readers said the same."""

    checkpoints: int
    signatures: int
    proofs: int
    mutations: int
    ml_dsa: bool

    def __str__(self) -> str:
        kinds = "with ML-DSA-44" if self.ml_dsa else "without ML-DSA-44, which this Go does not know"
        return (
            f"{self.checkpoints} checkpoints with {self.signatures} signatures ({kinds}), {self.proofs} proofs "
            f"equal to Go's own, {self.mutations} changed bytes refused by all three readers"
        )


def text(data: bytes) -> str:
    return b64encode(data).decode()


def texts(hashes: Sequence[bytes]) -> list[str]:
    return list(map(text, hashes))


def changed(data: bytes, at: int, bits: int) -> bytes:
    return data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :]


class ComparedLog(Protocol):
    """A log that is compared: its leaves, its tree, and the head of that at any size."""

    @property
    def leaves(self) -> Sequence[bytes]: ...

    @property
    def nodes(self) -> NodeReader: ...

    def head(self, size: int) -> TreeHead: ...


class Comparison:
    """A log, the questions about it, and what the package itself says to each."""

    def __init__(self, amounts: Amounts, seed: int, log: ComparedLog, tiles: dict[str, bytes]) -> None:
        self.amounts = amounts
        self.random = random.Random(seed)
        self.log = log
        self.whole = len(log.leaves)
        self.tiles = tiles
        self.grown = grown(self.log.leaves)
        assert self.grown == self.tiles
        self.notes: list[bytes] = []
        self.inclusions: list[dict[str, Any]] = []
        self.consistencies: list[dict[str, Any]] = []
        self.readings: list[dict[str, Any]] = []

    def questions(self) -> dict[str, Any]:
        return {
            "Keys": [str(key.public) for key in KEYS.values()],
            "Notes": texts(self.notes),
            "ToSign": [{"Key": secret(), "Text": new_checkpoint(ORIGIN, self.log.head(13)).text}],
            "Inclusions": self.inclusions,
            "Consistencies": self.consistencies,
            "Tiles": {path: text(content) for path, content in self.tiles.items()},
            "Readings": self.readings,
        }

    def run(self) -> Compared:
        self.add_checkpoints()
        self.add_proofs()
        added = [self.add_mutation(number % 4) for number in range(self.amounts.mutations)]
        answers = asked(self.questions())
        signatures = self.judge_checkpoints(answers)
        self.judge_proofs(answers)
        for judge in added:
            judge(answers)
        return Compared(*self.amounts[:1], signatures, *self.amounts[1:], answers["MLDSA"])

    def size(self) -> int:
        return self.random.randint(2, self.random.choice((9, min(300, self.whole), self.whole)))

    def add_checkpoints(self) -> None:
        for _ in range(self.amounts.checkpoints):
            checkpoint = new_checkpoint(ORIGIN, self.log.head(self.size()))
            self.notes.append(noted(checkpoint, *KEYS.values()).to_bytes())

    def judge_checkpoints(self, answers: dict[str, Any]) -> int:
        """Compare how many signatures of each checkpoint verify, and a note that Go signed."""
        each = len(KEYS) - (0 if answers["MLDSA"] else len(ML_DSA))
        count = self.amounts.checkpoints
        assert answers["Notes"][:count] == [each] * count
        own = noted(new_checkpoint(ORIGIN, self.log.head(13)), KEYS["log"]).to_bytes()
        assert [b64decode(one) for one in answers["Signed"]] == [own]
        return each * count

    def add_proofs(self) -> None:
        """Ask for proofs of leaves and of growth in the largest tree, by Go itself and to be checked by it."""
        records, trees = [], []
        for _ in range(self.amounts.proofs // 2):
            size = self.size()
            self.inclusions.append(self.inclusion(self.random.randrange(size), size))
            self.consistencies.append(self.consistency(self.random.randint(1, size), size))
            records.append([size, self.inclusions[-1]["Index"]])
            trees.append([size, self.consistencies[-1]["Old"]])
        self.readings.append(self.reading(records, trees))

    def judge_proofs(self, answers: dict[str, Any]) -> None:
        count = self.amounts.proofs // 2
        assert answers["Inclusions"][:count] == [True] * count
        assert answers["Consistencies"][:count] == [True] * count
        read = answers["Readings"][0]
        assert read["Refused"] is None
        assert read["Records"] == [one["Proof"] for one in self.inclusions[:count]]
        assert read["Trees"] == [one["Proof"] for one in self.consistencies[:count]]
        assert b64decode(read["Roots"][0]) == self.log.head(self.whole).root

    def inclusion(self, index: int, size: int) -> dict[str, Any]:
        head, proof = self.log.head(size), inclusion_proof(self.log.nodes, index, size)
        leaf = self.log.leaves[index]
        found = {"Size": size, "Index": index, "Root": text(head.root), "Data": text(leaf), "Proof": texts(proof)}
        assert includes(found)
        return found

    def consistency(self, old: int, new: int) -> dict[str, Any]:
        proof = consistency_proof(self.log.nodes, old, new)
        roots = {"OldRoot": text(self.log.head(old).root), "NewRoot": text(self.log.head(new).root)}
        found = {"Old": old, "New": new, **roots, "Proof": texts(proof)}
        assert goes_on(found)
        return found

    def reading(self, records: list[list[int]], trees: list[list[int]], **tiles: bytes) -> dict[str, Any]:
        root = text(self.log.head(self.whole).root)
        others = {path: text(content) for path, content in tiles.items()}
        asked_for = {"Records": records, "Trees": trees, "Roots": [] if others else [self.whole]}
        return {"Size": self.whole, "Root": root, "Changed": others, **asked_for}

    def add_mutation(self, kind: int) -> Callable[[dict[str, Any]], None]:
        """Change one byte, look how the package takes it, and return what looks how Go did."""
        return (self.change_note, self.change_leaf, self.change_proof, self.change_tile)[kind]()

    def bits(self) -> int:
        return 1 << self.random.randrange(8)

    def change_note(self) -> Callable[[dict[str, Any]], None]:
        name = self.random.choice(list(KEYS))
        note = self.note_by(name)
        data = changed(note, self.random.randrange(len(note)), self.bits())
        assert not opens(data)
        assert opens_for_the_auditor(note)
        assert not opens_for_the_auditor(data)
        self.notes.append(data)
        at = len(self.notes) - 1

        def judge(answers: dict[str, Any]) -> None:
            # Go takes base64 with bits set that stand for nothing; the signature is the same then.
            assert not answers["Notes"][at] or same_signature(note, data)

        return judge

    def note_by(self, name: str) -> bytes:
        """Return a checkpoint that one key signed."""
        return noted(new_checkpoint(ORIGIN, self.log.head(self.size())), KEYS[name]).to_bytes()

    def change_leaf(self) -> Callable[[dict[str, Any]], None]:
        size = self.size()
        case = self.inclusion(self.random.randrange(size), size)
        leaf = b64decode(case["Data"])
        case["Data"] = text(changed(leaf, self.random.randrange(len(leaf)), self.bits()))
        return self.refused("Inclusions", self.inclusions, case, includes)

    def change_proof(self) -> Callable[[dict[str, Any]], None]:
        size = self.size()
        if self.random.random() < 0.5:
            case, where, check = self.inclusion(self.random.randrange(size), size), "Inclusions", includes
        else:
            case, where, check = self.consistency(self.random.randrange(1, size), size), "Consistencies", goes_on
        proof = b"".join(map(b64decode, case["Proof"]))
        proof = changed(proof, self.random.randrange(len(proof)), self.bits())
        case["Proof"] = texts([proof[at : at + 32] for at in range(0, len(proof), 32)])
        return self.refused(where, self.inclusions if check is includes else self.consistencies, case, check)

    def refused(
        self,
        where: str,
        cases: list[dict[str, Any]],
        case: dict[str, Any],
        check: Callable[[dict[str, Any]], bool],
    ) -> Callable[[dict[str, Any]], None]:
        assert not check(case)
        cases.append(case)
        at = len(cases) - 1

        def judge(answers: dict[str, Any]) -> None:
            assert answers[where][at] is False

        return judge

    def change_tile(self) -> Callable[[dict[str, Any]], None]:
        """Change a byte of the hash beside a leaf, which its proof needs."""
        index = self.random.randrange(self.whole)
        (tile,) = (one for one in self.tiles_with(index ^ 1))
        at = (index ^ 1) % 256 * 32 + self.random.randrange(32)
        content = changed(self.tiles[tile], at, self.bits())
        assert self.grown[tile] != content
        files = {**self.tiles, tile: content}
        proof = inclusion_proof(TileReader(self.whole, lambda one: files[one.path]), index, self.whole)
        assert not holds(
            check_inclusion, leaf_hash(self.log.leaves[index]), index, self.log.head(self.whole), proof
        )
        self.readings.append(self.reading([[self.whole, index]], [], **{tile: content}))
        number = len(self.readings) - 1

        def judge(answers: dict[str, Any]) -> None:
            assert answers["Readings"][number]["Refused"]

        return judge

    def tiles_with(self, index: int) -> list[str]:
        return [path for path in self.tiles if path.split(".")[0] == f"tile/0/{index // 256:03}"]


def secret() -> str:
    """Return the log's key in the form in which Go takes it."""
    key = KEYS["log"].public
    return f"PRIVATE+KEY+{key.name}+{key.key_id.hex()}+{text(bytes([key.kind]) + sha256(b'log').digest())}"


def holds(check: Callable[..., None], *args: Any) -> bool:
    try:
        check(*args)
    except (NotVerified, NotProved):
        return False
    return True


def includes(case: dict[str, Any]) -> bool:
    head = TreeHead(case["Size"], b64decode(case["Root"]))
    leaf, proof = leaf_hash(b64decode(case["Data"])), list(map(b64decode, case["Proof"]))
    found = holds(check_inclusion, leaf, case["Index"], head, proof)
    assert found is holds(auditors.check_inclusion, leaf, case["Index"], *head, proof)
    return found


def goes_on(case: dict[str, Any]) -> bool:
    old = TreeHead(case["Old"], b64decode(case["OldRoot"]))
    new = TreeHead(case["New"], b64decode(case["NewRoot"]))
    proof = list(map(b64decode, case["Proof"]))
    found = holds(check_consistency, old, new, proof)
    assert found is holds(auditors.check_consistency, *old, *new, proof)
    return found


def opens(data: bytes) -> bool:
    try:
        open_note(parse_note(data), [verifier_of(key.public) for key in KEYS.values()])
    except TransparencyError:
        return False
    return True


def opens_for_the_auditor(data: bytes) -> bool:
    try:
        text, lines = read_note(data)
        return bool(check_lines(text, lines, [read_key(str(key.public)) for key in KEYS.values()]).times)
    except VerifierError:
        return False


def grown(leaves: Sequence[bytes]) -> dict[str, bytes]:
    """Return the tiles that the auditor's program makes of the leaves themselves."""
    found: dict[str, bytes] = {}

    def keep(level: int, number: int, row: Sequence[bytes]) -> None:
        found[auditors.tile_name(level, number, len(row))] = b"".join(row)

    tree = auditors.GrownTree(keep)
    for first in range(0, len(leaves), auditors.WIDTH):
        tree.add([auditors.leaf_hash(leaf) for leaf in leaves[first : first + auditors.WIDTH]])
    tree.finish()
    return found


def same_signature(one: bytes, other: bytes) -> bool:
    first, second = (parse_note(data) for data in (one, other))
    return first.text == second.text and [line.signature for line in first.lines] == [
        line.signature for line in second.lines
    ]


def compare(amounts: Amounts, seed: int) -> Compared:
    """Compare both readers. Raises ``AssertionError`` where they differ, and ``NoGo`` where there is no Go."""
    log = small_log(LEAVES)
    tiles = {tile.path: tile_content(log.nodes, tile) for tile in tiles_of(LEAVES)}
    assert root_at(TileReader(LEAVES, lambda tile: tiles[tile.path]), LEAVES)
    return Comparison(amounts, seed, log, tiles).run()
