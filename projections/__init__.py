"""What is read: one case as a live fold of its entries, all cases as tables that follow the ledger."""
