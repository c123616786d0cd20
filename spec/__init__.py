"""The specification: requirements, commands, events, the flow and its errata, as frozen data."""
