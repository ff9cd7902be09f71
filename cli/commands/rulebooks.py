"""``longcase rulebook show`` and ``history``: the rules in force at an instant, and every adoption."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from cli.input.options import reading
from cli.output.layout import Part, beside, headline, page, write
from cli.output.streams import Shape, present, say, say_out
from cli.output.table import Column, as_instant
from cli.session.reading import looking
from domain.errors import UsageProblem
from domain.rulebook.default import FILES, NEWEST, proposed, title_of
from domain.rulebook.model import FIELDS, in_order
from presentation import headlines
from presentation.rules import counting, course, limit_in_words, limits_in_short, scope
from projections.views.rulebooks import HISTORY, InForce, in_force
from projections.views.rulebooks import history as history_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import tzinfo

    from cli.input.requests import View
    from cli.output.layout import Page
    from domain.rulebook.model import Rulebook
    from presentation.look import Look

_BESIDE: Final = 14
_SOURCED: Final = 100
_WIDE: Final = 150
_WIDER: Final = 200


def _whole(words: Callable[[Mapping[str, Any]], str]) -> Callable[[Any, tzinfo], str]:
    return lambda item, _zone: words(item)


def _changes(item: Mapping[str, Any], _zone: tzinfo) -> str:
    parts = (f"{name} {', '.join(item[name])}" for name in ("added", "removed", "changed") if item[name])
    return "; ".join((*parts, *(f"{name} changed" for name in item["others"]))) or "nothing"


_STANDARDS: Final = Shape(
    "standards",
    FIELDS,
    (
        Column("id", "standard"),
        Column("", "limit", _whole(limits_in_short)),
        Column("", "from -> to", _whole(course), at_least=_WIDE),
        Column("", "applies to", _whole(scope), at_least=_WIDER),
        Column("confidence", "says"),
        Column("source", "source", at_least=_SOURCED),
    ),
)
_HISTORY: Final = Shape(
    "adoptions",
    HISTORY,
    (
        Column("effective_from", "in force from", as_instant),
        Column("recorded_at", "adopted", as_instant),
        Column("actor", "by"),
        Column("title", "title"),
        Column("standards", "standards", right=True),
        Column("", "changed", _changes),
    ),
)


@click.command()
@click.option("--standard", metavar="ID", help="This standard alone, and all that it says.")
@click.option("--toml", "as_toml", is_flag=True, help="As a file of rules, to edit, check and adopt.")
@click.option(
    "--edition",
    type=click.Choice(tuple(map(str, FILES))),
    help="An edition that ships with Longcase, whatever is in force.",
)
@reading()
def show(view: View, *, standard: str | None, as_toml: bool, edition: str | None) -> None:
    """Show the rules in force at an instant: the time standards, and what else holds with them.

    --as-at a day to come shows what will be in force then, by what has been adopted. --known-at is no more than
    another way to say --as-at: no rulebook was adopted for a day on which a case waited already.
    """
    if as_toml and (standard or view.format != "table"):
        raise UsageProblem("--toml shows the whole rulebook, and in one form", hints=("give --toml alone",))
    with looking(view) as look:
        found = in_force(look.ledger, look.axes.as_at)
        if edition is not None:
            found = InForce(proposed(int(edition), look.ledger.setting("zone")))
        if as_toml:
            _write_toml(found.rulebook)
            return
        _show(found, standard, view, look, shipped=edition is not None)
        if edition is None and found.entry is None and found.rulebook.title != title_of(NEWEST):
            say(f"a later edition ships: longcase rulebook show --edition {NEWEST}, and --toml to adopt it")


def _write_toml(book: Rulebook) -> None:
    from domain.rulebook.default import notes
    from domain.rulebook_toml.writer import to_toml
    from domain.unseen import UNSEEN

    text = re.sub(f"[{UNSEEN}]", lambda found: f"\\U{ord(found[0]):08X}", to_toml(book))
    sys.stdout.write(f"{notes()}\n{text}")


def _show(found: InForce, standard: str | None, view: View, look: Look, *, shipped: bool) -> None:
    items = [_item(one) for one in found.rulebook.standards]
    if standard is not None:
        items = [item for item in items if item["id"] == standard]
        if not items:
            from domain.rulebook_toml.shape import near

            known = [one.id for one in found.rulebook.standards]
            where = found.rulebook.title if shipped else "force"
            raise UsageProblem(f"no standard in {where} is called {standard!r}{near(standard, known)}")
    if view.format != "table":
        present(items, _STANDARDS, view._replace(limit=0), look.as_of, extra={"rulebook": _rest(found)})
        return
    headline(headlines.shipped(found.rulebook) if shipped else headlines.rulebook(found, look.as_of))
    if standard is None:
        present(items, _STANDARDS, view._replace(limit=0), look.as_of)
        say_out("")
        _write_pairs(_beside(found.rulebook), page(look.zone))
    else:
        _write_pairs(_said(items[0]), page(look.zone))


def _item(standard: Any) -> dict[str, Any]:
    values = msgspec.structs.asdict(standard)
    for name in ("limit", "then"):
        if isinstance(values[name], dict):
            values[name] = in_order(values[name])
    return {name: msgspec.to_builtins(values[name]) for name in FIELDS}


def _rest(found: InForce) -> dict[str, Any]:
    """Return what a rulebook holds beside its standards, and since when it is in force."""
    from domain.rulebook_toml.reader import without_holidays

    book = found.rulebook
    calendar = msgspec.structs.asdict(without_holidays(book).calendar) | {
        "holidays_from": book.calendar.holidays_from,
        "holidays": book.calendar.holidays,
        "first_year": book.calendar.first_year,
        "last_year": book.calendar.last_year,
    }
    values = msgspec.structs.asdict(book) | {"calendar": calendar}
    del values["standards"]
    position = None if found.entry is None else found.entry.position
    return {"position": position, "effective_from": found.effective_from, **msgspec.to_builtins(values)}


def _beside(book: Rulebook) -> Iterator[tuple[str, str]]:
    calendar = book.calendar
    yield "working time", f"{', '.join(calendar.hours)} ({calendar.zone})"
    for team, own in calendar.teams.items():
        yield "", f"{team}: {', '.join(own.hours)}"
    years = f"{calendar.first_year} to {calendar.last_year}, from {calendar.holidays_from}"
    yield "bank holidays", f"{len(calendar.holidays):,} days, {years}"
    for one in calendar.overrides:
        yield "", f"{one.day} {'is one' if one.holiday else 'is none'}: {one.why}"
    yield "attempts", ", ".join(book.attempts)
    yield "harms", ", ".join(book.harms)
    yield "needs", ", ".join(f"{category}: {need}" for category, need in book.needs.items())
    yield "specialists", ", ".join(f"{number} {name}" for name, number in book.specialists.items())


def _said(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield item["id"], item["title"]
    yield "from, to", course(item)
    yield "ends", " or ".join(item["ends"])
    yield "applies to", scope(item)
    yield "limit", limit_in_words(item["limit"])
    yield "then", "" if item["then"] is None else limit_in_words(item["then"])
    yield "counted", counting(item)
    yield "pauses", "the clock stands while the case is paused" if item["pauses"] == "stand" else "change nothing"
    warns = item["warns"]
    yield "warns", "" if warns is None else f"{limit_in_words(warns['before'])} before: {warns['cause']}"
    yield "stalled for", item["cause"]
    yield "unmet", item["unmet"]
    yield item["confidence"], item["source"]


def _write_pairs(pairs: Iterator[tuple[str, str]], drawn: Page) -> None:
    for name, text in pairs:
        if text:
            write(beside(f"{name:<{_BESIDE}} ", [Part(text)], drawn))


@click.command()
@reading(listing=False)
def history(view: View) -> None:
    """List every adoption of a rulebook, and what it changed of the rules that it took over from."""
    with looking(view) as look:
        found = history_of(look.ledger, look.axes)
        present(found, _HISTORY, view._replace(limit=0), look.as_of)
