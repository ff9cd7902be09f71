"""A case: its events, the fold to its state, the rules, the flags, and what is believed at an instant."""
