"""Taking back what Longcase exported."""

from __future__ import annotations

from exchange.importing import Importer


class NativeImporter(Importer):
    """Takes the traces of a file that Longcase made."""
