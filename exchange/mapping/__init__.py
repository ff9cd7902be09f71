"""Mappings: which columns and attributes of a file are which parts of an entry."""
