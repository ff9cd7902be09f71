"""Writes into docs/imports.md every event that a mapping may make, with its fields, from the events themselves.

python -m scripts.write_import_fields
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args, get_origin

from msgspec import Meta

from domain.codec import topics
from exchange.mapping.rules import Field, events, fields_of

PAGE = Path(__file__).resolve().parent.parent / "docs" / "imports.md"
BEGIN = "<!-- What follows is written by scripts/write_import_fields.py. -->\n"
END = "<!-- What was written ends here. -->\n"

EVERYWHERE = ("on_behalf_of", "reason")
"""The fields that every event has."""

MEANINGS = {
    "ages": "the children's ages, in years",
    "authorised_by": "who allowed it",
    "by": "which side graded",
    "category": "the category of the case, of the vocabulary",
    "child": "the child that it is about; none is all children",
    "children": "how many children there are",
    "concern": "what the inspectorate is concerned about",
    "counts": "whether it counts as work on the case",
    "court": "which court",
    "crime_reference": "the number of the crime that was recorded",
    "entry": "the number of the entry in its case",
    "escalation": "the name of the referral back, by which its answer and verdict are known",
    "grade": "the grade",
    "grounds": "why",
    "immediate": "whether a child was seen at immediate risk",
    "inspection": "the round of inspection",
    "kind": "what was done, of the vocabulary; of a warrant, what it is for",
    "log": "the name of the log whose checkpoint it was given with",
    "officer": "the officer",
    "on_behalf_of": "for whom whoever acted did so",
    "other": "the reference of the other case",
    "outcome": "what came of it",
    "reason": "why whoever acted did so",
    "recipient": "to whom the case was given",
    "relation": "how the two are related",
    "review_on": "the day on which somebody must look again",
    "risk": "how high the risk is",
    "size": "how many entries the log had that it was given with",
    "source": "who or what told it",
    "subject": "whose risk it is, if not that of the case as a whole",
    "summary": "what was told",
    "team": "the team",
    "text": "what there is to say about it",
    "to": "who may read the case from then on",
    "tool": "the method of the assessment",
    "topic": "the topic that was graded",
    "what": "how much of the case was given",
    "warrant": "the name of the warrant, by which what became of it is known",
}
"""What each field says, whatever the event."""

_WORDS = {str: "text", int: "whole number", bool: "true or false"}


def takes(field: Field) -> str:
    """Return in words what a field takes."""
    if field.choices:
        return ", ".join(f"`{one}`" for one in field.choices)
    return _words(field.kind)


def _words(kind: object) -> str:
    inner = get_args(kind)
    if get_origin(kind) is tuple:
        return f"list of {_words(inner[0])}s"
    limits = next((one for one in inner if isinstance(one, Meta)), None)
    if limits is not None and limits.pattern:
        return "day, YYYY-MM-DD"
    if limits is not None and limits.le is not None:
        return f"{_words(inner[0])} from {limits.ge} to {limits.le:,}"
    if type(None) in inner:
        return _words(next(one for one in inner if one is not type(None)))
    if inner:
        return _words(inner[0])
    return _WORDS[kind]  # type: ignore[index]  # one of the plain types


def rows() -> list[str]:
    """Return the lines of the table."""
    lines = ["| event | field | takes | says |", "|---|---|---|---|"]
    lines += [f"| every event | `{name}` | text | {MEANINGS[name]} |" for name in EVERYWHERE]
    for topic in events():
        about = (topics()[topic].__doc__ or "").partition("\n")[0].replace("``", "`")
        lines.append(f"| **`{topic}`** | | | *{about}* |")
        for field in (one for one in fields_of(topic).values() if one.name not in EVERYWHERE):
            needed = ", needed" if field.required else ""
            lines.append(f"| | `{field.name}` | {takes(field)}{needed} | {MEANINGS[field.name]} |")
    return lines


def written(page: str) -> str:
    """Return the page with the table as it should be."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n" + "\n".join(rows()) + f"\n\n{END}{after}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
