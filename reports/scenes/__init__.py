"""Scenes: the conversation around a finding, and its diagrams."""
