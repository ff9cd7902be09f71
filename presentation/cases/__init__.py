"""A case and its entries in words."""
