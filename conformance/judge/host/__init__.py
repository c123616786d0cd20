"""The host role: the suite is the module and the platform, and the MCU's firmware is the IUT."""
