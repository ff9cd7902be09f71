"""Files as they come in: opened, decoded, and the traces that are read from them."""
