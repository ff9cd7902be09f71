"""How what is read is said: instants, phrases, the contract's formats, the geometry of lanes."""
