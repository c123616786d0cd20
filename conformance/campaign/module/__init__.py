"""The campaign against a module: its test purposes, and what brings it to their states."""
