"""`certificate.pdf`: its contents, its languages, and how it is set."""
