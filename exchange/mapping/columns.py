"""Which column is which, where no mapping says: by its heading, and only where that leaves no doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.mapping.mapping import XES_NAMES, Join, Name, names_in
from exchange.mapping.rules import nearest
from exchange.mapping.selectors import names_in_rules, names_of
from exchange.source.trace import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from exchange.mapping.mapping import Mapping

# In each list, a row of headings that mean the same; the rows by rank. A log that has both gives an
# activity's completion rather than its start, as XES does.
_CASE = (("caseconceptname",), ("caseid", "caseno", "casenumber", "casereference", "case", "traceid"))
_ACTIVITY = (("conceptname",), ("activity", "activityname", "event", "eventname", "task"))
_TIME = (
    ("timetimestamp",),
    (
        *("timestamp", "completetimestamp", "completiontimestamp", "completiontime", "completiondate"),
        *("endtimestamp", "endtime", "enddate", "eventtime", "eventdate", "occurredat"),
    ),
    ("starttimestamp", "starttime", "startdate"),
    ("datetime", "date", "time"),
)
_ACTOR = (("orgresource",), ("resource", "actor", "officer", "user", "performer"))
_ROLE = (("orgrole",), ("role",))
_KNOWN = {"case": _CASE, "activity": _ACTIVITY, "time": _TIME, "actor": _ACTOR, "role": _ROLE}
_REQUIRED = ("case", "activity", "time")
# In a row that is a whole case, the officer may be its owner: who acted has to be said.
_OF_ONE_EVENT = ("activity", "time", "actor", "role")
_SHOWN = 12


def xes_names(mapping: Mapping) -> dict[str, Name]:
    """Return the mapping's names, with those of the XES standard where it is silent."""
    return XES_NAMES | _given(mapping)


def column_names(mapping: Mapping, headings: Collection[str], *, complete: bool) -> dict[str, Name]:
    """Return the mapping's names, with guesses by the headings where it is silent.

    ``all_told`` says that no event has a name that is not among ``headings``. Raises ``UnreadableSource``, with
    what to write in a mapping, if the case, the activity or the time cannot be told for certain, or the
    mapping names a column that is not there.
    """
    names = _given(mapping)
    if complete:
        for key, name in names.items():
            _check_present(key, name, headings)
        _check_rules_present(mapping, headings)
    wanted = [key for key in _KNOWN if not mapping.event or key not in _OF_ONE_EVENT]
    for key in wanted:
        if key not in names and (guess := column_for(key, headings)) is not None:
            names[key] = guess
    return names


def _given(mapping: Mapping) -> dict[str, Name]:
    named = {key: getattr(mapping, key) for key in (*_KNOWN, "recorded")}
    return {key: name for key, name in named.items() if name is not None}


def _check_present(key: str, name: Name, headings: Collection[str]) -> None:
    missing = [part for part in names_in(name) if part not in headings]
    if missing and (len(missing) == len(names_in(name)) or isinstance(name, Join)):
        raise UnreadableSource(
            f"there is no column {missing[0]!r}, which the mapping gives for {key!r}",
            hints=_columns(headings),
        )


def _check_rules_present(mapping: Mapping, headings: Collection[str]) -> None:
    kept = mapping.keep if isinstance(mapping.keep, list) else ()
    parts = [name for part in mapping.event for name in names_of(part)]
    for what, names in (
        ("an event of the mapping reads", parts),
        ("a rule of the mapping reads", names_in_rules(mapping.rule)),
        ("the mapping keeps", kept),
    ):
        for name in sorted(set(names).difference(headings)):
            raise UnreadableSource(f"there is no column {name!r}, which {what}", hints=(nearest(name, headings),))


def column_for(key: str, headings: Collection[str]) -> str | None:
    """Return the heading of the column that is ``key``; raise ``UnreadableSource`` where that cannot be told."""
    for row in _KNOWN[key]:
        found = [heading for heading in headings if _plain(heading) in row]
        if len(found) == 1:
            return found[0]
        if found:
            reason = f"the column of the {key} may be any of {', '.join(map(repr, found))}"
            choices = " or ".join(f"{key} = {_quoted(one)}" for one in found)
            raise UnreadableSource(reason, hints=(f"write in a mapping the one that is meant: {choices}",))
    if key in _REQUIRED:
        reason = f"no heading says which column is the {key}"
        hint = f"write in a mapping: {key} = {_quoted('...')}"
        raise UnreadableSource(reason, hints=(hint, *_columns(headings)))
    return None


def _plain(heading: str) -> str:
    return "".join(filter(str.isalnum, heading.casefold()))


def _columns(headings: Iterable[str]) -> tuple[str]:
    shown = [repr(heading) for heading in headings]
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return (f"the columns are {', '.join(shown[:_SHOWN])}{more}",)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
