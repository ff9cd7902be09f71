"""Write domain/data/bank_holidays.json anew from the ``holidays`` package and what is known to be wrong in it.

Run it from the top of the repository: ``python -m scripts.write_bank_holidays``, after the package's version in
setup.cfg has changed. A test fails until it has been run.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from application.bank_holidays import FIRST_YEAR, LAST_YEAR, BankHolidays, bank_holidays

FILE = Path(__file__).resolve().parent.parent / "domain" / "data" / "bank_holidays.json"


def content() -> bytes:
    """Return the file as it should be, one day a line."""
    days, source = bank_holidays()
    found = BankHolidays(source, FIRST_YEAR, LAST_YEAR, days)
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def main() -> None:
    """Write the file, and say so."""
    FILE.write_bytes(content())
    print(f"wrote {FILE}")


if __name__ == "__main__":
    main()
