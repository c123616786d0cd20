"""The specification and conformance test suite of the QuecThing AT SOTA flow."""

__all__ = ["__version__"]

__version__ = "0.1.0"
