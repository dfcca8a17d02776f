"""What leaves ringfinder: files for people and other systems, masked unless somebody with a purpose asks."""
