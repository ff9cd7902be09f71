"""Pictures into files: the lanes of a case, and the stalled cases by cause and age, as SVG.

The library that draws them is optional, and loaded only here (docs/adr/0040-pictures.md).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.output.streams import output_into, say
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

    from cli.charts.svg import Caption
    from presentation.instants import AsOf
    from presentation.lanes.case_lanes import CaseLanes
    from projections.queries.stalled import StalledCases


def draw_timeline(path: str, story: CaseLanes, as_of: AsOf, *, force: bool = False, store: str = "") -> None:
    """Draw the lanes of a case into the file ``path``, or to standard output for ``-``.

    With ``force`` what is there already is replaced, but never the ``store``. Raises ``UsageProblem`` if it
    may not be replaced, and where the library that draws is missing.
    """
    _check()
    from cli.charts.case_chart import draw

    _put(path, lambda: draw(story, as_of), force=force, store=store)


def draw_stalled(
    path: str,
    answer: StalledCases,
    as_of: AsOf,
    *,
    narrowed: Sequence[str] = (),
    force: bool = False,
    store: str = "",
) -> None:
    """Draw the stalled cases by cause and by how long they are overdue; as ``draw_timeline`` otherwise.

    ``narrowed`` says in words which cases alone were asked for.
    """
    _check()
    from cli.charts.stalled_chart import draw

    _put(path, lambda: draw(answer, as_of, narrowed), force=force, store=store)


def _check() -> None:
    try:
        import matplotlib.figure  # noqa: F401  (whether it is there)
    except ImportError as error:
        why = f"pictures are drawn by matplotlib, which cannot be loaded: {error}"
        raise UsageProblem(why, hints=("pip install 'longcase[pictures]'",)) from error


def _put(path: str, draw: Callable[[], tuple[Figure, Caption]], *, force: bool, store: str) -> None:
    from cli.charts import svg

    with output_into(None if path == "-" else Path(path), store, force=force) as out, svg.settled():
        figure, caption = draw()
        svg.write(figure, caption, out)
    if path != "-":
        say(f"drawn into {path}: {caption.title}")
