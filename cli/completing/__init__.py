"""Completion in a shell: what may be typed next, asked of the store without changing it."""
