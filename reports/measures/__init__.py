"""Measurements of a run, and their pictures."""
