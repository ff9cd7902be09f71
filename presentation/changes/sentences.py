"""What changed over all cases, in words: a sentence over the list, a heading for a kind, texts for an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.cases.flags import LATE_AFTER
from domain.instant import SECOND
from presentation.changes.items import RECORDED
from presentation.phrases import at, day, number, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from domain.instant import Instant
    from presentation.instants import AsOf
    from projections.queries.pictures import Pictures

_HEADINGS: Final = {
    "newly-stalled": "newly stalled",
    "no-longer-stalled": "no longer stalled",
    "other-causes": "stalled for something else",
    "opened": "opened",
    "gone": "no longer held to have been reported",
    "reopened": "reopened",
    "closed": "closed",
    "changed-hands": "changed hands",
    "changed-team": "of another team",
    "risk-raised": "risk raised",
    "risk-lowered": "risk lowered",
    "risk-assessed": "risk assessed for the first time",
    "risk-withdrawn": "risk no longer assessed",
    "recategorised": "of another category",
    RECORDED: "recorded",
}
_NONE: Final = {"changed-hands": "nobody", "changed-team": "no team", "recategorised": "no category"}
_LATE: Final = LATE_AFTER // SECOND


class Counts(NamedTuple):
    """How many steps there are of each kind, how many entries were recorded, and how many of them late."""

    steps: Mapping[str, int]
    entries: int
    late: int


def heading(kind: str) -> str:
    """Return what stands over the items of a kind."""
    return _HEADINGS[kind]


def span_in_words(pictures: Pictures, zone: tzinfo) -> str:
    """Return between which instants the two pictures lie; or of which one instant both are, as known at two."""
    first, second = pictures
    if first.as_at == second.as_at:
        known = f"from {at(first.known_at + 1, zone)} to {spoken(second.known_at, zone)}"
        return f"as at {spoken(second.as_at, zone)}, by what came to be known {known}"
    return f"from {at(first.as_at + 1, zone)} to {spoken(second.as_at, zone)}"


def known_in_words(pictures: Pictures, as_of: AsOf) -> str:
    """Return by what was known the second picture is, where that is not what was known at its own instant."""
    known, zone = pictures.second.known_at, as_of.zone
    same_world = pictures.first.as_at == pictures.second.as_at
    if same_world or known == pictures.second.as_at or known >= as_of.now:
        return ""
    return f", by what was known at {spoken(known, zone)}"


def headline(counts: Counts, pictures: Pictures, as_of: AsOf) -> str:
    """Say how much changed and how much was recorded, between which instants."""
    found = [f"{count:,} {heading(kind)}" for kind, count in counts.steps.items() if count]
    if counts.entries:
        late = f", {counts.late:,} of them late" if counts.late else ""
        found.append(f"{number(counts.entries, 'entry', 'entries')} recorded{late}")
    said = "; ".join(found) or "nothing changed"
    return f"{span_in_words(pictures, as_of.zone)}{known_in_words(pictures, as_of)}: {said}"


def whose(item: Mapping[str, Any]) -> str:
    """Return the risk, the owner and the team of a case as it stands last."""
    team = f", {item['team']}" if item["team"] else ""
    return f"{item['risk'] or 'not assessed'}, {item['owner'] or 'nobody'}{team}"


def texts(item: Mapping[str, Any], since: Instant, zone: tzinfo) -> list[str]:
    """Return what an item says, the causes of being stalled one by one; ``since`` is where the span begins."""
    kind = item["change"]
    if kind == RECORDED:
        return [_entry(item, zone)]
    if kind == "opened":
        return [_happened("reported", item["occurred_at"], since, zone)]
    if kind == "closed":
        return [_happened("closed", item["occurred_at"], since, zone)]
    if item["before"] is not None or item["after"] is not None:
        none = _NONE.get(kind, "not assessed")
        return [f"{item['before'] or none} to {item['after'] or none}"]
    began, ended = ("new: ", "ended: ") if kind == "other-causes" else ("", "")
    found = [f"{began}{_cause(one, zone)}" for one in item["began"]]
    return [*found, *(f"{ended}{_cause(one, zone)}" for one in item["ended"])]


def _happened(what: str, instant: Instant, since: Instant, zone: tzinfo) -> str:
    late = "; ! that is before this span, and was recorded late" if instant < since else ""
    return f"{what} {at(instant, zone)}{late}"


def _cause(cause: Mapping[str, Any], zone: tzinfo) -> str:
    return f"{cause['explanation']}, too long since {day(cause['due'], zone).strip()}"


def _entry(item: Mapping[str, Any], zone: tzinfo) -> str:
    behind = f" for {item['on_behalf_of']}" if item["on_behalf_of"] else ""
    late = f"; ! late: it happened {at(item['occurred_at'], zone)}" if item["late_seconds"] > _LATE else ""
    return f"{at(item['recorded_at'], zone)}, {item['actor']}{behind}: {item['summary']}{late}"
