"""Readers of XES, CSV, JSON Lines and of files that Longcase exported."""
