"""What a page is, what it is asked, and what it answers: to a person, and to a program."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from presentation.questions.filters import check_names
from web import parameters
from web.moments import THEN, shortest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from werkzeug.wrappers import Response

    from domain.axes import Axes
    from domain.instant import Instant
    from presentation.formats import Item
    from presentation.look import Look
    from projections.queries.filters import Filtered
    from projections.runner.runner import Runner
    from web.moments import Moment
    from web.parameters import Pairs, Parameter

FORMATS: Final = ("json", "jsonl", "csv")
"""What a page answers in beside HTML, as the end of its path."""


class Course(NamedTuple):
    """From when until when there is something to see, and at which instants something happened, in order."""

    first: Instant
    last: Instant
    instants: Sequence[Instant] = ()


class Data(NamedTuple):
    """What a page gives to a program: what the command of the same question gives to ``presentation.formats``.

    ``axes`` are the instants that the envelope names, where they are not those of the page.
    """

    items: Iterable[Item]
    fields: Sequence[str]
    extra: Item | None = None
    axes: Axes | None = None


class Shown(NamedTuple):
    """What a page shows to a person: the template, the heading, and what else the template takes.

    ``remarks`` are what the command says beside its answer; ``failure`` is said above all, and makes the answer
    one that failed. ``course`` is what the slider of time goes through.
    """

    template: str
    heading: str
    content: Mapping[str, Any]
    remarks: Sequence[str] = ()
    failure: str | None = None
    course: Course | None = None


class WebPage(NamedTuple):
    """A page: its path, its name in the navigation, what it may be asked with, and its two answers.

    ``name`` is empty where the navigation does not have it; a page without ``data`` has no other format. Pages
    that are not ``timed`` have no instants. ``show`` may answer by itself, to lead elsewhere. ``fields`` are what
    each item of its data has, and ``title`` says what these are; both stand in the description for programs.
    """

    path: str
    name: str
    parameters: tuple[Parameter, ...]
    show: Callable[[PageQuestion], Shown | Response]
    data: Callable[[PageQuestion], Data] | None = None
    timed: bool = True
    fields: tuple[str, ...] = ()
    title: str = ""

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats for programs that it answers in."""
        return () if self.data is None else FORMATS


class PageQuestion:
    """A question to a page: who looks at which store, as of which instants, with which parameters."""

    def __init__(self, page: WebPage, look: Look, runner: Runner, moment: Moment, values: dict[str, Any]) -> None:
        """Take what was asked; the tables are brought up to date when they are first wanted."""
        self.page, self.look, self.moment, self.values = page, look, moment, values
        self._runner = runner

    @cached_property
    def tables(self) -> Runner:
        """The tables, which reflect every entry."""
        self._runner.catch_up()
        return self._runner

    def tables_for(self, wanted: Filtered) -> Runner:
        """Return the tables for a question; raise ``UsageProblem`` if its filters name nobody."""
        check_names(self.tables, owner=wanted.owner, team=wanted.team, category=wanted.category)
        return self.tables

    def url(self, path: str, *more: tuple[str, str], moment: Moment | None = None) -> str:
        """Return the address of a page as of the instants of this one, or of another ``moment``."""
        return parameters.url(path, (*more, *(self.moment if moment is None else moment).pairs))

    @property
    def pairs(self) -> Pairs:
        """What this page is asked with beside the instants, as it stands in the URL."""
        return parameters.pairs(self.values, self.page.parameters)

    def here(self, moment: Moment | None = None, **changed: Any) -> str:  # noqa: ANN401  (any value of a parameter)
        """Return the address of this page as of another ``moment``, or with other values by their keys."""
        given = parameters.pairs({**self.values, **changed}, self.page.parameters)
        return self.url(self.page.path, *given, moment=moment)

    def in_format(self, form: str) -> str:
        """Return the address of this answer for programs: whole, whatever this page shows of it."""
        whole = parameters.pairs(
            {**self.values, **dict.fromkeys({"limit", "full"} & self.values.keys())}, self.page.parameters
        )
        return self.url(f"{self.page.path}.{form}", *whole)

    @property
    def narrowed(self) -> int:
        """How many filters are given."""
        return sum(bool(self.values[one.key]) for one in self.page.parameters if one.label)

    @property
    def more_rows(self) -> int:
        """How many rows the page shows where more are wanted."""
        return min(self.rows * 4, parameters.MOST)

    def by_knowledge(self, known_by: str) -> str:
        """Return the address of this page at the same instant, by what was known ``then`` or is known ``now``."""
        instant = self.moment.text
        return self.here(shortest(None, instant) if known_by == THEN else shortest(instant, None))

    @property
    def rows(self) -> int:
        """How many rows the page shows at most."""
        limit = self.values.get("limit")
        return USUAL if limit is None else max(1, min(limit, parameters.MOST))


USUAL: Final = 50
"""How many rows a page shows unless it is asked for more."""
