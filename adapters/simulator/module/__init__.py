"""The simulated module: its commands, its two machines, and its serial output."""
