"""The state of the module and of an upgrade, as the wire has shown it."""
