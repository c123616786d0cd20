"""The reference host: an MCU that does the whole flow properly, and its faults."""
