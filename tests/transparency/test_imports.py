"""What the package stands on: the standard library, and ``cryptography`` where something is signed or checked."""

from __future__ import annotations

import subprocess
import sys

from tests.transparency.vectors import ROOT


def test_nothing_of_longcase_is_needed() -> None:
    """Every module can be imported without the rest of the project and without ``cryptography``."""
    names = [path.stem for path in ROOT.joinpath("transparency").glob("*.py") if path.stem != "__init__"]
    script = f"""
import importlib, sys
before = set(sys.modules)
for name in {names}: importlib.import_module("transparency." + name)
of_others = {{name.partition(".")[0] for name in sys.modules if name not in before}} - sys.stdlib_module_names
assert of_others == {{"transparency"}}, of_others
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
