"""Reports: what people and CI read of a conformance log."""
