"""Test purposes, one file an area."""
