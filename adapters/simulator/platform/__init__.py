"""The Developer Center behind the module: packages, plans, and whom it offers what."""
