"""The ledger on PostgreSQL, from version 13 on: needs the extra ``postgresql``."""
