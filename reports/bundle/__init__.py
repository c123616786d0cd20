"""The bundle of a run: packed, signed, verified."""
