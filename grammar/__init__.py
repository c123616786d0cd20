"""The wire format of the flow: octets to typed messages and back, without I/O."""
