"""The campaign against a host: scenarios that a simulated module plays to it."""
