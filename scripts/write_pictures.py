"""Draw the pictures of README and the manual anew from the demonstration.

Run it from the top of the repository: ``python -m scripts.write_pictures``.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cli.main import main as longcase

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "pictures"
_INSTANTS: Final = ("--as-at", "2016-05-20", "--known-at", "2016-05-20")
DRAWN: Final = {"case.svg": ("timeline", "IMG-0417", *_INSTANTS), "stalled.svg": ("stalled", *_INSTANTS)}
"""The commands that draw each picture: of one day, by what was known on it, so that no other day changes them."""


def draw(folder: Path) -> None:
    """Draw all pictures into ``folder``, over what is there; raise ``RuntimeError`` if one is refused."""
    with TemporaryDirectory() as beside:
        store = str(Path(beside) / "longcase-demo.db")
        _run("demo", "--store", store)
        for name, words in DRAWN.items():
            _run("--store", store, *words, "--svg", str(folder / name), "--force")
            (folder / name).chmod(0o644)


def _run(*words: str) -> None:
    code = longcase(list(words))
    if code:
        raise RuntimeError(f"longcase {' '.join(words)} ended with {code}")


if __name__ == "__main__":
    draw(FOLDER)
