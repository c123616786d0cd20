"""The judge of the host role: the MCU is the IUT, and the suite plays module and platform."""
