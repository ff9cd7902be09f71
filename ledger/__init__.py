"""Where entries rest: positions, immutability, leaf hashes. The ledger knows bytes, never cases."""
