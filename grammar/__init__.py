"""What the flow looks like on the wire: octets to typed messages and back, without I/O."""
