"""A small bundle with one signature, which is quick to check, and its reader as the fault of parsers wants it."""

from __future__ import annotations

from functools import cache, partial
from io import BytesIO
from typing import TYPE_CHECKING

from longcase_verify.archive import BundleArchive
from longcase_verify.problems import VerifierError
from longcase_verify.texts import shown
from longcase_verify.trust import trusted_keys
from tests.longcase_verify.judging import judged
from tests.longcase_verify.making import KEYS, Files, MadeLog, bundle_files, case_file, invented, zipped
from transparency.errors import MalformedText

if TYPE_CHECKING:
    from collections.abc import Callable

CASE = "EX/2016/1"
KEY = str(KEYS["log"].public)
TRUST = trusted_keys([KEY])
FILES = ("bundle.json", "checkpoint", "consistency/4-9", "keys.txt", "tile/entries/000.p/9", case_file(CASE))
"""Which files of an inspection's bundle are changed one by one."""


@cache
def small(sort: str) -> Files:
    log = MadeLog(invented(9, cases=2), signers=("log",))
    files = bundle_files(log, sort, (CASE,), (4,))
    del files["policy.txt"]
    return {**files, "keys.txt": f"{KEY}\n".encode()}


def whole_again(data: bytes) -> bytes:
    """Return a bundle that is whole; what is not is refused by what is said of it."""
    try:
        result = judged(data, TRUST)
    except VerifierError as error:
        raise MalformedText(shown(str(error))) from error
    if result.exit_code:
        raise MalformedText(shown(result.checked.findings.listed[0].text))
    return data


def zip_again(data: bytes) -> bytes:
    """Return a ZIP file that is whole: its files that carry a claim are what they were."""
    whole_again(data)
    assert claims(data) == claims(zipped(small("case")))
    return data


def claims(data: bytes) -> Files:
    """Return the files of a bundle, but those that carry no claim."""
    found = BundleArchive(BytesIO(data))
    names = (name for name in found.names() if name != "README.txt" and not name.startswith("records/"))
    return {name: found.read(name, 10**7) for name in names}


def file_again(sort: str, name: str, data: bytes) -> bytes:
    """Return a file with which a bundle is whole."""
    whole_again(zipped({**small(sort), name: data}))
    return data


def readers() -> dict[str, tuple[Callable[[bytes], bytes], bytes]]:
    """Return what reads a bundle, and each kind of file in one, with bytes that it takes."""
    found: dict[str, tuple[Callable[[bytes], bytes], bytes]] = {"disclosure": (zip_again, zipped(small("case")))}
    proof = next(name for name in small("case") if name.startswith("proofs/"))
    for sort, name in (("case", proof), *(("inspection", name) for name in FILES)):
        found[f"disclosed {name.partition('/')[0]}"] = (partial(file_again, sort, name), small(sort)[name])
    return found
