"""Disclosures of random cases of random stores: each verifies, and holds nothing of a case that it is not of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.app import Longcase
from application.commands import amendments, cases, disclosures
from application.commands import inspections as rounds
from application.envelope import Envelope
from domain.axes import Axes
from domain.errors import Refused
from domain.identity import case_stream
from ledger.sqlite.recorder import SQLiteRecorder
from longcase_verify.growth import read_held
from tests.clock import MINUTE, Clock
from tests.exchange.disclosure.bundles import disclosed, of_cases, of_round, sign
from tests.laws.test_laws import law_of_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from exchange.disclosure.planning import Wanted
    from tests.exchange.disclosure.bundles import MadeBundle

REFERENCES = ("EX/2016/1", "../2", "case 3", "EX é4", "<b>5")
"""None of them is part of another, or of what every bundle has."""

PS = Envelope("PS 0088", reason="because")
INSPECTOR = Envelope("HMI 3", "inspectorate", reason="drawn")
READER = Envelope("DI 7", reason="theirs")


def canary(case: int) -> str:
    """Return what every text of a case has in it, and nothing else."""
    return f"quassia-{case}-amara"


law = settings(law_of_tables, max_examples=max(25, law_of_tables.max_examples // 4))


class World(NamedTuple):
    """A store, the checkpoints that somebody kept, and the cases that are restricted to ``READER``."""

    app: Longcase
    kept: list[bytes]
    restricted: set[int]


def _act(world: World, case: int, text: str) -> None:
    cases.act(world.app, REFERENCES[case], "child-seen", PS, text=f"{canary(case)} {text}")


def _correct(world: World, case: int, text: str) -> None:
    if case not in world.restricted:
        summary = f"{canary(case)} {text} {world.app.ledger.head()[0]}"  # (what says the same is no correction)
        amendments.correct(world.app, REFERENCES[case], 1, {"summary": summary}, PS)


def _restrict(world: World, case: int, _text: str) -> None:
    if case not in world.restricted:
        cases.restrict(world.app, REFERENCES[case], [READER.actor], PS)
        world.restricted.add(case)


def _sign(world: World, _case: int, _text: str) -> None:
    world.kept.append(sign(world.app.ledger))


STEPS: list[Callable[[World, int, str], None]] = [_act, _act, _correct, _restrict, _sign]
TEXTS = st.text(max_size=30) | st.sampled_from(["</td><script>", "\x00\x1b[31m", "\u202e", "{}\n", "a\n\nb"])
HISTORIES = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, len(REFERENCES) - 1), TEXTS), min_size=1, max_size=25
)


def world(history: list[tuple[Callable[[World, int, str], None], int, str]]) -> World:
    clock = Clock(step=MINUTE)
    app = Longcase(SQLiteRecorder.in_memory(clock), clock=clock)
    made = World(app, [], set())
    for case, reference in enumerate(REFERENCES):
        cases.report(app, reference, PS, category="other", summary=canary(case))
    for step, case, text in history:
        step(made, case, text)
    return made


def whole(found: MadeBundle) -> bytes:
    return b"\n".join([*map(str.encode, found.files), *found.files.values()])


@given(HISTORIES, st.sets(st.integers(0, len(REFERENCES) - 1), min_size=1))
@law
def test_cases_disclosed_verify_and_hold_nothing_of_others(history: list, chosen: set[int]) -> None:  # type: ignore[type-arg]  # of steps, cases and texts
    """Whatever was recorded, signed and restricted before: neither text nor header, stream, salt or reference."""
    made = world(history)
    newest = sign(made.app.ledger)
    references = [REFERENCES[one] for one in chosen]
    wanted = of_cases(*references)._replace(held=[("kept", note) for note in made.kept[:1]])
    if made.restricted & chosen:
        _refused(made, wanted)
    found = disclosed(made.app, wanted, READER)
    held = [read_held("kept", note) for note in made.kept[:1]]
    assert found.judged([*held, read_held("newest", newest)]).exit_code == 0
    bytes_of_it = whole(found)
    for case, reference in enumerate(REFERENCES):
        if case in chosen:
            assert canary(case).encode() in bytes_of_it
            continue
        hidden = [canary(case), reference, case_stream(reference).hex()]
        for row in made.app.ledger.stream(case_stream(reference)):
            hidden += [row.salt.hex(), row.command_id.hex()]
        assert [one for one in hidden if one.encode() in bytes_of_it] == []
    made.app.close()


def _refused(made: World, wanted: Wanted) -> None:
    """Whoever may not read one of the cases discloses none, and nothing is recorded."""
    head = made.app.ledger.head()
    with pytest.raises(Refused, match="is restricted"):
        disclosed(made.app, wanted, PS)
    assert made.app.ledger.head() == head


@given(HISTORIES, st.integers(1, len(REFERENCES)))
@law
def test_a_round_disclosed_verifies_and_shows_all_headers(history: list, size: int) -> None:  # type: ignore[type-arg]  # of steps, cases and texts
    """Of the cases outside the sample it has no text and no salt; every checkpoint ever kept is found again."""
    made = world(history)
    app = made.app
    rounds.open_inspection(app, "round-1", INSPECTOR, body="the body", force="the force")
    axes = Axes(app.now(), app.now())
    frame = rounds.Frame(axes, size, 7, "nothing", tuple((one, "all") for one in REFERENCES), {})
    rounds.draw_sample(app, "round-1", frame, INSPECTOR)
    sign(app.ledger)
    entries = app.ledger.head()[0]
    auditor = Envelope("AU 1", "auditor", reason="asked for")
    found = disclosed(app, of_round("round-1"), auditor)
    judged = found.judged([read_held(f"kept-{place}", note) for place, note in enumerate(made.kept)])
    assert (judged.exit_code, judged.checked.entries) == (0, entries)
    drawn = disclosures.round_before(app, "round-1", None).drawn()
    bytes_of_it = whole(found)
    for case, reference in enumerate(REFERENCES):
        assert (canary(case).encode() in bytes_of_it) == (reference in drawn)
        salts = [
            row.salt.hex().encode()
            for row in app.ledger.stream(case_stream(reference))
            if row.position <= entries
        ]
        assert all((one in bytes_of_it) == (reference in drawn) for one in salts)
    app.close()


@given(HISTORIES, st.data())
@law
def test_a_byte_changed_in_what_is_signed_is_told(history: list, data: st.DataObject) -> None:  # type: ignore[type-arg]  # of steps, cases and texts
    """In an entry, a proof, the checkpoint or bundle.json: never whole."""
    import io
    import zipfile

    from tests.exchange.disclosure.bundles import TRUST
    from tests.longcase_verify.judging import judged

    made = world(history)
    sign(made.app.ledger)
    files = disclosed(made.app, of_cases(REFERENCES[0]), READER).files
    made.app.close()
    signed = sorted(name for name in files if name.startswith(("entries/", "proofs/", "checkpoint")))
    name = data.draw(st.sampled_from(signed))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    content = bytearray(files[name])
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for one, old in files.items():
            archive.writestr(one, bytes(content) if one == name else old)
    assert judged(out.getvalue(), TRUST).exit_code in {1, 2}
