"""Run the auditor's program: ``python -m longcase_verify BUNDLE.zip``."""

from __future__ import annotations

import sys

from longcase_verify.command import main

if __name__ == "__main__":
    sys.exit(main())
