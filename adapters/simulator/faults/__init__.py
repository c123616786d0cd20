"""Faults of the module, one file a kind of mistake."""
