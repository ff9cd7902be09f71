"""Keeps the tables current: catching up, rebuilding, verifying, following."""
