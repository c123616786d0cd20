"""Benchmarks of the suite: ratios to a floor that is measured in the same run."""
