"""The cases that are disclosed: each content against its leaf, each leaf against the log, nothing left out."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, NamedTuple

from longcase_verify.findings import FindingPlace
from longcase_verify.leaves import EntryLeaf, check_payload, read_leaf
from longcase_verify.problems import NotInForm, NotProved
from longcase_verify.texts import texts_of
from longcase_verify.tree import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from longcase_verify.archive import BundleParts
    from longcase_verify.findings import AuditFindings
    from longcase_verify.manifest import DisclosedCase

LONGEST_LINE = 22 * 2**20
"""How many bytes the line of an entry has at most: a payload of 16 MiB in base64, and its header."""
LONGEST_UTF8 = 8 * 2**20
"""How many bytes a line has at most that holds more than ASCII, since it takes four times as much in memory."""
LARGEST_JSON = 2**20
"""How many bytes of a payload are tried as JSON."""

_SALT = 64
_ANY_JSON = json.JSONDecoder()


class DisclosedEntry(NamedTuple):
    """An entry as it is disclosed."""

    leaf: EntryLeaf
    digest: bytes
    salt: bytes
    payload: bytes


def read_entry(line: bytes) -> DisclosedEntry:
    """Read the line of an entry. Raises ``NotInForm``."""
    if len(line) > LONGEST_LINE or (len(line) > LONGEST_UTF8 and not line.isascii()):
        raise NotInForm("the line of an entry is longer than it can be")
    try:
        found = texts_of(line.decode())
        header, salt = found.pop("header").encode(), found.pop("salt")
        payload = _payload(**found)
        if len(salt) != _SALT or salt != salt.lower():
            raise NotInForm("a salt is 64 hexadecimal digits")
        return DisclosedEntry(read_leaf(header), leaf_hash(header), binascii.unhexlify(salt), payload)
    except (KeyError, TypeError, ValueError) as error:
        raise NotInForm("the line of an entry has not the texts header, salt and payload") from error


def _payload(payload: str | None = None, payload_base64: str | None = None) -> bytes:
    if payload_base64 is None and payload is not None:
        return payload.encode()
    if payload is None and payload_base64 is not None:
        content = b64decode(payload_base64, validate=True)
        if b64encode(content).decode() == payload_base64:
            return content
    raise NotInForm("an entry has one payload, as text or in the one form of base64")


class DisclosedStream:
    """Checks the entries of one case in their order, and says which are missing."""

    def __init__(
        self, case: DisclosedCase, findings: AuditFindings, judge: Callable[[DisclosedEntry, FindingPlace], None]
    ) -> None:
        """Take the case, and what judges whether an entry is in the log."""
        self._case = case
        self._findings = findings
        self._judge = judge
        self._last = (0, 0)
        self.version = 0
        """The last version that was shown."""
        self.count = 0
        """How many entries were shown."""

    def read(self, parts: BundleParts) -> None:
        """Read all entries of the case."""
        case, name = self._case, self._case.file
        if name not in parts.names():
            self._findings.incomplete("missing-file", "All entries of this case are missing.", self.place())
            return
        try:
            for line in parts.lines(name, LONGEST_LINE):
                self.count += 1
                if self.count > case.entries:
                    text = f"bundle.json says that this case has {case.entries} entries, and there are more."
                    self._findings.tampered("count", text, self.place())
                    break
                self._take(line)
        except NotInForm as error:
            self._findings.tampered("damaged-file", f"This file is not as it was made: {error}.", self.place())
        self.left_out(self.version + 1, max(self.version, case.entries))

    def place(self, version: int | None = None, position: int | None = None) -> FindingPlace:
        """Return where an entry of the case stands."""
        return FindingPlace(self._case.file, self._case.reference, None, version, position)

    def left_out(self, first: int, last: int) -> None:
        """Note that entries are missing, from one version to another."""
        if first <= last:
            which = f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
            text = f"{which} left out of this case, though it has {'it' if first == last else 'them'}."
            self._findings.incomplete("left-out", text, self.place(first))

    def _take(self, line: bytes) -> None:
        try:
            entry = read_entry(line)
        except NotInForm as error:
            text = f"Line {self.count} cannot be read as an entry: {error}."
            self._findings.tampered("entry-form", text, self.place(self.version + 1))
            self.version += 1
            return
        version, position = int(entry.leaf.version), int(entry.leaf.position)
        place = self.place(version, position)
        if entry.leaf.stream != self._case.stream:
            self._findings.tampered("other-case", "This entry is of another case.", place)
            return
        self._follow(version, (position, int(entry.leaf.recorded_at)), place)
        self._judge(entry, place)
        self._check_payload(entry, place)

    def _follow(self, version: int, at: tuple[int, int], place: FindingPlace) -> None:
        """Check that an entry comes after the one before it, in version, position and time."""
        if version <= self.version:
            text = f"Entry {version} stands after entry {self.version}: twice, or out of order."
            self._findings.tampered("version", text, place)
        elif at[0] <= self._last[0] or at[1] < self._last[1]:
            text = "This entry has an earlier place or time than the one before it."
            self._findings.tampered("order", text, place)
        self.left_out(self.version + 1, version - 1)
        self.version, self._last = max(version, self.version), at

    def _check_payload(self, entry: DisclosedEntry, place: FindingPlace) -> None:
        try:
            check_payload(entry.leaf, entry.salt, entry.payload)
        except NotProved as error:
            self._findings.tampered("content", f"What this entry says was changed: {error}.", place)
            return
        if not _is_json(entry.payload):
            text = "The content of this entry is whole, but is no JSON, or too large or deep to try."
            self._findings.note("not-json", text, place)


def _is_json(payload: bytes) -> bool:
    if len(payload) > LARGEST_JSON:
        return False
    try:
        _ANY_JSON.decode(payload.decode())
    except (ValueError, RecursionError):
        return False
    return True
