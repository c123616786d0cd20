"""Adapters: the ways to an implementation under test (IUT), each with a time of its own."""
