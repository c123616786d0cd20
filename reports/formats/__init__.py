"""Files for programs, and texts for a terminal: one report a module."""
