"""The reference module and the Developer Center behind it, on virtual time."""
