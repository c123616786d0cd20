"""The module and the platform that a host under test meets."""
