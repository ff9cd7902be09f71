"""What the population tables are called, for who reads them without SQLAlchemy too."""

from __future__ import annotations

from typing import Final

TABLES: Final = "longcase_tables"
"""The schema on PostgreSQL in which the tables are; the ledger is in one of its own."""

PROJECTION: Final = "cases"
SCHEMA: Final = 9
"""Counts the shapes that the rows have had: rows of another shape are rebuilt before they are read."""
