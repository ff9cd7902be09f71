"""The flags of an entry in words, short enough to stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from presentation.phrases import elapsed

if TYPE_CHECKING:
    from projections.views.timeline import Item

MEANINGS: Final = {
    "late": "known more than a day after it happened",
    "owner-unaccredited": "given to an officer without the accreditation that such a case needs",
    "owner-not-enrolled": "given to somebody unknown to the register",
    "owner-absent": "given to somebody who was away",
    "owner-left": "given to somebody who had left",
    "actor-not-enrolled": "recorded by somebody, or on behalf of somebody, unknown to the register",
    "actor-absent": "recorded by somebody, or on behalf of somebody, who was away",
    "actor-left": "recorded by somebody, or on behalf of somebody, who had left",
    "deputy-absent": "somebody who was away was named as the deputy of another",
    "role-of-another-side": "one of the force acted as the inspectorate, or one of the inspectorate not as such",
    "after-resolution": "happened after the case was resolved, before it was reopened",
    "warrant-lapsed": "a warrant executed more than three months from the date of its issue",
    "not-by-the-inspectorate": "the inspectorate's act, recorded by somebody else on its behalf",
    "paused-by-owner": "paused on the authority of the owner, with nobody else's",
    "child-missing": "the case was closed while a child was missing",
    "child-detained": "the case was closed while a child was in custody",
    "former-owner": "a case resolved by somebody whom an entry had named as its owner before",
    "ground-amended": "a rule was against it, until somebody else amended what the rule rested on",
    "unfounded": "it could not have happened, by what is known now",
    "forbidden": "a rule about who may act is against it, or was before an amendment of their own",
    "clock-confirmed": "recorded long after the entry before, by somebody who said which day it was",
    "corrected-by-another": "a correction or retraction of what somebody else recorded",
    "no-reason": "a correction or retraction that gives no reason",
    "corrected": "it no longer says what was recorded at first",
    "retracted": "it no longer counts",
}
"""Every kind of flag, and what it means; what stands behind a colon in a flag says why."""

_WORDS: Final = {
    "late": "recorded late",
    "owner-unaccredited": "owner not accredited",
    "owner-not-enrolled": "owner not in the register",
    "owner-absent": "owner was absent",
    "owner-left": "owner had left",
    "after-resolution": "after the case was resolved",
    "warrant-lapsed": "the warrant had lapsed",
    "not-by-the-inspectorate": "not recorded by the inspectorate itself",
    "paused-by-owner": "paused on the owner's own authority",
    "clock-confirmed": "recorded long after the entry before; the clock was confirmed",
    "child-missing": "closed with a child missing still",
    "child-detained": "closed with a child in custody still",
    "former-owner": "resolved by somebody who had been named as its owner",
    "actor-not-enrolled": "who acted was not in the register",
    "actor-absent": "who acted was absent",
    "actor-left": "who acted had left",
    "deputy-absent": "the deputy was absent",
    "role-of-another-side": "in a role of the other side",
    "corrected-by-another": "amends what somebody else recorded",
    "no-reason": "gives no reason",
    "ground-amended": "allowed by somebody else's correction or retraction alone",
}
_SAID_OTHERWISE: Final = frozenset({"late", "corrected", "retracted"})


def irregular(item: Item) -> list[str]:
    """Return what is irregular about an entry in words, but for lateness, correction and retraction."""
    return [in_words(flag) for flag in item["flags"] if flag not in _SAID_OTHERWISE]


def in_words(flag: str) -> str:
    """Return one flag in words; a flag that is not known is shown as it is."""
    kind, _, why = flag.partition(": ")
    if kind == "unfounded":
        return f"could not have happened: {why}"
    if kind == "forbidden":
        return f"against a rule: {why}"
    return _WORDS.get(flag, flag)


def lateness(item: Item) -> str | None:
    """Return how late an entry was recorded, if it is flagged as late."""
    return f"recorded {elapsed(item['late_seconds'])} late" if "late" in item["flags"] else None
