"""Give the readers of other people's files what nobody would write, and look that they refuse it with a sentence.

Notes, checkpoints, proofs, policies, requests to a witness, bundles, paths of tiles and keys are changed at
random: bytes are flipped, repeated, cut out, put in; lines change places. Each is read or refused, soon and in
little memory; what is read is written back as it was, so that no two readers take the same bytes for two things.
The auditor's program is given whole disclosures, changed as a ZIP file or in one of their files.
"""

from __future__ import annotations

import random
import resource
import sys
from collections import Counter
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

from tests.faults.outcome import Outcome
from tests.longcase_verify.small import readers
from tests.transparency.logs import keys, signed, small_log
from transparency.checkpoints import parse_checkpoint
from transparency.errors import MalformedText, TransparencyError
from transparency.keys import read_verifier_key
from transparency.notes import parse_note
from transparency.policies import parse_policy
from transparency.proofs import LoggedProof, parse_proof
from transparency.tiles import Tile, bundle_content, parse_bundle, tile_at
from transparency.tree import inclusion_proof
from transparency.witnessing import Submission, parse_submission

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = keys()
LOG = small_log(40)
LONGEST_SECONDS = 1
LARGEST = 2_000_000
MOST_BYTES = 200 * 2**20
ODD = (
    b"\n",
    b"\n\n",
    b" ",
    b"+",
    b"=",
    b"0",
    b"9" * 400,
    b"\x00",
    b"\xff",
    b"\r\n",
    b"A" * 5_000,
    b"\xe2\x80\x94 ",
)


class Parser(NamedTuple):
    """What reads some bytes and writes them again, and bytes that it takes."""

    again: Callable[[bytes], bytes]
    good: bytes


def text(data: bytes) -> str:
    """Return bytes as text; what is no UTF-8 reaches no reader of text."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedText("no UTF-8") from error


def path_again(data: bytes) -> bytes:
    path = text(data)
    tile = tile_at(path)
    return (tile.bundle_path if path.startswith("tile/entries/") else tile.path).encode()


def policy_again(data: bytes) -> bytes:
    """Read a policy; it says no more than its lines, and has no one form."""
    policy = parse_policy(data)
    assert len(policy.logs) + len(policy.witnesses) + len(policy.groups) < data.count(b"\n")
    return data


def policy() -> bytes:
    parties = f"log {KEYS['log'].public}\nwitness a {KEYS['w1'].public} https://a.example/\n"
    return f"# policy\n{parties}witness b {KEYS['w2'].public}\n\ngroup g 2 a b\nquorum g\n".encode()


def parsers() -> dict[str, Parser]:
    head = LOG.head(13)
    note = signed(head, KEYS["log"], KEYS["w1"])
    proof = LoggedProof(5, inclusion_proof(LOG.nodes, 5, 13), note, b"extra").to_bytes()
    checkpoint = note.partition(b"\n\n")[0] + b"\nmore\n"
    return {
        "note": Parser(lambda data: parse_note(data).to_bytes(), note),
        "checkpoint": Parser(lambda data: parse_checkpoint(text(data)).text.encode(), checkpoint),
        "proof": Parser(lambda data: parse_proof(data).to_bytes(), proof),
        "policy": Parser(policy_again, policy()),
        "request": Parser(
            lambda data: parse_submission(data).to_bytes(), Submission(7, (head.root,) * 3, note).to_bytes()
        ),
        "bundle": Parser(lambda data: bundle_content(parse_bundle(data, 40)), bundle_content(LOG.leaves)),
        "tile path": Parser(path_again, Tile(3, 1_234_067, 17).path.encode()),
        "key": Parser(lambda data: str(read_verifier_key(text(data))).encode(), str(KEYS["log"].public).encode()),
        **{name: Parser(*reader) for name, reader in readers().items()},
    }


def flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def cut(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    return data[:start] + data[end:]


def repeat(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    times = min(chance.choice((1, 2, 50)), LARGEST // max(1, end - start) + 1)
    return data[:end] + data[start:end] * times + data[end:]


def put_in(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(ODD) + data[at:]


def exchange(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = (chance.randrange(len(lines)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


CHANGES = (flip, cut, repeat, put_in, exchange)


def changed(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        data = chance.choice(CHANGES)(data, chance)[:LARGEST] if data else b"\n"
    return data


def read(name: str, parser: Parser, data: bytes) -> str:
    """Return what came of some bytes; raise ``AssertionError`` if it is nothing that is promised."""
    began, sentence = process_time(), ""
    try:
        again = parser.again(data)
        came = f"{name} read"
        assert again == data, f"{name}: {data[:2_000]!r} is written otherwise"
    except TransparencyError as refused:
        came, sentence = f"{name} refused", str(refused)
    assert sentence.isprintable(), f"{name}: {sentence!r}"
    assert process_time() - began < LONGEST_SECONDS, f"{name}: {data[:2_000]!r} takes too long"
    return came


def run(count: int, seed: int) -> Outcome:
    """Give each reader ``count`` inputs. Raises ``AssertionError``."""
    chance, came = random.Random(seed), Counter[str]()
    before = most_memory()
    for name, parser in parsers().items():
        assert parser.again(parser.good) == parser.good
        for _ in range(count):
            came[read(name, parser, changed(parser.good, chance))] += 1
    assert most_memory() - before < MOST_BYTES
    return Outcome("parsers", count, dict(sorted(came.items())))


def most_memory() -> int:
    """Return how many bytes the process has had at most."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
