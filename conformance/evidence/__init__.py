"""The conformance log, and what can be read from it before anything is judged."""
