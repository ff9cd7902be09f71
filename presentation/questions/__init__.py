"""What is asked of a store, by a command or by a page, and what is said of the answer."""
