"""What one process knows of the register of officers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.event import Entry


class KnownRegister:
    """What a process knows of the register of officers, so that it asks again only about what came since.

    ``people`` are the entries of those who were asked about, by name, as they are up to the position ``until``;
    ``exists`` says whether there is a register, and is ``None`` as long as nobody has looked.
    """

    __slots__ = ("exists", "people", "until")

    def __init__(self) -> None:
        """Begin with a process that knows nothing."""
        self.until = 0
        self.exists: bool | None = None
        self.people: dict[str, list[Entry]] = {}

    def recorded(self, topic: str, first: int = 0, last: int = 0) -> None:
        """Take note of entries that this process recorded, the first with this topic, and of their positions."""
        if topic.startswith("officer."):
            self.found()
        if first == self.until + 1:
            self.until = last

    def found(self) -> None:
        """Take note of an entry of the register that ``people`` may lack."""
        self.exists = True
        self.people.clear()
