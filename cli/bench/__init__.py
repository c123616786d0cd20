"""The parts of `atverdict bench`: its table, the runs of its devices, and its live table."""
