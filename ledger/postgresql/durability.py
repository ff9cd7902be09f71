"""What the settings in force on a server can lose, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.integrity.findings import Wrong
from ledger.postgresql.errors import translated

if TYPE_CHECKING:
    from ledger.postgresql.reader import PostgresReader

_NAMES: Final = ("fsync", "full_page_writes", "synchronous_commit", "synchronous_standby_names")
_SETTINGS: Final = f"SELECT name, setting FROM pg_settings WHERE name IN {_NAMES}"  # noqa: S608  (made of constants)
_ELSEWHERE: Final = """
SELECT coalesce(rolname, 'everybody')
FROM pg_db_role_setting LEFT JOIN pg_roles AS r ON r.oid = setrole
WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND (setrole = 0 OR rolcanlogin) AND EXISTS (SELECT FROM unnest(setconfig) AS one
        WHERE lower(one) IN ('synchronous_commit=off', 'synchronous_commit=false', 'synchronous_commit=no',
            'synchronous_commit=0')) ORDER BY 1"""
"""A setting of a role as which nobody logs in is never in force."""
_STANDBYS: Final = "SELECT application_name, state, sync_state FROM pg_stat_replication ORDER BY 1"
_IN_SYNC: Final = frozenset({"sync", "quorum"})
_HOW_MANY: Final = re.compile(r"\s*(?:FIRST\s+|ANY\s+)?(\d+)\s*\(", re.IGNORECASE)
_RECOVERY: Final = """
SELECT pg_is_in_recovery(), extract(epoch FROM now() - pg_last_xact_replay_timestamp())::bigint"""

_SET: Final = "an administrator: ALTER SYSTEM SET {} = on; SELECT pg_reload_conf()"
_SURVIVES: Final = "what was acknowledged survives a crash of this server"
_WAITS: Final = {
    "on": "a command is acknowledged when {} on disk too: it survives the loss of either server",
    "remote_apply": "a command is acknowledged when {} on disk too, where it can be read: it survives the loss of"
    " either server",
    "remote_write": "a command is acknowledged when {} in memory: it survives the loss of this server, unless"
    " that one loses its power at the same moment",
}


class _Standby(NamedTuple):
    name: str | None
    state: str | None
    sync: str | None


def durability(ledger: PostgresReader) -> str:
    """Return what the settings in force can lose, or raise ``Wrong`` if it is what was acknowledged."""
    recovering, behind = ledger.rows(_RECOVERY)[0]
    settings = dict(ledger.rows(_SETTINGS))
    _check_flushed(settings)
    if recovering:
        last = "" if behind is None else f"; the last change that it has is {behind:,} s old"
        return f"this is a standby{last}. What can be lost is for its primary to say: ask doctor there"
    commit, names = settings["synchronous_commit"], settings["synchronous_standby_names"].strip()
    _check_awaited(ledger, commit)
    standbys = _standbys(ledger)
    waited_for = f"synchronous_standby_names {names}" if names else "no synchronous standby"
    waits = names and commit != "local"
    lost = _synchronous(commit, names, standbys) if waits else _asynchronous(standbys)
    return f"fsync on, synchronous_commit {commit}, {waited_for}: {lost}"


def _check_flushed(settings: dict[str, str]) -> None:
    if settings["fsync"] == "off":
        raise Wrong(
            "fsync is off: a crash of the machine can lose or damage all that was ever acknowledged",
            _SET.format("fsync"),
            "if the machine crashed meanwhile, go on with a backup",
        )
    if settings["full_page_writes"] == "off":
        what = "full_page_writes is off: a power cut can leave half-written pages that nothing puts right"
        raise Wrong(what, _SET.format("full_page_writes"))


def _check_awaited(ledger: PostgresReader, commit: str) -> None:
    """Raise ``Wrong`` if a commit is acknowledged before it is on the disk, for whoever asks or for others."""
    if commit == "off":
        what = "synchronous_commit is off: a crash loses what was acknowledged in the last moments before it"
        raise Wrong(what, _SET.format("synchronous_commit"))
    if off_for := [str(name) for (name,) in ledger.rows(_ELSEWHERE)]:
        who = ", ".join(off_for)
        what = f"synchronous_commit is off for {who}: a crash loses what was acknowledged to them just before it"
        raise Wrong(what, f"an administrator: ALTER ROLE (or DATABASE) ... RESET synchronous_commit, for {who}")


def _standbys(ledger: PostgresReader) -> list[_Standby]:
    """Return the standbys that are connected, as whoever logged in may see them."""
    with translated(ledger.connection), ledger.connection.transaction():
        ledger.connection.execute("SET LOCAL ROLE NONE")
        return list(map(_Standby._make, ledger.connection.execute(_STANDBYS).fetchall()))


def _synchronous(commit: str, names: str, standbys: list[_Standby]) -> str:
    counted = _HOW_MANY.match(names)
    needed = int(counted[1]) if counted else 1
    has = "a standby has it" if needed == 1 else f"{needed} standbys have it"
    text = _WAITS[commit].format(has)
    if _unseen(standbys):
        return f"{text}; {_UNSEEN}"
    in_sync = [one for one in standbys if one.sync in _IN_SYNC and one.state == "streaming"]
    if len(in_sync) < needed:
        which = "none is" if not in_sync else f"{len(in_sync)} of {needed} are"
        raise Wrong(
            f"synchronous_standby_names is {names}, and {which} connected: every command waits until that is so",
            "start the standby, or see why it does not connect; longcase waits meanwhile, and loses nothing",
            "only if it is gone for good: ALTER SYSTEM RESET synchronous_standby_names; SELECT pg_reload_conf()",
        )
    return f"{text}; in sync: {_listed(in_sync)}"


def _asynchronous(standbys: list[_Standby]) -> str:
    if not standbys:
        return f"{_SURVIVES}; no standby is connected, so if its disk is lost, what the last backup lacks is lost"
    if _unseen(standbys):
        return f"{_SURVIVES}; if its disk is lost, what no standby or backup has is lost; {_UNSEEN}"
    lost = f"if its disk is lost, what its standbys have not received by then is lost ({_listed(standbys)})"
    return f"{_SURVIVES}; {lost}"


_UNSEEN: Final = "which standbys are in sync is not for this login to see: GRANT pg_read_all_stats lets it"


def _unseen(standbys: list[_Standby]) -> bool:
    return any(one.state is None for one in standbys)


def _listed(standbys: list[_Standby]) -> str:
    return ", ".join(str(one.name) for one in standbys)
