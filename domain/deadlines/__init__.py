"""Time standards, the clocks that run under them, and the causes for which a case is stalled."""
