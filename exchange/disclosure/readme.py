"""What stands in a bundle for whoever opens it first: what it is, what it claims, how it is checked."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from presentation.escaping import safe_text
from presentation.phrases import number, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exchange.disclosure.contents import Bundle

WIDTH: Final = 78

_CLAIMS: Final = {
    "inspection": """\
WHAT IT CLAIMS

The header of every entry of the record is here, of all cases: when it was
made, by whom, in which role, of what kind, and a figure that ties it to what
it says. What it says is here for the cases named above alone. So it can be
seen that no entry of a case named above was left out, and that nothing was
rewritten, moved or taken out since any checkpoint that you hold.
""",
    "case": """\
WHAT IT CLAIMS, AND WHAT NOT

Each entry here is in the record as it stands here, in its place, and was not
rewritten since it was signed. The bundle makes no claim to be complete:
nothing in it shows whether the record holds further entries of the cases
named above, made later than the last one here. Of other cases it has nothing
but their references, where a case named above is linked to them.
""",
}
_RECORDED: Final = """\
THAT IT WAS GIVEN AWAY IS RECORDED

That these cases were disclosed, to whom and why, was recorded in each of them
before this bundle was handed out. That entry comes after the checkpoint, so
it is not in this bundle; it will be in the next.
"""
_CHECK: Final = """\
HOW TO CHECK IT

You need the program longcase-verify, which has nothing of Longcase in it, and
the public keys of the record, both got another way than with this bundle:

    longcase-verify THIS-FILE.zip --key KEY --key KEY

It says whether the bundle is whole and, if not, what is wrong and where. The
file keys.txt has the keys as the force gives them: compare them with those
that you have, and give each with --key, or your own --policy FILE in their
place. Give --checkpoint FILE for each checkpoint that you kept from an
earlier visit, and keep the file named checkpoint of this bundle for the next.
"""
_FILES: Final = """\
WHAT IS IN IT

records/       each case to be read or printed, in any web browser
entries/       the same as it is stored, with what it takes to check it
bundle.json    what this bundle is, for programs
checkpoint     how many entries there are and one figure over them all, signed
keys.txt       the public keys of the record
"""
_FILES_OF: Final = {
    "inspection": "tile/          the headers of all entries and the tree over them (C2SP tlog-tiles)\n",
    "case": "proofs/        for each entry, that it is in the record (C2SP tlog-proof)\n",
}
_EARLIER: Final = """\
checkpoints/   earlier checkpoints
consistency/   that each goes on from the one before
"""
_POLICY: Final = "policy.txt     whose signatures count, as the force has it (C2SP tlog-policy)\n"


def readme(bundle: Bundle) -> bytes:
    """Return the text, in lines that end as every system shows them."""
    files = f"{_FILES}{_FILES_OF[bundle.kind]}"
    files += (_EARLIER if bundle.checkpoints.earlier else "") + (_POLICY if bundle.policy is not None else "")
    about = "".join(f"{line}\n" for line in _about(bundle))
    text = "\n".join((about, _CLAIMS[bundle.kind], _RECORDED, _CHECK, files))
    return text.replace("\n", "\r\n").encode()


def _about(bundle: Bundle) -> Iterator[str]:
    given = bundle.given
    yield "CASES DISCLOSED"
    yield ""
    when = f"{spoken(bundle.made_at, bundle.zone)} ({bundle.zone})"
    yield from wrap(f"To {safe_text(given.recipient)}, on {when}.", WIDTH)
    yield from wrap(f"Because: {safe_text(' '.join(bundle.reason.split()))}", WIDTH)
    yield ""
    of = f" for the inspection {safe_text(given.inspection)}" if given.inspection else ""
    count, size = number(len(bundle.cases), "case", "cases"), bundle.checkpoints.size
    yield from wrap(f"{count} of the record {safe_text(given.log)}{of}, up to its entry {size:,}:", WIDTH)
    for case in bundle.cases:
        entries = number(case.entries, "entry", "entries")
        yield f"    {safe_text(case.reference)}: {entries}, {case.record_name}"
    yield ""
    yield "It may be confidential. Keep it as you would keep the files of the cases."
