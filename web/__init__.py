"""The page for the browser: reads, over the projections, as of two instants; it records nothing."""
