"""From what a page shows to HTML: templates that escape by themselves, and take no name that was not given."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from presentation.escaping import safe_text
from web.assets import path_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.time_bar import TimeBar

_ERROR: Final = "error.html"


class Place(NamedTuple):
    """A page in the navigation: its address, its name, and whether it is the one shown."""

    url: str
    name: str
    here: bool


class Surroundings(NamedTuple):
    """What stands around what a page shows: the navigation, the time bar, the formats, the foot, the position.

    ``demonstration`` says that the cases are invented, where they are.
    """

    places: Sequence[Place]
    bar: TimeBar | None
    formats: Sequence[tuple[str, str]]
    foot: Sequence[str]
    position: int = 0
    demonstration: str | None = None


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_shown,
    )
    found.globals["asset"] = path_of
    return found


def render(template: str, surroundings: Surroundings, **content: Any) -> bytes:  # noqa: ANN401  (what the template takes)
    """Return a page as HTML in UTF-8."""
    return _environment().get_template(template).render(around=surroundings, **content).encode()


def render_error(surroundings: Surroundings, title: str, message: str, hints: Sequence[str]) -> bytes:
    """Return the page that says what went wrong, and what to do."""
    return render(_ERROR, surroundings, heading=title, message=message, hints=hints)


def program_version() -> str:
    """Return the version of Longcase that is installed."""
    return version("longcase")


def _shown(value: Any) -> Any:  # noqa: ANN401  (any value of a template)
    """Return what stands in the page: text of others with its invisible characters made visible."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return safe_text(value)
    return value
