"""The only writer: one short function per command, and the composition of the parts."""
