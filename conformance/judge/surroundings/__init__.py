"""The surroundings of an IUT: what the log shows of the suite's machine, the line and others."""
