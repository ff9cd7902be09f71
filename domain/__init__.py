"""What a case is: events, state, rules and vocabulary, with no I/O and no clock of its own."""
