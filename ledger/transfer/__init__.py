"""Archives: every entry of a store in one file for any engine, and back."""
