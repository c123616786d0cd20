"""Reports on a bench: many devices side by side."""
