"""Rulebooks as TOML files: read with every fault named by its line, and written."""
