"""Ports of this machine and of the network, in real time."""
