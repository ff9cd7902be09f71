"""A log that others can check, in published formats: tree, checkpoints, proofs, tiles, policies, witnesses."""
