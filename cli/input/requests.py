"""What was given on the command line, as typed, and what it comes to once the store is known."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import click

from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from application.envelope import Envelope
    from domain.instant import Instant
    from presentation.instants import AsOf

TABLE_LIMIT: Final = 50
"""How many items a table shows unless ``--limit`` says otherwise."""

_COUNTABLE: Final = 10**12
"""More than any store holds, and less than what SQLite and Python can count to."""

_ID_DIGITS: Final = 32
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
_LONGEST_ID: Final = 200


class Common:
    """What stands before the command: the store, who is there, whether to show tracebacks.

    ``batch`` is what takes the commands of a batch, each as ``cli.session.recording.carry_out`` is given it.
    ``errors_as_json`` says that whoever reads standard error is a program. ``headings`` are what is still to be
    said above all that is shown; if ``quiet`` they are not, where there is nothing to show.
    """

    __slots__ = ("actor", "batch", "debug", "errors_as_json", "headings", "quiet", "role", "settings", "store")

    def __init__(self) -> None:
        """Start with nothing given, and with tracebacks if ``LONGCASE_DEBUG`` asks for them."""
        self.store: str | None = None
        self.actor: str | None = None
        self.role: str | None = None
        self.batch: Callable[..., None] | None = None
        self.errors_as_json = False
        self.headings: list[str] = []
        self.quiet = False
        self.settings: dict[str, str | None] = {}
        self.debug = os.environ.get("LONGCASE_DEBUG", "") not in {"", "0"}


class FromEnvironment(str):
    """What an environment variable says, where the option was not given."""

    __slots__ = ("variable",)
    variable: str

    def __new__(cls, text: str, variable: str) -> Self:
        """Take the ``text`` of a ``variable``."""
        made = super().__new__(cls, text)
        made.variable = variable
        return made


class View(NamedTuple):
    """What a reading command was asked for, as typed."""

    store: str | None = None
    format: str = "table"
    as_at: str | None = None
    known_at: str | None = None
    limit: int | None = None
    sort: str | None = None
    standby: bool = False
    wait_for: int | None = None

    @property
    def store_path(self) -> str:
        """Where the store is, a path or a URL; raises ``StoreError`` if what was given is neither."""
        return _store_path(self.store)

    @property
    def row_limit(self) -> int | None:
        """How many items to show: ``--limit``, else 50 in a table, else all (None)."""
        if self.limit is None:
            return TABLE_LIMIT if self.format == "table" else None
        return min(self.limit, _COUNTABLE) or None

    def as_of(self, zone: tzinfo, now: Instant, ahead: Instant | None = None) -> AsOf:
        """Return the two instants to look at, as ``parse_axes`` does; raise ``UsageProblem`` if one is none."""
        from presentation.instants import parse_axes

        told = self.by_environment
        names = told.get("as_at", "--as-at"), told.get("known_at", "--known-at")
        return parse_axes(self.as_at, self.known_at, zone=zone, now=now, ahead=ahead, names=names)

    @property
    def by_environment(self) -> dict[str, str]:
        """Which of the two instants an environment variable says, and which variable."""
        texts = (("as_at", self.as_at), ("known_at", self.known_at))
        return {name: text.variable for name, text in texts if isinstance(text, FromEnvironment)}

    def order(self, allowed: Sequence[str], default: str) -> tuple[str, bool]:
        """Return the field to sort by, and whether downwards; raise ``UsageProblem``."""
        from presentation.questions.orders import order_of

        return order_of(self.sort or default, allowed)


People = tuple[str, str, "str | None"]
"""Who acts, in which role, and for whom if not for oneself."""


class RecordingOptions(NamedTuple):
    """What a recording command was told about the entry itself, as typed."""

    store: str | None = None
    format: str = "table"
    actor: str | None = None
    role: str | None = None
    at: str | None = None
    on_behalf_of: str | None = None
    reason: str | None = None
    command_id: str | None = None
    if_version: int | None = None
    today: str | None = None
    edit: bool = False

    @property
    def store_path(self) -> str:
        """Where the store is, a path or a URL; raises ``StoreError`` if what was given is neither."""
        return _store_path(self.store)

    def envelope(
        self, zone: tzinfo, now: Instant, people: People | None = None, command_id: bytes = b""
    ) -> Envelope:
        """Return the envelope of the entry; raise ``UsageProblem`` for a faulty option.

        Without ``--at`` the envelope leaves it to the ledger to say when it happened. ``people`` are those of
        ``self.people()``, where they are known already; ``command_id`` holds where none was given.
        """
        from application.envelope import Envelope

        actor, role, on_behalf_of = people or self.people()
        given = command_bytes(self.command_id) or command_id
        occurred_at = self.occurred_at(zone, now)
        return Envelope(actor, role, occurred_at, on_behalf_of, self.reason, given, if_version=self.if_version)

    def people(self) -> People:
        """Return who acts, in which role, and for whom; raise ``UsageProblem`` as ``envelope`` does."""
        return self.actor_named(), self._named("role") or "", _not_empty(self.on_behalf_of, "--on-behalf-of")

    def actor_named(self) -> str:
        """Return who acts: option, environment, profile; raise ``UsageProblem`` if none says."""
        found = self._named("actor")
        if found:
            return found
        from cli.input.profile import profile_path

        hint = f"give --actor, set LONGCASE_ACTOR, or write actor = 'ID' in {profile_path()}"
        raise UsageProblem("nothing is recorded without saying who acts", hints=(hint,))

    def occurred_at(self, zone: tzinfo, now: Instant) -> Instant | None:
        """Return when it happened, or None without ``--at``; a day alone is its first instant."""
        if self.at is None or self.at.strip() == "now":
            return None
        from presentation.instants import Edge, parse_instant

        return parse_instant(self.at, zone=zone, now=now, edge=Edge.FIRST, name="--at")

    def _named(self, key: str) -> str | None:
        return _not_empty(getattr(self, key), f"--{key}") or _usual(key)


def _usual(key: str) -> str | None:
    """Return what stands before the command, or in the environment or the profile: looked up once a process."""
    shared = common()
    if key not in shared.settings:
        from cli.input.profile import setting

        shared.settings[key] = setting(key, _not_empty(getattr(shared, key), f"--{key}"))
    return shared.settings[key]


def command_bytes(text: str | None) -> bytes:
    """Return the 16 bytes of a command's id, or none for None; raise ``UsageProblem`` for no id.

    Those of a UUID are the ones that it writes: 32 hexadecimal digits, with dashes or without. Any other text of
    up to 200 characters, all of which can be seen, stands for 16 bytes that are made of it.
    """
    if text is None:
        return b""
    digits = text.replace("-", "")
    if len(digits) == _ID_DIGITS and set(digits) <= _HEXADECIMAL:
        return bytes.fromhex(digits)
    if text.strip() and text.isprintable() and len(text) <= _LONGEST_ID:
        from domain.identity import hashed_command_id

        return hashed_command_id(text)
    hint = "write a UUID, or any text of up to 200 characters that can be seen, such as CRM-123"
    why = f"has {len(text):,} characters" if len(text) > _LONGEST_ID else "is empty" if not text.strip() else ""
    raise UsageProblem(f"--command-id {why or f'holds what cannot be seen: {text!a}'}", hints=(hint,))


def _not_empty(given: str | None, option: str) -> str | None:
    """Return what was given; raise ``UsageProblem`` if it is empty: a variable that a script forgot to set.

    Taking it for nothing would record the entry as the act of whoever the profile names.
    """
    if given is not None and not given.strip():
        raise UsageProblem(f"{option} is empty", hints=(f"leave {option} out, or say who",))
    return given


def common() -> Common:
    """Return what stands before the command that is running."""
    context = click.get_current_context(silent=True)
    found = context.find_object(Common) if context else None
    return found or Common()


def _store_path(given: str | None) -> str:
    from cli.input.profile import store_path

    return store_path(common().store if given is None else given)
