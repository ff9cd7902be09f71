"""Pictures in SVG, drawn by matplotlib (the extra "pictures")."""
