"""Pictures into files: the lanes of a case, and the stalled cases by cause and age, as SVG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.output.streams import output_into, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from presentation.drawing.markup import Element
    from presentation.instants import AsOf
    from presentation.lanes.case_lanes import CaseLanes
    from projections.queries.stalled import StalledCases


def draw_timeline(path: str, story: CaseLanes, as_of: AsOf, *, force: bool = False, store: str = "") -> None:
    """Draw the lanes of a case into the file ``path``, or to standard output for ``-``.

    With ``force`` what is there already is replaced, but never the ``store``. Raises ``UsageProblem`` if it
    may not be replaced.
    """
    from presentation.drawing.case_drawing import draw

    _put(path, draw(story, as_of), force=force, store=store)


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
    from presentation.drawing.stalled_drawing import draw

    _put(path, draw(answer, as_of, narrowed), force=force, store=store)


def _put(path: str, picture: Element, *, force: bool, store: str) -> None:
    from presentation.drawing.markup import document

    with output_into(None if path == "-" else Path(path), store, force=force) as out:
        out.write(document(picture))
    if path != "-":
        say(f"drawn into {path}: {picture.findtext('title')}")
