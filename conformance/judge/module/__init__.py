"""The oracle's checks, one file an area."""
