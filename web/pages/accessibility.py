"""The accessibility statement: what was tested, and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from web.page import Shown, WebPage

if TYPE_CHECKING:
    from web.page import PageQuestion


def _show(_: PageQuestion) -> Shown:
    return Shown("accessibility.html", "Accessibility", {})


PAGE: Final = WebPage("/accessibility", "", (), _show, timed=False)
