"""From the conformance log to what people and CI read."""
