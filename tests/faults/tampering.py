"""A store is tampered with in every known way, and each is told against a checkpoint that is held outside.

Each of the kinds at so many places, in a file and on a server. A store that nobody tampered with is judged as
often, and must be whole. Printed is which kinds are told without a checkpoint too, and which with one alone.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from application.signing.verifying import verify
from ledger.stores import open_reader
from tests.faults.outcome import NotRun, Outcome
from tests.faults.tamper_kinds import EXACT, KINDS, MISSING, NOWHERE, STRETCH, Told, files
from tests.faults.tampered_stores import StoreContent, in_a_file, on_a_server
from tests.longcase_verify.judging import OWN_POLICY, held, judged
from tests.longcase_verify.tampering import around, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from application.signing.verifying import Verdict
    from tests.faults.tamper_kinds import Tampering, TamperKind
    from tests.faults.tampered_stores import HonestStore
    from tests.longcase_verify.judging import Judged

LINE: Final = "{:<27}{:<31}{:>6}{:>6}{:>6}{:>6}  {:<13}{}\n"
HEAD: Final = ("kind", "manner", "log", "alone", "audit", "alone", "first bad", "told alone by")


class Seen(NamedTuple):
    """What the programs said of a tampering, as ``tests.faults.tamper_kinds.Told`` has it."""

    log: Verdict | None
    log_alone: Verdict | None
    bundle: Judged | None
    bundle_alone: Judged | None

    def codes(self) -> tuple[int | None, ...]:
        """Return the exit codes."""
        logs = tuple(None if one is None else int(not one.whole) for one in self[:2])
        bundles = tuple(None if one is None else one.exit_code for one in self[2:])
        return (*logs, *bundles)


def run(count: int, seed: int) -> Outcome:
    """Make each kind at ``count`` places on each engine, and print the table."""
    from tests.postgres.server import FAST, Server, missing

    if why := missing():
        raise NotRun(why)
    figures = Counter[str]()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        server = Server(folder / "server", settings=FAST)
        server.make()
        server.start()
        stack.callback(server.stop, "immediate")
        for store in stores(folder, server.url("postgres")):
            figures += battery(store, count, seed)
    sys.stdout.write(table())
    return Outcome("tampering", count, dict(figures))


def stores(folder: Path, url: str) -> Iterator[HonestStore]:
    """Yield a store in a file and one on a server."""
    from tests.postgres.databases import Databases

    yield in_a_file(folder / "store.db")
    with on_a_server(Databases(url)) as store:
        yield store


def battery(store: HonestStore, count: int, seed: int) -> Counter[str]:
    """Tamper with a store in every way at ``count`` places, and assert that each is told as it must be."""
    chance, figures = random.Random(seed), Counter[str]()
    for _ in range(count):
        check_honest(store)
        figures["whole stores judged"] += 1
        for kind in KINDS:
            attempt(store, kind, chance)
            figures["told"] += 1
            figures["not told without a checkpoint outside"] += kind.told.without == "NOT TOLD"
    return figures


def check_honest(store: HonestStore) -> None:
    """Assert that what nobody tampered with is whole, beside all that is held outside."""
    store.overwrite(store.content)
    found = StoreContent.of(store.location)
    assert found == store.content, "the tables cannot be written over as they are"
    for bundle in store.bundles:
        notes = [note for size, note in store.notes.items() if bundle == store.bundles[1] or size < store.size]
        result = judged(bundle, OWN_POLICY, held(*notes))
        assert result.exit_code == 0, result.found
    for outside in ([], outside_of(store)):
        with closing(open_reader(store.location)) as reader:
            verdict = verify(reader, outside)
        assert verdict.whole, verdict.findings


def outside_of(store: HonestStore) -> list[tuple[str, bytes]]:
    """Return the checkpoints that are held outside, as files."""
    return [(f"kept-{size}", note) for size, note in store.notes.items()]


def attempt(store: HonestStore, kind: TamperKind, chance: random.Random) -> None:
    """Tamper in one way, and assert that it is told, where, and that something was done at all."""
    made = kind.make(store, chance)
    check_done(store, made)
    seen = look(store, made)
    what = f"{kind.name} ({kind.manner}), first bad at {made.first} of {store.location}"
    assert seen.codes() == kind.told[:4], f"{what}: {seen.codes()} instead of {kind.told[:4]}: {seen}"
    check_named(kind.told, made, seen, what)


def check_done(store: HonestStore, made: Tampering) -> None:
    """Put what was made into the store, and assert that it is there and is another than before."""
    if made.content is not None:
        store.overwrite(made.content)
        found = StoreContent.of(store.location)
        assert found == made.content, "what was to be put into the store is not there"
        assert found != store.content, "nothing was tampered with"
    if made.bundle is not None:
        before = store.bundles[1] if isinstance(made.bundle, bytes) else files(store.bundles[1])
        assert made.bundle != before, "nothing was tampered with"


def look(store: HonestStore, made: Tampering) -> Seen:
    """Return what the programs say, with what is held outside and without."""
    log = log_alone = bundle = bundle_alone = None
    if made.content is not None:
        with closing(open_reader(store.location)) as reader:
            log, log_alone = verify(reader, outside_of(store)), verify(reader, [])
    if made.bundle is not None:
        bundle = judged(made.bundle, made.trust, held(*store.notes.values()))
        bundle_alone = judged(made.bundle, made.trust)
    return Seen(log, log_alone, bundle, bundle_alone)


def check_named(told: Told, made: Tampering, seen: Seen, what: str) -> None:
    """Assert that the first bad entry is named as far as it can be told."""
    if told.named != NOWHERE:
        assert seen.log is not None
        places = [one for one in seen.log.findings if one.first]
        inside = places[0].first <= made.first <= places[0].last
        gone = places[0].kind in {"short", "missing"} and places[0].first == made.first
        exact = inside and any((one.first, one.last) == (made.first, made.first) for one in places)
        assert {EXACT: exact, STRETCH: inside, MISSING: gone}[told.named], f"{what}: {places}"
    if told.named == STRETCH and seen.bundle is not None and "root" in seen.bundle.found:
        said = texts(seen.bundle.checked, "root")
        assert any(around(made.first, text) for text in said), f"{what}: {said}"
    if made.left_out is not None:
        assert seen.bundle is not None
        left_out = [(one.reference, one.version) for one in seen.bundle.found["left-out"]]
        assert made.left_out in left_out, f"{what}: {left_out}"


def table() -> str:
    """Return the table of what was told: the exit codes, and how the first bad entry was named."""
    return LINE.format(*HEAD) + "".join(map(shown, KINDS))


def shown(kind: TamperKind) -> str:
    """Return a line of the table."""
    codes = ("" if code is None else code for code in kind.told[:4])
    return LINE.format(kind.name, kind.manner, *codes, kind.told.named, kind.told.without)
