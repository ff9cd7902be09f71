"""Questions about all cases, answered from the tables."""
