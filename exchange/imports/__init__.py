"""From traces to commands: counted, refused by line, stored once."""
