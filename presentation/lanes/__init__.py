"""The lanes of a case: bars and marks over time, before anything is drawn."""
