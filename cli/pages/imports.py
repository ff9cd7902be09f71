"""What came of an import, for a person and for programs."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from cli.output.layout import Part, beside, page, write
from cli.output.streams import say
from cli.output.table import Column, draw, red_if
from cli.pages import case as pages
from domain.axes import Axes
from exchange.imports.advice import advice
from exchange.imports.command import total
from presentation.escaping import safe_text
from presentation.formats import exported
from presentation.instants import AsOf
from projections.views.case_view import CaseView
from projections.views.state import state
from projections.views.timeline import item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from cli.output.table import Page
    from exchange.imports.command import FileOutcome, SampleCase
    from exchange.source.trace import Refusal

_SHOWN: Final = 20
"""How many refusals, and names of attributes, are shown to a person."""


def _counted(count: int, _zone: tzinfo) -> str:
    return f"{count:,}"


_COUNTS: Final = (
    "cases",
    "entries",
    "already_present",
    "refused",
    "events_read",
    "differing",
    "nobody",
    "corrected",
    "retracted",
)
_ITEM: Final = ("file", "source", "own", "complete", *_COUNTS, "not_kept", "notes")
_COLUMNS: Final = (
    Column("source", "source"),
    Column("cases", "cases", _counted, right=True),
    Column("entries", "entries", _counted, right=True),
    Column("already_present", "there already", _counted, right=True),
    Column("refused", "refused", _counted, right=True, colour=red_if(lambda item: item["refused"])),
    Column("file", "file"),
)
_IF_ANY: Final = (
    Column("differing", "of them differing", _counted, right=True),
    Column("nobody", "by nobody", _counted, right=True),
    Column("corrected", "corrected", _counted, right=True),
    Column("retracted", "retracted", _counted, right=True),
)
"""What is shown only where it is not nought."""


def talk(outcome: FileOutcome) -> None:
    """Say what was guessed about a file, what of it was not kept, and what to do where it was refused."""
    for note in outcome.notes:
        say(f"{outcome.file}: {note}")
    if outcome.not_kept:
        names = ", ".join(outcome.not_kept[:_SHOWN])
        more = f" and {len(outcome.not_kept) - _SHOWN} more" if len(outcome.not_kept) > _SHOWN else ""
        say(f"{outcome.file}: not kept: {names}{more}")
        first = outcome.not_kept[0].replace("\\", "\\\\").replace('"', '\\"')
        say(f'  hint: a mapping keeps them: keep = ["{first}"], or keep = true for all; --mapping FILE')
    for hint in advice(outcome.refused[:_SHOWN]):
        say(f"  hint: {hint}")
    if not outcome.complete:
        say(f"{outcome.file}: nothing of it was imported")
    for hint in outcome.hints:
        say(f"  hint: {hint}")


def as_data(done: Sequence[FileOutcome], zone: tzinfo, *, tried: bool) -> dict[str, Any]:
    """Return what came of an import as the contract has it; with the sample cases, if it was only ``tried``."""
    found = total(done)
    counts = {name: getattr(found, name) for name in _COUNTS}
    data = {**counts, "refused": [one._asdict() for one in found.refused], "files": [_item(one) for one in done]}
    if not tried:
        return data
    samples = [_sample(sample, zone) for one in done for sample in one.samples]
    return {**data, "dry_run": True, "samples": samples}


def _sample(sample: SampleCase, zone: tzinfo) -> dict[str, Any]:
    lines = CaseView(sample.entries, Axes(sample.now, sample.now)).lines
    return {"reference": _reference(sample), "items": [exported(item(line), zone) for line in lines]}


def _reference(sample: SampleCase) -> str:
    return str(getattr(sample.entries[0].event, "reference", ""))


def _item(one: FileOutcome) -> dict[str, Any]:
    said = {"refused": len(one.refused), "notes": [*one.notes, *one.hints]}
    return {name: said.get(name, getattr(one, name, None)) for name in _ITEM}


def show(done: Sequence[FileOutcome], zone: tzinfo, *, tried: bool) -> None:
    """Show what came of each file in a table, what was refused, and what sample cases would be."""
    sheet = page(zone)
    items = [_item(one) for one in done]
    more = [column for column in _IF_ANY if any(item[column.key] for item in items)]
    write(draw((*_COLUMNS[:-1], *more, _COLUMNS[-1]), items, sheet))
    refused = total(done).refused
    write(_lines_of(refused[:_SHOWN], sheet))
    for one in (sample for each in done for sample in each.samples):
        _show_case(one, sheet)
    sys.stdout.flush()
    if len(refused) > _SHOWN:
        say(f"{_SHOWN} of {len(refused):,} refusals are shown; --format json has them all")
    if tried:
        say("nothing was stored: this is what an import would do; leave out --dry-run to have it done")


def _show_case(sample: SampleCase, sheet: Page) -> None:
    as_of = AsOf(Axes(sample.now, sample.now), sheet.zone, sample.now)
    case = CaseView(sample.entries, as_of.axes)
    now = state(case)
    lines = list(map(item, case.lines))
    write(["", *(pages.heading(now, as_of, sheet) if now else [_reference(sample)]), ""])
    write(pages.draw(pages.entry_layout(lines, now["reported_at"] if now else None, sheet, whole=True)))


def _lines_of(refused: Sequence[Refusal], sheet: Page) -> Iterator[str]:
    """Yield what was refused, file by file, each by its line and with the whole of its reason."""
    digits = max((len(f"{one.line:,}") for one in refused), default=0)
    for file, group in groupby(refused, key=lambda one: one.file):
        yield ""
        yield f"refused of {safe_text(file)}:"
        for one in group:
            yield from beside(f"  line {one.line:<{digits},}  ", [Part(one.reason)], sheet)
