"""Checks of a store that hold on either engine: its sequence, its entries, its tally."""
