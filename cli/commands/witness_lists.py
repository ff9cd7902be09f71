"""``longcase witness list`` and ``compare``: what a witness has seen, and what others were shown beside it."""

from __future__ import annotations

from datetime import UTC
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cli.input.options import reading
from cli.output.streams import Shape, present, say
from cli.output.table import Column, as_instant
from cli.session import stores as session
from cli.session.witnesses import LOGS, WITNESS, explained, known_logs, witness_folder
from domain.axes import Axes
from domain.errors import Refused, UsageProblem
from presentation.instants import AsOf
from transparency.encoding import to_base64
from transparency.errors import TransparencyError
from witness.comparing import LARGEST_FILE, Consistency, compared, own_sighting, read_sighting
from witness.errors import NoWitness
from witness.folder import state_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cli.input.requests import View
    from transparency.keys import VerifierKey
    from witness.comparing import Comparison, Sighting
    from witness.state import SeenCheckpoint, WitnessState

CSV_FIELDS: Final = ("origin", "size", "root", "cosigned_at", "fork_sizes")
FIELDS: Final = (*CSV_FIELDS, "checkpoint", "forks")
COMPARED: Final = ("origin", "first", "first_size", "second", "second_size", "finding")

_OWN: Final = "this witness"
_SPLIT: Final = 1
_SECOND: Final = 1_000_000
_LIST: Final = Shape(
    "logs",
    CSV_FIELDS,
    (
        Column("origin", "log"),
        Column("size", "size", right=True),
        Column("cosigned_at", "cosigned", as_instant),
        Column("fork_sizes", "forks at"),
        Column("root", "root"),
    ),
)
_COMPARED: Final = Shape(
    "comparisons",
    COMPARED,
    (
        Column("origin", "log"),
        Column("first", "first"),
        Column("first_size", "size", right=True),
        Column("second", "second"),
        Column("second_size", "size", right=True),
        Column("finding", "finding"),
    ),
)


@click.command("list")
@WITNESS
@reading(axes=False, standby=False, store=False)
def list_(view: View, folder: str | None) -> None:
    """List the logs that the witness has cosigned: size, root and time of the last checkpoint, and forks.

    A fork is a tree that the log signed though the witness had cosigned another of the same size: both signed
    checkpoints stand in --format json. Times are in UTC.
    """
    with explained():
        state = state_of(witness_folder(folder))
        items = [_item(state, last) for last in state.latest()]
    present(items, _LIST, view._replace(limit=0), _now())
    for item in items:
        for fork in item["forks"]:
            say(f"! {item['origin']} has signed two different trees of size {fork['size']}: two histories")


def _item(state: WitnessState, last: SeenCheckpoint) -> dict[str, Any]:
    forks = [_fork(state, one) for one in state.forks(last.origin)]
    told = {"origin": last.origin, "cosigned_at": last.at * _SECOND, "forks": forks}
    found = _plain(last) | told | {"fork_sizes": [fork["size"] for fork in forks]}
    return {field: found[field] for field in FIELDS}


def _fork(state: WitnessState, other: SeenCheckpoint) -> dict[str, Any]:
    cosigned = state.at_size(other.origin, other.size)
    kept = {} if cosigned is None else _plain(cosigned)
    return {**_plain(other), "seen_at": other.at * _SECOND, "cosigned": kept}


def _plain(seen: SeenCheckpoint) -> dict[str, Any]:
    return {"size": seen.size, "root": to_base64(seen.root), "checkpoint": seen.note}


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@LOGS
@WITNESS
@reading(axes=False, standby=False, store=False)
def compare(view: View, files: Sequence[str], policy: str | None, folder: str | None) -> int:
    """Say whether the log has shown one history to whoever had the checkpoints in FILE..., and to this witness.

    Each FILE is a signed checkpoint, such as another witness shows, or a request, which has a proof before it.
    Two trees of one size with different roots, both signed by the log, prove that it has shown two histories:
    exit code 1. Trees of two sizes need a proof that connects them; without one it cannot be told: exit code 3.
    """
    place = witness_folder(folder)
    logs = known_logs(place, policy)
    with explained():
        keys = list(chain.from_iterable(logs.values()))
        sightings = [_sighting(file, keys) for file in files]
        found = list(compared([*_own(place, sightings), *sightings]))
    if not found:
        raise UsageProblem("there are no two checkpoints of one log to compare")
    present(map(_compared, found), _COMPARED, view._replace(limit=0), _now(), count=len(found))
    return _said(found)


def _sighting(file: str, keys: Sequence[VerifierKey]) -> Sighting:
    with Path(file).open("rb") as opened:
        data = opened.read(LARGEST_FILE)
    try:
        return read_sighting(file, data, keys)
    except TransparencyError as error:
        raise Refused(f"{file} is no checkpoint that a known log has signed: {error}") from error


def _own(folder: Path, sightings: Sequence[Sighting]) -> list[Sighting]:
    """Return what this witness has cosigned of the same sizes, or else last, where there is a witness at all."""
    try:
        state = state_of(folder)
    except NoWitness:
        return []
    asked = {(one.checkpoint.origin, one.checkpoint.size) for one in sightings}
    found = {seen for asking in asked if (seen := state.at_size(*asking) or state.last(asking[0]))}
    return [own_sighting(_OWN, seen) for seen in sorted(found)]


def _compared(one: Comparison) -> Mapping[str, Any]:
    first, second = one.first, one.second
    sizes = {"first_size": first.checkpoint.size, "second_size": second.checkpoint.size}
    sources = {"first": first.source, "second": second.source}
    return {"origin": first.checkpoint.origin, **sources, **sizes, "finding": one.finding.value}


def _said(found: Sequence[Comparison]) -> int:
    """Say what is proved and what cannot be told, and return the exit code."""
    for one in found:
        if one.finding is Consistency.SPLIT:
            origin, size, *_ = one.first.checkpoint
            say(f"! {origin} has signed two different trees of size {size}")
            say(f"! {one.first.source} and {one.second.source} together prove that it has shown two histories")
    if any(one.finding is Consistency.SPLIT for one in found):
        return _SPLIT
    for one in found:
        if one.finding is Consistency.UNPROVEN:
            raise _unproven(one)
    return 0


def _unproven(one: Comparison) -> Refused:
    sizes = (one.first.checkpoint.size, one.second.checkpoint.size)
    why = (
        f"that the {sizes[1]} entries of {one.second.source} begin with the {sizes[0]} of {one.first.source}"
        " is not shown"
    )
    asks = (f"longcase log request --old {size}" for size in sizes)
    return Refused(
        why,
        hints=(
            "ask the keeper of the log for both, and give the files too: " + ", ".join(asks),
            "a log that cannot prove it has shown two histories, or has lost what it had",
        ),
    )


def _now() -> AsOf:
    now = session.now()
    return AsOf(Axes(now, now), UTC, now)
