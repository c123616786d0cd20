"""The checks on a module, one file an area."""
