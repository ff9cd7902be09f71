"""The log as others take it: proofs and tiles as files, and requests to a witness."""
