"""What must be true: requirements, commands, events, the flow and its errata, as frozen data."""
