"""Active test purposes, one file an area."""
