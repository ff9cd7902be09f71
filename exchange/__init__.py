"""File formats in and out. Reading ends in commands, writing starts from projections."""
