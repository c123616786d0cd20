"""Simulated modules in real time, for hosts that want to talk to one."""
