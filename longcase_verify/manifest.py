"""What a bundle says that it is (``bundle.json``), and which files a bundle of its kind has."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from longcase_verify.leaves import case_stream
from longcase_verify.problems import NotInForm
from longcase_verify.texts import LARGEST_NUMBER, strict_json
from longcase_verify.tree import tile_names

FORMAT = "longcase disclosure v1"
INSPECTION, CASE = "inspection", "case"
LARGEST = 8 * 2**20
MOST_CASES = 100_000

_FIELDS = {"format", "kind", "origin", "size", "to", "reason", "made_at", "longcase", "cases"}
_UNSIGNED = re.compile(r"README\.txt|records/[^/]+\.html")
_COMMON = re.compile(
    r"bundle\.json|checkpoint|keys\.txt|policy\.txt|checkpoints/(0|[1-9][0-9]{0,18})"
    r"|consistency/(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,18})"
)
_PROOF = re.compile(r"proofs/[1-9][0-9]{0,18}")


class DisclosedCase(NamedTuple):
    """A case whose content is in the bundle: its reference, its stream, and how many entries are said to be."""

    reference: str
    stream: bytes
    entries: int

    @property
    def file(self) -> str:
        """Return where its entries are."""
        return f"entries/{self.stream.decode()}.jsonl"


class BundleManifest(NamedTuple):
    """What ``bundle.json`` says. Nothing signs it: it is compared with what is signed."""

    kind: str
    origin: str
    size: int
    cases: tuple[DisclosedCase, ...]
    recipient: str
    reason: str
    made_at: str
    program: str


def read_manifest(data: bytes) -> BundleManifest:
    """Read ``bundle.json``. Raises ``NotInForm``."""
    if data.count(b"{") + data.count(b"[") > MOST_CASES + 10:
        raise NotInForm("bundle.json lists more than 100,000 cases, or is nested without need")
    found = strict_json(data)
    if found.get("format") != FORMAT or found.keys() != _FIELDS:
        raise NotInForm(f"bundle.json is not in the format {FORMAT!r}")
    texts = [_text(found[name]) for name in ("kind", "origin", "to", "reason", "made_at", "longcase")]
    kind, origin, *unsigned = texts
    if kind not in (INSPECTION, CASE) or not isinstance(found["cases"], list):
        raise NotInForm("bundle.json does not say which kind of bundle this is, or which cases")
    cases = tuple(map(_case, found["cases"]))
    if len({case.stream for case in cases}) != len(cases):
        raise NotInForm("bundle.json lists a case twice")
    return BundleManifest(kind, origin, _count(found["size"]), cases, *unsigned)


def _case(found: Any) -> DisclosedCase:  # noqa: ANN401  (whatever the JSON holds)
    if not isinstance(found, dict) or found.keys() != {"reference", "stream", "entries"}:
        raise NotInForm("a case in bundle.json has a reference, a stream and how many entries")
    reference = _text(found["reference"])
    stream = _text(found["stream"]).encode()
    if stream != case_stream(reference):
        raise NotInForm(
            f"bundle.json gives the case {reference} the entries of another: its stream is not its own"
        )
    return DisclosedCase(reference, stream, _count(found["entries"]))


def _text(value: Any) -> str:  # noqa: ANN401  (whatever the JSON holds)
    try:
        if isinstance(value, str) and value.encode():
            return value
    except UnicodeEncodeError as error:
        raise NotInForm("a text in bundle.json holds half a character") from error
    raise NotInForm("a text in bundle.json is missing or empty")


def _count(value: Any) -> int:  # noqa: ANN401  (whatever the JSON holds)
    if type(value) is not int or not 0 <= value <= LARGEST_NUMBER:
        raise NotInForm("a count in bundle.json is no number from 0 on")
    return value


def unsigned_names(names: set[str]) -> list[str]:
    """Return which of the files carry no claim that could be checked: they are for people to read."""
    return sorted(filter(_UNSIGNED.fullmatch, names))


def unexpected_names(names: set[str], manifest: BundleManifest) -> list[str]:
    """Return the names of files that a bundle of this kind does not have."""
    rest = {name for name in names if not (_UNSIGNED.fullmatch(name) or _COMMON.fullmatch(name))}
    rest -= {case.file for case in manifest.cases}
    if manifest.kind == CASE:
        return sorted(name for name in rest if not _PROOF.fullmatch(name))
    tiles = len(rest) * 256 >= manifest.size
    return sorted(rest - tile_names(manifest.size) if tiles else rest)
