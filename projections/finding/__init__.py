"""What was written, found by its words: a scan of the ledger, without the tables."""
