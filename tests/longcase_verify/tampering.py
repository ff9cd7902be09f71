"""Every way of tampering with a log or a bundle that the tests know, and how each has to be told.

A kind is a function that takes a source of random numbers and returns what it made, with the exit code and the
finding that it must have. A further kind is a function with ``@kind`` before it. What the tamperer can do is said
by the log that a kind makes: ``rewritten`` has no keys and shows what was signed before, ``forked`` has the log's
keys and those of its witnesses, so that only a checkpoint held outside can tell.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from longcase_verify.findings import FindingPlace
from tests.longcase_verify.judging import NO_AGE, OWN_POLICY, held, judged
from tests.longcase_verify.making import (
    KEYS,
    POLICY,
    SIGNERS,
    Files,
    MadeEntry,
    MadeLog,
    bundle_files,
    case_file,
    invented,
    zipped,
)
from tests.transparency.logs import ORIGIN, TIME
from tests.transparency.logs import held as held_key
from transparency.keys import ED25519, VerifierKey

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from longcase_verify.growth import HeldCheckpoint
    from longcase_verify.trust import AgeLimit, AuditorTrust

SIZE, EARLIER = 700, (300, 512)
CASES = ("EX/2016/1", "EX/2016/2", "EX/2016/5")


class Tampered(NamedTuple):
    """What was made, the exit code that it must have, and the finding, with as much of its place as is known."""

    bundle: Files | bytes
    exit_code: int
    code: str
    place: FindingPlace = FindingPlace()
    covers: int | None = None
    """A position that the finding's words must lie around, where it cannot name one."""
    kept: Sequence[HeldCheckpoint] = ()
    trust: AuditorTrust | None = OWN_POLICY
    age: AgeLimit = NO_AGE


KINDS: dict[str, Callable[[random.Random], Tampered]] = {}


def kind(make: Callable[[random.Random], Tampered]) -> Callable[[random.Random], Tampered]:
    KINDS[make.__name__] = make
    return make


@cache
def honest() -> MadeLog:
    log = MadeLog(invented(SIZE))
    for size in (*EARLIER, SIZE):
        log.note(size)
    return log


@cache
def whole(sort: str) -> Files:
    return bundle_files(honest(), sort, CASES, EARLIER)


def of(log: MadeLog, sort: str = "inspection", earlier: Sequence[int] = EARLIER) -> Files:
    return bundle_files(log, sort, CASES, earlier)


def disclosed(chance: random.Random) -> MadeEntry:
    return chance.choice([entry for entry in honest().entries if entry.reference in CASES])


def where(entry: MadeEntry) -> FindingPlace:
    return FindingPlace(reference=entry.reference, version=entry.version, position=entry.position)


def file_of(entry: MadeEntry) -> str:
    return case_file(entry.reference)


def with_line(files: Files, entry: MadeEntry, **changes: Any) -> Files:
    """Return a bundle in which some fields of an entry's line are others."""
    lines = files[file_of(entry)].splitlines(keepends=True)
    lines[entry.version - 1] = json.dumps({**json.loads(lines[entry.version - 1]), **changes}).encode() + b"\n"
    return {**files, file_of(entry): b"".join(lines)}


def numbered(entries: Sequence[MadeEntry]) -> list[MadeEntry]:
    """Return entries with the positions and versions that they have in this order."""
    versions: dict[str, int] = {}
    found = []
    for position, entry in enumerate(entries, 1):
        versions[entry.reference] = versions.get(entry.reference, 0) + 1
        found.append(replace(entry, position=position, version=versions[entry.reference]))
    return found


def replaced(entry: MadeEntry, **changes: Any) -> list[MadeEntry]:
    return [replace(one, **changes) if one.position == entry.position else one for one in honest().entries]


def any_sort(chance: random.Random) -> Files:
    return whole(chance.choice(("inspection", "case")))


@kind
def payload(chance: random.Random) -> Tampered:
    entry = disclosed(chance)
    files = with_line(any_sort(chance), entry, payload=entry.payload.decode().replace("Invented", "Inverted"))
    return Tampered(files, 1, "content", where(entry))


@kind
def salt(chance: random.Random) -> Tampered:
    entry = disclosed(chance)
    return Tampered(
        with_line(any_sort(chance), entry, salt=chance.randbytes(32).hex()), 1, "content", where(entry)
    )


@kind
def payloads_swapped(chance: random.Random) -> Tampered:
    one, other = chance.sample(honest().of(chance.choice(CASES)), 2)
    files = with_line(any_sort(chance), one, payload=other.payload.decode(), salt=other.salt.hex())
    return Tampered(
        with_line(files, other, payload=one.payload.decode(), salt=one.salt.hex()), 1, "content", where(one)
    )


@kind
def header_shown(chance: random.Random) -> Tampered:
    entry = disclosed(chance)
    header = replace(entry, actor="PC 9999").leaf.decode()
    return Tampered(with_line(whole("inspection"), entry, header=header), 1, "leaf-differs", where(entry))


@kind
def header_of_one_case(chance: random.Random) -> Tampered:
    entry = disclosed(chance)
    header = replace(entry, actor="PC 9999").leaf.decode()
    return Tampered(with_line(whole("case"), entry, header=header), 1, "proof", where(entry))


@kind
def header_stored(chance: random.Random) -> Tampered:
    entry = chance.choice(honest().entries)
    files = of(honest().rewritten(replaced(entry, actor="PC 9999")))
    kept = {name: data for name, data in whole("inspection").items() if name.startswith("tile/")}
    kept = {name: data for name, data in kept.items() if not name.startswith("tile/entries/")}
    return Tampered({**files, **kept}, 1, "tile", FindingPlace(position=entry.position))


@kind
def leaf_and_nodes(chance: random.Random) -> Tampered:
    entry = chance.choice(honest().entries)
    files = of(honest().rewritten(replaced(entry, payload=b'{"text": "rewritten"}', salt=chance.randbytes(32))))
    return Tampered(files, 1, "root", covers=entry.position)


@kind
def signed_again(chance: random.Random) -> Tampered:
    """The log and its witnesses sign a rewritten past: only a checkpoint held outside tells."""
    entry = chance.choice(honest().entries[: EARLIER[0]])
    forked = honest().forked(replaced(entry, payload=b'{"text": "rewritten"}'))
    return Tampered(of(forked), 1, "held", FindingPlace(file="kept-0"), kept=held(honest().note(EARLIER[0])))


@kind
def last_cut(chance: random.Random) -> Tampered:
    count = chance.choice((1, 10))
    files = {name: data for name, data in whole("inspection").items() if not name.startswith("tile/")}
    cut = of(honest().rewritten(honest().entries[:-count]), earlier=())
    tiles = {name: data for name, data in cut.items() if name.startswith("tile/")}
    return Tampered(files | tiles, 2, "missing-file", FindingPlace(file="tile/entries/002.p/188"))


@kind
def last_cut_and_said(chance: random.Random) -> Tampered:
    count = chance.choice((1, 10))
    cut = honest().rewritten(honest().entries[:-count])
    files = of(cut) | {"checkpoint": honest().note(SIZE)}
    return Tampered(files, 1, "checkpoint-place", FindingPlace(file="checkpoint"))


@kind
def last_cut_and_signed(chance: random.Random) -> Tampered:
    cut = honest().forked(honest().entries[: -chance.choice((1, 10))])
    return Tampered(of(cut), 2, "older-than-held", FindingPlace(file="kept-0"), kept=held(honest().note(SIZE)))


@kind
def all_deleted(chance: random.Random) -> Tampered:
    files = {name: data for name, data in whole("inspection").items() if not name.startswith("tile/")}
    return Tampered(files, 2, "missing-file", FindingPlace(file="tile/entries/000"))


@kind
def middle_deleted(chance: random.Random) -> Tampered:
    entries = list(honest().entries)
    gone = entries.pop(chance.randrange(1, SIZE - 1))
    added = replace(entries[-1], position=SIZE + 1, version=entries[-1].version + 1)
    files = of(honest().rewritten([*entries, added]))
    return Tampered(files, 1, "position", FindingPlace(position=gone.position))


@kind
def middle_deleted_and_numbered(chance: random.Random) -> Tampered:
    entries = list(honest().entries)
    gone = entries.pop(chance.randrange(1, SIZE - 1))
    files = of(honest().rewritten(numbered([*entries, entries[-1]])))
    return Tampered(files, 1, "root", covers=gone.position)


@kind
def reordered(chance: random.Random) -> Tampered:
    entries = list(honest().entries)
    one, other = sorted(chance.sample(range(SIZE), 2))
    entries[one], entries[other] = entries[other], entries[one]
    return Tampered(of(honest().rewritten(entries)), 1, "position", FindingPlace(position=one + 1))


@kind
def reordered_in_a_case(chance: random.Random) -> Tampered:
    reference = chance.choice(CASES)
    files, name = any_sort(chance), case_file(reference)
    lines = files[name].splitlines(keepends=True)
    at = chance.randrange(len(lines) - 1)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    place = FindingPlace(reference=reference, version=at + 1)
    return Tampered({**files, name: b"".join(lines)}, 1, "version", place)


@kind
def inserted_dated_back(chance: random.Random) -> Tampered:
    entries, at = list(honest().entries), chance.randrange(2, SIZE - 1)
    late = replace(entries[at], recorded_at=entries[0].recorded_at - 1, payload=b'{"text": "put in"}')
    files = of(honest().rewritten(numbered([*entries[:at], late, *entries[at:-1]])))
    return Tampered(files, 1, "recorded-at", FindingPlace(position=at + 1))


@kind
def duplicated(chance: random.Random) -> Tampered:
    entries, at = list(honest().entries), chance.randrange(1, SIZE - 1)
    doubled = [*entries[: at + 1], *entries[at:-1]]
    doubled = [replace(entry, position=position) for position, entry in enumerate(doubled, 1)]
    return Tampered(of(honest().rewritten(doubled)), 1, "version", FindingPlace(position=at + 2))


@kind
def older_backup_restored(chance: random.Random) -> Tampered:
    back = chance.randrange(EARLIER[1], SIZE - 20)
    again = replace(honest().entries[back], payload=b'{"text": "after the restore"}')
    restored = honest().forked(numbered([*honest().entries[:back], again, *honest().entries[back + 2 :]]))
    kept = held(honest().note(EARLIER[0]), honest().note(back + 1))
    return Tampered(of(restored), 1, "held", FindingPlace(file="kept-1"), kept=kept)


@kind
def fork_of_the_same_size(chance: random.Random) -> Tampered:
    entry = chance.choice(honest().entries)
    fork, sort = (
        honest().forked(replaced(entry, payload=b'{"text": "another"}')),
        chance.choice(("inspection", "case")),
    )
    return Tampered(of(fork, sort), 1, "held", FindingPlace(file="kept-0"), kept=held(honest().note(SIZE)))


@kind
def old_checkpoint_replayed(chance: random.Random) -> Tampered:
    files = {**any_sort(chance), "checkpoint": honest().note(chance.choice(EARLIER))}
    return Tampered(files, 1, "checkpoint-place", FindingPlace(file="checkpoint"))


@kind
def old_bundle_replayed(chance: random.Random) -> Tampered:
    old = honest().rewritten(honest().entries[: EARLIER[1]])
    age = NO_AGE._replace(most=30 * 86_400, now=TIME + 31 * 86_400)
    return Tampered(of(old, earlier=EARLIER[:1]), 2, "stale", FindingPlace(file="checkpoint"), age=age)


@kind
def cosignatures_stripped(chance: random.Random) -> Tampered:
    signers = ("log", "log2", *chance.choice(((), ("w1",), ("w2",))))
    files = of(replace(honest(), signers=signers, notes={}), chance.choice(("inspection", "case")))
    return Tampered(files, 2, "quorum", FindingPlace(file="checkpoint"))


@kind
def policy_swapped(chance: random.Random) -> Tampered:
    files = {**any_sort(chance), "policy.txt": POLICY.replace(b"quorum both", b"quorum none")}
    return Tampered(files, 2, "policy-differs", FindingPlace(file="policy.txt"))


@kind
def weak_key(chance: random.Random) -> Tampered:
    weak = VerifierKey(ORIGIN, ED25519, (1).to_bytes(32, "little"))
    line = f"\N{EM DASH} {ORIGIN} {b64encode(weak.key_id + bytes([1]) + bytes(63)).decode()}\n".encode()
    files = any_sort(chance)
    note = files["checkpoint"].partition(b"\n\n")[0] + b"\n\n" + line
    trust = chance.choice((OWN_POLICY, None))
    return Tampered({**files, "checkpoint": note, "keys.txt": f"{weak}\n".encode()}, 1, "keys", trust=trust)


@kind
def truncated(chance: random.Random) -> Tampered:
    data = zipped(any_sort(chance))
    return Tampered(data[: chance.randrange(4, len(data))], 2, "cut-short")


@kind
def damaged(chance: random.Random) -> Tampered:
    """A byte of what is packed is changed: no exit code but 1 and 2 will do."""
    data = bytearray(zipped(whole("case")))
    at = chance.randrange(40, len(data) // 2)
    data[at] ^= 255
    return Tampered(bytes(data), 1, "")


@kind
def left_out(chance: random.Random) -> Tampered:
    entry, sort = disclosed(chance), chance.choice(("inspection", "case"))
    lines = whole(sort)[file_of(entry)].splitlines(keepends=True)
    del lines[entry.version - 1]
    place = FindingPlace(reference=entry.reference, version=entry.version)
    return Tampered({**whole(sort), file_of(entry): b"".join(lines)}, 2, "left-out", place)


@kind
def left_out_and_said(chance: random.Random) -> Tampered:
    """The last entries of a case are left out, and ``bundle.json`` counts without them."""
    reference, files = chance.choice(CASES), whole("inspection")
    name, said = case_file(reference), json.loads(files["bundle.json"])
    lines = files[name].splitlines(keepends=True)[: -chance.randint(1, 3)]
    for case in said["cases"]:
        if case["reference"] == reference:
            case["entries"] = len(lines)
    files = {**files, name: b"".join(lines), "bundle.json": json.dumps(said).encode()}
    return Tampered(files, 1, "left-out", FindingPlace(reference=reference, version=len(lines) + 1))


@kind
def register_forged(chance: random.Random) -> Tampered:
    forged = {name: held_key(key.public.name, key.public.kind, f"forged {name}") for name, key in KEYS.items()}
    log = replace(honest(), keys=forged, notes={})
    return Tampered(
        of(log, chance.choice(("inspection", "case"))), 1, "checkpoint-signature", FindingPlace(file="checkpoint")
    )


@kind
def register_forged_and_believed(chance: random.Random) -> Tampered:
    """An auditor without keys of their own is told what that is worth."""
    forged = {name: held_key(key.public.name, key.public.kind, f"forged {name}") for name, key in KEYS.items()}
    log = replace(honest(), keys=forged, notes={})
    return Tampered(of(log, chance.choice(("inspection", "case"))), 2, "keys-from-bundle", trust=None)


@kind
def stream_of_another_case(chance: random.Random) -> Tampered:
    files = any_sort(chance)
    said = json.loads(files["bundle.json"])
    said["cases"][0]["reference"], said["cases"][1]["reference"] = CASES[1], CASES[0]
    return Tampered(
        {**files, "bundle.json": json.dumps(said).encode()}, 1, "manifest", FindingPlace(file="bundle.json")
    )


@kind
def entry_of_another_case(chance: random.Random) -> Tampered:
    one, other = (honest().of(reference)[0] for reference in CASES[:2])
    files = any_sort(chance)
    files = {**files, file_of(one): other.line + files[file_of(one)].partition(b"\n")[2]}
    return Tampered(files, 1, "other-case", FindingPlace(reference=one.reference, position=other.position))


@kind
def proof_of_another(chance: random.Random) -> Tampered:
    one, other = chance.sample(honest().of(chance.choice(CASES)), 2)
    files = {**whole("case"), f"proofs/{one.position}": whole("case")[f"proofs/{other.position}"]}
    return Tampered(files, 1, "proof", where(one))


@kind
def signature_changed(chance: random.Random) -> Tampered:
    files, name = any_sort(chance), chance.choice(("checkpoint", "checkpoints/300", "checkpoints/512"))
    note = files[name].split(b"\n")
    at = chance.randrange(4, 4 + len(SIGNERS))
    note[at] = note[at][:-9] + (b"A" if note[at][-9:-8] != b"A" else b"B") + note[at][-8:]
    return Tampered({**files, name: b"\n".join(note)}, 1, "checkpoint-signature", FindingPlace(file=name))


@kind
def consistency_changed(chance: random.Random) -> Tampered:
    files, name = any_sort(chance), chance.choice(("consistency/300-512", "consistency/512-700"))
    lines = files[name].split(b"\n")
    lines[3] = b64encode(chance.randbytes(32))
    return Tampered({**files, name: b"\n".join(lines)}, 1, "consistency", FindingPlace(file=name))


@kind
def checkpoint_of_a_fork_among_the_earlier(chance: random.Random) -> Tampered:
    fork = honest().forked(replaced(honest().entries[5], payload=b'{"text": "another"}'))
    files = {**whole("inspection"), "checkpoints/300": fork.note(300)}
    return Tampered(files, 1, "root", FindingPlace(file="checkpoints/300"))


@kind
def held_but_not_connected(chance: random.Random) -> Tampered:
    size = chance.choice([size for size in range(1, SIZE) if size not in EARLIER])
    kept = held(honest().note(size))
    return Tampered(whole("case"), 2, "held-unconnected", FindingPlace(file="kept-0"), kept=kept)


@kind
def file_put_in(chance: random.Random) -> Tampered:
    name = chance.choice(("tile/1/001", "tile/entries/003", "entries/other.jsonl", "notes.txt", "checkpoint2"))
    return Tampered({**any_sort(chance), name: b"put in"}, 2, "unexpected-file", FindingPlace(file=name))


def told(made: Tampered) -> str | None:
    """Return what is wrong with how a tampered bundle was told, if anything."""
    result = judged(made.bundle, made.trust, made.kept, made.age)
    if result.exit_code != made.exit_code and not (not made.code and result.exit_code):
        return f"exit code {result.exit_code} instead of {made.exit_code}: {result.found}"
    if made.code and not any(fits(made.place, place) for place in result.found.get(made.code, ())):
        return f"no {made.code} at {made.place}: {result.found}"
    if made.covers is not None and not any(
        around(made.covers, text) for text in texts(result.checked, made.code)
    ):
        return f"position {made.covers} is not where it is said to be: {texts(result.checked, made.code)}"
    return None


def fits(wanted: FindingPlace, found: FindingPlace) -> bool:
    return all(value is None or value == got for value, got in zip(wanted, found, strict=True))


def texts(checked: Any, code: str) -> list[str]:
    return [finding.text for finding in checked.findings.listed if finding.code == code]


def around(position: int, text: str) -> bool:
    words = text.replace("position ", "").split()
    at = words.index("to", words.index("somewhere"))
    return int(words[at - 1]) <= position <= int(words[at + 1])
