"""What `atverdict bench` is made of."""
