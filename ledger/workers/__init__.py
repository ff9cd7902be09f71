"""Reading in a second process, and in batches."""
