"""Conformance: an IUT is driven, watched and judged."""
