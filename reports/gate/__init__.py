"""The gate: a yes or no for CI."""
