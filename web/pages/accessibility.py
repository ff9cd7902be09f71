"""The accessibility statement: what was tested, and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from web.page import Page, Shown

if TYPE_CHECKING:
    from web.page import Asked


def _show(_: Asked) -> Shown:
    return Shown("accessibility.html", "Accessibility", {})


PAGE: Final = Page("/accessibility", "", (), _show, timed=False)
