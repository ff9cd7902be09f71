"""Rounds of inspection: what is recorded of one, its sample, and the two graders compared."""
