"""A request for a page, as far as it is understood without the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from web import parameters
from web.moments import IN_FORM, IN_URL, Moment, moment_of

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from web.site_map import Found


class Asking(NamedTuple):
    """Which page is wanted in which format, as of which instants, with which parameters."""

    found: Found
    moment: Moment
    values: dict[str, Any]

    @property
    def pairs(self) -> parameters.Pairs:
        """What is asked, in its one spelling."""
        return (*parameters.pairs(self.values, self.found.page.parameters), *self.moment.pairs)


def asking_of(request: Request, found: Found) -> Asking:
    """Return what is asked; raise ``UsageProblem`` for what the page cannot be asked."""
    given = dict(request.args.lists())
    instants: dict[str, list[str]] = {}
    if found.page.timed:
        instants = {name: given.pop(name) for name in (*IN_URL, *IN_FORM) if name in given}
    return Asking(found, moment_of(instants), parameters.read(given, found.page.parameters))
