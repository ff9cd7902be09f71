"""The signer of the log: its keys and memory, apart from the store, and what it signs."""
