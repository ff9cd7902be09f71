"""The auditor's program: checks a disclosure bundle offline, and shares no line with the program that made it."""
