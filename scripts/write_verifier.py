"""Write the auditor's program as one file, ``verify.pyz``: ``python -m scripts.write_verifier [FILE]``.

The same source makes the same bytes wherever it is run, so that whoever is given the file can make it again. Its
SHA-256 is printed.
"""

from __future__ import annotations

import io
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "longcase_verify"
FIRST_LINE = b"#!/usr/bin/env python3\n"
START = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("longcase-verify needs Python 3.11 or newer")
from longcase_verify.command import main

sys.exit(main())
"""


def one_file() -> bytes:
    """Return the program as a ZIP file that Python runs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("__main__.py"), START)
        for path in sorted(PACKAGE.glob("*.py")):
            archive.writestr(zipfile.ZipInfo(f"{PACKAGE.name}/{path.name}"), path.read_bytes())
    return FIRST_LINE + packed.getvalue()


def main() -> None:
    """Write the file, and print its hash and its name."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "verify.pyz")
    data = one_file()
    path.write_bytes(data)
    path.chmod(0o755)
    print(f"{sha256(data).hexdigest()}  {path}")


if __name__ == "__main__":
    main()
