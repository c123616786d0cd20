"""The judge: from the log to verdicts, and nothing else asked."""
