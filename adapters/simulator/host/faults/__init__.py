"""Faults of the host, one file a kind of mistake."""
