"""Writers of XES, CSV and JSON Lines."""
