"""A witness of logs, with keys and a memory of its own: what it has cosigned, and what it answers to a log."""
