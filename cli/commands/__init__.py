"""The commands, one module for each group; ``cli.registry`` names them, and imports none."""
