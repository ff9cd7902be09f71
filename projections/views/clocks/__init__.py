"""The clocks of one case: how they stand, how they changed, and what never started."""
