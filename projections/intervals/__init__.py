"""From entries to bitemporal interval rows of cases, clocks and officers; no database here."""
