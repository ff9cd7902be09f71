"""The picture of a case's lanes within a page, in the colours of the page's sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from presentation.drawing.case_drawing import draw
from presentation.drawing.markup import markup

if TYPE_CHECKING:
    from presentation.instants import AsOf
    from presentation.lanes.case_lanes import CaseLanes

_PREFIX: Final = "lanes-picture"


def lanes_picture(found: CaseLanes, as_of: AsOf) -> Markup:
    """Return the lanes as SVG: made of elements, which escape by themselves the texts that they are given."""
    return Markup(markup(draw(found, as_of, alone=False, prefix=_PREFIX)))  # noqa: S704  (as above)
