"""How octets reach an implementation under test (IUT), and how time passes."""
