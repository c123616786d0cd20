"""What a run is made of before its first octet: PIXIT, PICS, selection, programme."""
