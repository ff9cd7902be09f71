"""The commands that record: one short function each, by what they are about."""
