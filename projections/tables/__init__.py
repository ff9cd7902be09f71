"""The tables of the projections on both engines, and how rows get into them."""
