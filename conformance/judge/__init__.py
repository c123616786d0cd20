"""The judge: a pure function from the log to verdicts."""
