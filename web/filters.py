"""The filters that pages of cases share, by the names of the command's options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.cases.events import RISKS
from domain.errors import UsageProblem
from domain.rulebook.model import CAUSES
from web.parameters import Parameter

if TYPE_CHECKING:
    from web.page import PageQuestion

CASELOAD: Final = (
    Parameter("category", "category", many=True),
    Parameter("risk", "risk", many=True, choices=RISKS),
    Parameter("team", "team", many=True),
    Parameter("owner", "owner", many=True),
    Parameter("unallocated", "owned by nobody", flag=True),
)
"""Which open cases: by category and team to the letter, by owner however spelt."""

WAITS: Final = (
    Parameter("cause", "cause", many=True, choices=CAUSES),
    Parameter("standard", "standard", many=True),
)
"""Which waits: for which cause, by which standard."""

_ME: Final = "me"


def given(asked: PageQuestion, *parameters: Parameter) -> dict[str, Any]:
    """Return the filters given, by the names that a question has for them; ``me`` is whoever reads.

    Raises ``UsageProblem`` where nothing says who that is.
    """
    values = {one.key: asked.values[one.key] for one in parameters}
    if "owner" in values:
        values["owner"] = tuple(_reader(asked) if name == _ME else name for name in values["owner"])
    return values


def _reader(asked: PageQuestion) -> str:
    if asked.look.reader.actor is None:
        hint = "longcase --actor ID web, or set LONGCASE_ACTOR"
        raise UsageProblem("me is whoever reads, and nothing says who that is", hints=(hint,))
    return asked.look.reader.actor
