"""The store that a command opens, who looks or records, and what the commands share."""
