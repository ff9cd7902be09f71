"""Instants, lengths of time and days off, as people type and read them."""
