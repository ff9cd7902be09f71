"""The settings that a store was made with, checked on either engine."""

from __future__ import annotations

from typing import Any, Final

from ledger.integrity.findings import DAMAGED, Wrong

SETTINGS: Final = frozenset(
    {
        *("id", "zone", "rulebook", "scenario", "restored_from", "restored_at", "restored_position"),
        *("log_origin", "log_keys"),
    }
)
"""The names of all settings that a store may be made with."""

OWN: Final = frozenset({"id", "restored_from", "restored_at", "restored_position"})
"""The settings that each store has for itself; the others are restored with the entries."""


def digest_of(settings: dict[Any, Any]) -> str:
    """Return the SHA-256, in hexadecimal, over the settings that are the same wherever the entries are.

    They are taken as one JSON object in ASCII, its names in order and without spaces.
    """
    import json
    from hashlib import sha256

    shared = {name: value for name, value in settings.items() if name not in OWN}
    return sha256(json.dumps(shared, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def settings_in_words(settings: dict[Any, Any], version: int, written: tuple[Any, ...] | None) -> str:
    """Return what a store was made with, and which Longcase made it one of its version; or raise ``Wrong``.

    ``written`` is the version, by which Longcase, and since when, as text.
    """
    check_settings(settings)
    if written is None or written[0] != version or written[2] is None:
        raise Wrong(f"the store has version {version}, and does not say by which Longcase and since when")
    text = ", ".join(f"{name} {_shown(value)}" for name, value in sorted(settings.items()))
    made = f"store version {version}, by Longcase {written[1]}, since {written[2]}"
    return f"{text}; {made}; settings {digest_of(settings)}"


def _shown(value: str) -> str:
    """Return a value as it is, or of several lines, such as keys, how many they are."""
    lines = value.splitlines()
    return value if len(lines) <= 1 else f"({len(lines)} lines)"


def check_settings(settings: dict[Any, Any]) -> None:
    """Raise ``Wrong`` for settings that no store was made with: half of all answers hang on the zone."""
    if "id" not in settings:
        raise Wrong("the store's own id is missing")
    unknown = sorted(str(name) for name in settings if name not in SETTINGS)
    if unknown:
        raise Wrong(f"no store was made with a setting of this name: {', '.join(unknown)}")
    if not _is_id(settings["id"]):
        raise Wrong(f"the store's own id is no id: {settings['id']}")
    if not _is_zone(settings.get("zone", "UTC")):
        where = "if the name is right, this system does not know it: pip install tzdata"
        raise Wrong(f"no time zone is named {settings['zone']}", where, *DAMAGED)


def _is_id(value: str) -> bool:
    from uuid import UUID

    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        return bool(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):
        return False
