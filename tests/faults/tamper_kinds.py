"""The kinds of tampering with a store, and with a bundle that was made from it, and how each has to be told.

Those with a store come in two manners: ``plain`` touches what it is about and nothing else; ``fitted`` goes on
to make positions, versions, times, leaves and nodes fit, and takes out what was signed since, so that nothing in
the store contradicts anything: the way of somebody who owns the tables and knows the format, and has no key.
"""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from application.signing.checkpoints import KEYS as KEYS_SETTING
from domain.instant import DAY
from ledger.entry import leaf_hash
from tests.faults.tampered_stores import CASES, Shown
from tests.longcase_verify.judging import OWN_POLICY
from tests.longcase_verify.making import KEYS, POLICY, SIGNERS, Files, case_file
from tests.transparency.logs import ORIGIN, held
from transparency.keys import ED25519, VerifierKey
from transparency.notes import Note, parse_note

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    from ledger.entry import StoredEntry
    from longcase_verify.trust import AuditorTrust
    from tests.faults.tampered_stores import HonestStore, StoreContent

EXACT, STRETCH, MISSING, NOWHERE = "the entry", "a stretch", "what is gone", "-"
"""What is named of the first bad entry: itself, a stretch that it lies in, that it is gone, or nothing."""


class Told(NamedTuple):
    """The exit codes that a kind must have, ``None`` where it is not asked.

    ``log`` and ``log_alone`` are those of ``longcase log verify`` with the checkpoints kept outside and with
    none; ``bundle`` and ``bundle_alone`` those of ``longcase-verify``, whose auditor has a policy of their own
    in both.
    """

    log: int | None
    log_alone: int | None
    bundle: int | None = None
    bundle_alone: int | None = None
    named: str = NOWHERE

    @property
    def without(self) -> str:
        """Say what tells it without any checkpoint outside, if anything does."""
        told = [name for name, code in (("store", self.log_alone), ("bundle", self.bundle_alone)) if code]
        return " and ".join(told) or "NOT TOLD"


class Tampering(NamedTuple):
    """What was made: a content for the store, a bundle, or both; and which entry is the first that is bad."""

    content: StoreContent | None
    bundle: Files | bytes | None
    first: int = 0
    trust: AuditorTrust | None = OWN_POLICY
    left_out: tuple[str, int] | None = None
    """The case and the version of an entry that is not in the bundle."""


class TamperKind(NamedTuple):
    """A kind: what it is called in the issue, in which manner, what must be told, and what makes it."""

    name: str
    manner: str
    told: Told
    make: Callable[[HonestStore, random.Random], Tampering]


KINDS: Final[list[TamperKind]] = []
_PLAIN: Final = Told(1, 1, named=EXACT)
_FITTED: Final = Told(1, 0, 1, 1, named=STRETCH)
_SHORT: Final = Told(1, 1, named=MISSING)
_SHORT_FITTED: Final = Told(1, 0, 2, 0, named=MISSING)


class StoreChange(NamedTuple):
    """A change of a store: what makes it, and whether life goes on after it, up to as many entries as before."""

    make: Callable[[StoreContent, random.Random], int]
    goes_on: bool

    def plain(self, honest: HonestStore, chance: random.Random) -> Tampering:
        """Change what the kind is about, and nothing else."""
        content = honest.content.copy()
        return Tampering(content, None, self.make(content, chance))

    def fitted(self, honest: HonestStore, chance: random.Random) -> Tampering:
        """Make all else fit; the bundle is under the newest genuine checkpoint for which entries are left."""
        content = honest.content.copy()
        first = self.make(content, chance)
        while self.goes_on and len(content.entries) < honest.size:
            content.entries.append(_invented(chance.choice(content.entries), chance))
        content.fit()
        content.forget_checkpoints(first)
        size = max((one for one in honest.notes if one <= len(content.entries)), default=None)
        bundle = None if size is None else Shown(content, dict(honest.notes)).bundle(size)
        return Tampering(content, bundle, first)


def _of_store(
    name: str, plain: Told = _PLAIN, fitted: Told = _FITTED, *, goes_on: bool = False
) -> Callable[..., Callable[[StoreContent, random.Random], int]]:
    """Enter a change of a store in both manners; it returns the position of the first entry that is bad."""

    def enter(make: Callable[[StoreContent, random.Random], int]) -> Callable[[StoreContent, random.Random], int]:
        change = StoreChange(make, goes_on)
        KINDS.append(TamperKind(name, "plain", plain, change.plain))
        KINDS.append(TamperKind(name, "fitted", fitted, change.fitted))
        return make

    return enter


def _any(content: StoreContent, chance: random.Random, least: int = 1) -> int:
    """Return a position, from ``least`` to the last but one."""
    return chance.randrange(least, len(content.entries))


def _invented(like: StoredEntry, chance: random.Random) -> StoredEntry:
    """Return an entry that was never made, in the same case."""
    payload = b'{"kind":"interview","text":"invented %d"}' % chance.randrange(1 << 30)
    entry = like._replace(topic="case.action-recorded", payload=payload)
    return entry._replace(command_id=chance.randbytes(16), salt=chance.randbytes(32))


@_of_store("payload")
def _payload(content: StoreContent, chance: random.Random) -> int:
    at = _any(content, chance)
    data = bytearray(content.entries[at - 1].payload)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(7)
    content.entries[at - 1] = content.entries[at - 1]._replace(payload=bytes(data))
    return at


@_of_store("header")
def _header(content: StoreContent, chance: random.Random) -> int:
    at = _any(content, chance)
    entry = content.entries[at - 1]
    others: dict[str, Any] = {
        "actor": "PC 9999",
        "role": "nobody",
        "topic": "case.graded",
        "schema": entry.schema + 1,
        "occurred_at": entry.recorded_at - DAY,
        "command_id": chance.randbytes(16),
    }
    name = chance.choice(list(others))
    content.entries[at - 1] = entry._replace(**{name: others[name]})
    return at


@_of_store("both, with leaf and nodes", Told(1, 1, named=STRETCH))
def _rewritten(content: StoreContent, chance: random.Random) -> int:
    at = _any(content, chance)
    entry = content.entries[at - 1]
    content.entries[at - 1] = entry._replace(actor="PC 9999", payload=b'{"text":"rewritten"}')
    content.fit_tree()
    return at


@_of_store("salt")
def _salt(content: StoreContent, chance: random.Random) -> int:
    at = _any(content, chance)
    content.entries[at - 1] = content.entries[at - 1]._replace(salt=chance.randbytes(32))
    return at


@_of_store("last deleted", _SHORT, _SHORT_FITTED)
def _last(content: StoreContent, _: random.Random) -> int:
    del content.entries[-1]
    return len(content.entries) + 1


@_of_store("last ten deleted", _SHORT, _SHORT_FITTED)
def _last_ten(content: StoreContent, _: random.Random) -> int:
    del content.entries[-10:]
    return len(content.entries) + 1


@_of_store("all deleted", _SHORT, Told(1, 0, named=MISSING))
def _all(content: StoreContent, _: random.Random) -> int:
    content.entries.clear()
    return 1


@_of_store("middle deleted", goes_on=True)
def _middle(content: StoreContent, chance: random.Random) -> int:
    at = _any(content, chance)
    del content.entries[at - 1]
    return at


@_of_store("reordered")
def _reordered(content: StoreContent, chance: random.Random) -> int:
    one, other = sorted(chance.sample(range(len(content.entries)), 2))
    entries = content.entries
    entries[one], entries[other] = entries[other], entries[one]
    content.placed(versions=False)
    return one + 1


@_of_store("inserted, dated back")
def _inserted(content: StoreContent, chance: random.Random) -> int:
    at = _any(content, chance, least=2)
    entry = content.entries[at - 1]
    back = entry.recorded_at - 30 * DAY
    content.entries.insert(at - 1, _invented(entry, chance)._replace(occurred_at=back, recorded_at=back))
    content.placed(versions=True)
    content.entries[at - 1] = content.entries[at - 1]._replace(leaf=leaf_hash(content.entries[at - 1]))  # type: ignore[arg-type]  # a complete row
    return at


@_of_store("duplicated")
def _duplicated(content: StoreContent, chance: random.Random) -> int:
    at = _any(content, chance)
    content.entries.insert(at, content.entries[at - 1]._replace(command_id=chance.randbytes(16)))
    content.placed(versions=True)
    return at + 1


@_of_store("two payloads swapped")
def _swapped(content: StoreContent, chance: random.Random) -> int:
    one, other = sorted(chance.sample(range(len(content.entries)), 2))
    first, second = content.entries[one], content.entries[other]
    content.entries[one] = first._replace(payload=second.payload, salt=second.salt)
    content.entries[other] = second._replace(payload=first.payload, salt=first.salt)
    return one + 1


def _kind(name: str, told: Told, manner: str = "") -> Callable[..., Callable[..., Tampering]]:
    """Enter a kind of its own."""

    def enter(make: Callable[[HonestStore, random.Random], Tampering]) -> Callable[..., Tampering]:
        KINDS.append(TamperKind(name, manner, told, make))
        return make

    return enter


@_kind("older backup restored", Told(1, 0, 2, 0, named=MISSING))
def _restored(honest: HonestStore, chance: random.Random) -> Tampering:
    """The store is what it was, with what was signed by then."""
    content, size = honest.content.copy(), chance.randrange(min(honest.notes), honest.size)
    del content.entries[size:]
    content.fit_tree()
    content.forget_checkpoints(size + 1)
    newest = max(one for one in honest.notes if one <= size)
    return Tampering(content, Shown(content, dict(honest.notes)).bundle(newest), size + 1)


@_kind("fork of the same size", Told(1, 0, 1, 0, named=STRETCH), "signed by log and witnesses")
def _fork(honest: HonestStore, chance: random.Random) -> Tampering:
    content = honest.content.copy()
    first = _rewritten(content, chance)
    content.sign_again(SIGNERS)
    notes = {size: note.encode() for _, size, _, note in content.checkpoints}
    return Tampering(content, Shown(content, notes).bundle(honest.size), first)


@_kind("old checkpoint replayed", Told(None, None, 2, 0), "the bundle of the visit before")
def _replayed(honest: HonestStore, _: random.Random) -> Tampering:
    return Tampering(None, honest.bundles[0])


@_kind("cosignatures stripped", Told(None, None, 2, 2))
def _stripped(honest: HonestStore, chance: random.Random) -> Tampering:
    kept = chance.choice((("log",), ("log", "log2"), ("log", "log2", "w1"), ("log2", "w2")))
    return Tampering(None, {**files(honest.bundles[1]), "checkpoint": _signed_by(honest, kept)})


@_kind("policy swapped", Told(None, None, 2, 2))
def _policy(honest: HonestStore, chance: random.Random) -> Tampering:
    kept = chance.choice((("log", "log2"), ("log", "log2", "w1")))
    changed = POLICY.replace(b"quorum both", chance.choice((b"quorum none", b"quorum archive")))
    others = {"checkpoint": _signed_by(honest, kept), "policy.txt": changed}
    return Tampering(None, {**files(honest.bundles[1]), **others})


@_kind("weak key", Told(1, 1, 1, 1))
def _weak(honest: HonestStore, chance: random.Random) -> Tampering:
    """The key is the point of order 1, for which one signature fits every message."""
    content = honest.content.copy()
    _payload(content, chance)
    content.fit_tree()
    weak = VerifierKey(ORIGIN, ED25519, (1).to_bytes(32, "little"))
    line = f"\N{EM DASH} {ORIGIN} {b64encode(weak.key_id + bytes([1]) + bytes(63)).decode()}\n"
    content.sign_again(())
    content.checkpoints = [(*row[:3], f"{row[3]}{line}") for row in content.checkpoints]
    content.settings = [*_with_keys(content, f"{weak}\n")]
    notes = {size: note.encode() for _, size, _, note in content.checkpoints}
    bundle = {**Shown(content, notes).bundle(honest.size), "keys.txt": f"{weak}\n".encode()}
    return Tampering(content, bundle, trust=chance.choice((OWN_POLICY, None)))


@_kind("bundle truncated", Told(None, None, 2, 2))
def _truncated(honest: HonestStore, chance: random.Random) -> Tampering:
    data = honest.bundles[1]
    return Tampering(None, data[: chance.randrange(4, len(data))])


@_kind("entry left out of a bundle", Told(None, None, 1, 1), "and counted without it")
def _left_out(honest: HonestStore, chance: random.Random) -> Tampering:
    """The last entries of a case are not shown, and ``bundle.json`` counts without them."""
    reference, shown = chance.choice(CASES), files(honest.bundles[1])
    name, said = case_file(reference), json.loads(shown["bundle.json"])
    lines = shown[name].splitlines(keepends=True)
    lines = lines[: -chance.randint(1, len(lines) - 1)]
    for case in said["cases"]:
        if case["reference"] == reference:
            case["entries"] = len(lines)
    changed = {name: b"".join(lines), "bundle.json": json.dumps(said).encode()}
    return Tampering(None, {**shown, **changed}, left_out=(reference, len(lines) + 1))


@_kind("key register forged", Told(1, 0, 1, 1), "all made anew with other keys")
def _forged(honest: HonestStore, chance: random.Random) -> Tampering:
    """The keys in the store are others, and everything is signed with them, rewritten."""
    seed = chance.randrange(1 << 30)
    forged = {name: held(key.public.name, key.public.kind, f"{seed} {name}") for name, key in KEYS.items()}
    content = honest.content.copy()
    _rewritten(content, chance)
    content.sign_again(SIGNERS, forged)
    keys = "".join(f"{forged[name].public}\n" for name in ("log", "log2"))
    content.settings = [*_with_keys(content, keys)]
    notes = {size: note.encode() for _, size, _, note in content.checkpoints}
    bundle = {**Shown(content, notes).bundle(honest.size), "keys.txt": keys.encode()}
    return Tampering(content, bundle)


def _with_keys(content: StoreContent, keys: str) -> Iterator[tuple[str, str]]:
    """Yield the settings of a store, with other keys of its log."""
    for name, value in content.settings:
        yield name, keys if name == KEYS_SETTING else value


def _signed_by(honest: HonestStore, names: tuple[str, ...]) -> bytes:
    """Return the newest checkpoint with the signatures of some alone."""
    own = {KEYS[name].public.key_id for name in names}
    note = parse_note(honest.notes[honest.size])
    return Note(note.text, tuple(line for line in note.lines if line.key_id in own)).to_bytes()


def files(bundle: Files | bytes) -> Files:
    """Return the files of a bundle."""
    if not isinstance(bundle, bytes):
        return bundle
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
