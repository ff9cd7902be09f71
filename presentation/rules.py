"""Standards, limits and changes of a rulebook in words, for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.rulebook.model import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from domain.rulebook.diff import Change

_UNKNOWN: Final = "unassessed"


def limit_in_words(limit: str | Mapping[str, str]) -> str:
    """Return a limit in words: ``24 hours``, or each with what it is for: ``high 7 days, low 30 days``."""
    from domain.duration import in_words

    if isinstance(limit, str):
        return in_words(limit)
    return ", ".join(f"{name} {in_words(text)}" for name, text in in_order(limit).items())


_COUNTED: Final = {
    "s": "from the instant of the start",
    "min": "from the instant of the start",
    "h": "from the instant of the start",
    "d": "in days of 24 hours, from the instant of the start",
    "w": "in weeks of 7 times 24 hours, from the instant of the start",
    "mo": "in calendar months, to the same time of day",
    "wd": "in working days after that of the start, to the end of the last",
    "wh": "in the hours in which the team works",
}
_DATED: Final = " from date"
_FROM_DATE: Final = "from the date of the start, which does not count, to the end of the last day"


def counting(item: Mapping[str, Any]) -> str:
    """Return in words how a standard's limits are counted, each way once."""
    limits = [limit for limit in (item["limit"], item["then"]) if limit is not None]
    texts = [text for limit in limits for text in ([limit] if isinstance(limit, str) else limit.values())]
    return "; ".join(dict.fromkeys(map(_counted, texts)))


def _counted(text: str) -> str:
    return _FROM_DATE if _DATED in text else _COUNTED[text.strip().lstrip("0123456789").strip()]


def limits_in_short(item: Mapping[str, Any]) -> str:
    """Return a standard's limits as written, in few cells: ``24h``, ``1d to 30d``, ``6h, then 9h``."""
    parts = [_short(limit) for limit in (item["limit"], item["then"]) if limit is not None]
    return ", then ".join(_said_once(parts))


def _short(limit: str | Mapping[str, str]) -> str:
    if isinstance(limit, str):
        return limit
    named = [text for name, text in in_order(limit).items() if name != _UNKNOWN]
    return " to ".join(_said_once([named[0], named[-1]]))


def _said_once(texts: list[str]) -> list[str]:
    """Return texts with ``from date`` behind the last alone, where it stands behind each."""
    if not all(text.endswith(_DATED) for text in texts):
        return texts
    return [*(text.removesuffix(_DATED) for text in texts[:-1]), texts[-1]]


def course(item: Mapping[str, Any]) -> str:
    """Return what a clock runs from and to: ``reported or returned -> allocated``."""
    starts = (" and " if item["together"] else " or ").join(item["starts"])
    return f"{starts} -> {' or '.join(item['stops'])}"


def scope(item: Mapping[str, Any]) -> str:
    """Return what a standard applies to: its categories and risks, each warrant or escalation, or every case."""
    parts = [", ".join(item[name]) for name in ("categories", "risks") if item[name]]
    return "; ".join(parts) or (f"every {item['per']}")


def in_lines(found: Iterable[Change]) -> Iterator[str]:
    """Yield a line for each change: ``allocate: limit was 24h, is 36h``; bank holidays together on one."""
    days = 0
    for change in found:
        if change.what == "holidays":
            days += 1
        else:
            yield _line(change)
    if days:
        yield f"bank holidays: {days} {'day is' if days == 1 else 'days are'} different"


def _line(change: Change) -> str:
    if change.before is None and not change.field:
        return f"{change.what}: added"
    if change.after is None and not change.field:
        return f"{change.what}: removed"
    field = f"{change.field} " if change.field else ""
    return f"{change.what}: {field}was {_value(change.before)}, is {_value(change.after)}"


def _value(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case _ if not value:
            return "nothing"
        case dict():
            return ", ".join(f"{name} {_value(one)}" for name, one in value.items())
        case list() | tuple():
            return ", ".join(map(_value, value))
        case _:
            return str(value)
