"""What a digest is made from: both ends of a span as they stood, what is in between, and what is ahead."""

from __future__ import annotations

from itertools import chain, groupby, islice
from shlex import quote
from typing import TYPE_CHECKING, Final, NamedTuple

from cli.session.changed import ChangeReader, selected
from presentation.documents.digest import DigestSource, Excerpt
from presentation.instants import Edge, day_or_instant
from presentation.questions.stalled import stalled_items
from presentation.questions.undecided import undecided_items
from presentation.questions.waits import later
from presentation.stalled import by_cause
from projections.queries.changes import changes
from projections.queries.stalled import StalledQuery, stalled
from projections.queries.stalled_counts import counted, harms
from projections.views.recorded import is_late

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cli.session.changed import RecordedEntry
    from domain.instant import Instant
    from presentation.look import Look
    from projections.queries.changes import CaseChange
    from projections.queries.pictures import Pictures
    from projections.runner.runner import Runner
    from projections.views.case_view import Unread

_WORST: Final = 20
"""How many of the worst cases a digest tells of, and how many changes of each kind."""

_LISTED: Final = 50
"""How many items each of the other lists has at most."""

_NAMES: Final = ("category", "risk", "team", "owner")


class Digester(NamedTuple):
    """Reads what a digest is made from; ``look`` is as of the second picture, and ``wanted`` has the filters."""

    look: Look
    runner: Runner
    pictures: Pictures
    wanted: StalledQuery

    def source(self, title: str, unread: list[Unread]) -> DigestSource:
        """Return all that the digest tells; entries that cannot be read are added to ``unread``."""
        look, (first, second), wanted = self.look, self.pictures, self.wanted
        now = stalled(self.runner, wanted)
        decisions = undecided_items(look, self.runner, wanted)
        reader = ChangeReader(look, self.runner, self.pictures, wanted)
        steps = changes(self.runner, self.pictures, wanted)
        late: list[RecordedEntry] = []
        counts = selected(steps, _keeping(reader.entries(), late), 0).counts
        unread += [*decisions.unread, *reader.unread]
        found = harms(self.runner, wanted, first.as_at + 1, second.as_at + 1)
        return DigestSource(
            title,
            self.pictures,
            look.as_of,
            self._narrowed(),
            self._commands(),
            was=stalled(self.runner, wanted._replace(axes=first, limit=1)),
            now=now,
            worst=list(stalled_items(now.cases[:_WORST], look)),
            counts=counts,
            changes=list(reader.step_items(_some_of_each(steps))),
            late=Excerpt(list(reader.entry_items(late)), counts.late),
            by_team=list(counted(now, found, "team", second.as_at)),
            by_cause=list(counted(now, (), "cause", second.as_at)),
            due=self._due(later("7d", look)),
            decisions=Excerpt(decisions.items[:_LISTED], len(decisions.items)),
        )

    def _due(self, by: Instant) -> Excerpt:
        """Return what falls due by then, the soonest first: a case with several waits stands at each."""
        cases = stalled(self.runner, self.wanted._replace(due_by=by)).cases
        total = sum(len(case.causes) for case in cases)
        # A case comes by its soonest wait, so the first so many waits are among those of the first so many cases.
        waits = sorted(by_cause(stalled_items(cases[:_LISTED], self.look)), key=lambda one: int(one["due"]))
        return Excerpt(waits[:_LISTED], total)

    def _narrowed(self) -> list[str]:
        given = ((name, getattr(self.wanted, name)) for name in _NAMES)
        found = [f"{name} {', '.join(values)}" for name, values in given if values]
        return [*found, *(["owned by nobody"] if self.wanted.unallocated else [])]

    def _commands(self) -> list[tuple[str, str]]:
        """Return what there is more of, and the commands that list it, as of the same instants."""
        (first, second), zone = self.pictures, self.look.zone
        since = day_or_instant(first.as_at + 1, zone, Edge.FIRST)
        ends = [day_or_instant(one, zone, Edge.LAST) for one in second]
        filters = "".join(f" --{name} {quote(one)}" for name in _NAMES for one in getattr(self.wanted, name))
        filters += " --unallocated" if self.wanted.unallocated else ""
        axes = f" --as-at {ends[0]} --known-at {ends[1]}{filters}"
        return [
            ("every stalled case", f"longcase stalled --limit 0{axes}"),
            ("every change", f"longcase changes --limit 0 --since {since}{axes}"),
            ("what falls due", f"longcase due --within 7d --limit 0{axes}"),
            ("what waits for a decision", f"longcase waiting --limit 0{axes}"),
        ]


def _keeping(entries: Iterable[RecordedEntry], late: list[RecordedEntry]) -> Iterator[RecordedEntry]:
    """Yield entries as they come, and keep the first of those that were late."""
    for one in entries:
        if is_late(one.entry) and len(late) < _LISTED:
            late.append(one)
        yield one


def _some_of_each(steps: Sequence[CaseChange]) -> Iterator[CaseChange]:
    kinds = groupby(steps, key=lambda one: one.kind)
    return chain.from_iterable(list(islice(found, _WORST)) for _, found in kinds)
