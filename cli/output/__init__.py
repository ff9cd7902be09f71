"""The terminal: its width and colour, tables, text layout, progress, and the two streams."""
