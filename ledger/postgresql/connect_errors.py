"""Why a store on a server cannot be used, in words, with what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.errors import Lost, NotAStore

if TYPE_CHECKING:
    from eventsourcing.persistence import PersistenceError

PASSWORDS: Final = (
    "libpq finds a password in ~/.pgpass, in the file that PGPASSFILE names, in PGPASSWORD, or in a service file"
)


class Unusable(NotAStore):
    """The store cannot be used, and trying again does not help; ``advice`` says what does."""


class NotAMember(Unusable):
    """The login may not act as the role that works with the store."""


class Unreachable(Lost):
    """No server answers, or none that is asked for; ``advice`` says what to look at."""


class _Reason(NamedTuple):
    text: str
    """What libpq, or the server, says of it: a pattern."""
    why: str
    """It in words; what the pattern's group finds stands in the place of ``{}``."""
    advice: tuple[str, ...]


_LATER: Final = (
    _Reason(
        "is not in hot standby mode",
        "no standby answers",
        ("leave out --standby to read from the primary",),
    ),
    _Reason(
        "session is read-only|server is in hot standby mode",
        "no server that answers takes entries: each is a standby",
        ("promote one, or name the primary among the hosts", "--standby reads from a standby"),
    ),
    _Reason(
        "starting up|shutting down|in recovery mode|not yet accepting",
        "the server is not ready",
        ("try again",),
    ),
    _Reason(
        "too many clients|remaining connection slots|too many connections",
        "the server takes no more connections",
        ("try again", "an administrator can raise max_connections"),
    ),
)
_NEVER: Final = (
    _Reason(
        "^(?:invalid|bad) |invalid integer value",
        "the URL of the store says something that cannot be used",
        ("write postgresql://USER@HOST:PORT/DATABASE; several hosts are parted by commas",),
    ),
    _Reason(
        "password authentication failed|no password supplied|empty password",
        "the server takes no other than the right password, and got none or another",
        (PASSWORDS, "~/.pgpass counts only if nobody else can read it: chmod 600 ~/.pgpass"),
    ),
    _Reason(
        'database "(.*?)" does not exist',
        "there is no database {} on the server",
        ("createdb {}, by somebody who may, makes it; then longcase init",),
    ),
    _Reason(
        'role "(.*?)" does not exist',
        "the server knows no login {}",
        ("CREATE ROLE {} LOGIN, by an administrator, makes it", "USER@ in the URL, or PGUSER, says who logs in"),
    ),
    _Reason(
        "pg_hba.conf|not permitted to log in|permission denied for database",
        "the server does not let this login in",
        ("an administrator lets it in: by a line of pg_hba.conf, by LOGIN, or by CONNECT on the database",),
    ),
    _Reason(
        "SSL|certificate",
        "the server and libpq do not agree on how the connection is encrypted",
        ("sslmode, sslrootcert, sslcert and sslkey may stand in the URL",),
    ),
)
_SILENT: Final = "is the server running, and are host and port right? pg_isready asks it"
_ATTEMPT: Final = re.compile(r"^- host: .*?: (?=connection |failed )", re.MULTILINE)
_NOISE: Final = re.compile(r"connection (?:failed|is bad): |connection to server | Is the server running.*")


def no_connection(error: Exception) -> PersistenceError:
    """Return why no connection came about, of what psycopg raised when one was asked for."""
    attempts = _attempts(str(error))
    text = "; ".join(dict.fromkeys(attempts))
    found = [_reason(attempt) for attempt in attempts]
    known = [one for one in found if one is not None]
    if len(known) == len(found) and all(never for *_, never in known):
        return Unusable(f"{known[-1][0]} ({text})", *known[-1][1])
    if known:
        return Unreachable(f"{known[-1][0]} ({text})", *known[-1][1])
    return Unreachable(f"no server answers ({text})", _SILENT)


def _attempts(text: str) -> list[str]:
    """Return what became of each attempt: libpq is given one host after the other."""
    first, _, others = text.partition("All failures were:\n")
    each = _ATTEMPT.split(others)[1:] if others else [first]
    return [_NOISE.sub("", " ".join(one.split())) for one in each]


def _reason(attempt: str) -> tuple[str, tuple[str, ...], bool] | None:
    for reasons in (_LATER, _NEVER):
        for reason in reasons:
            if found := re.search(reason.text, attempt):
                name = found[1] if found.lastindex else ""
                advice = tuple(each.format(name) for each in reason.advice)
                return reason.why.format(name), advice, reasons is _NEVER
    return None


def quoted(name: Any) -> str:
    """Return a name as SQL quotes it."""
    return '"' + str(name).replace('"', '""') + '"'
