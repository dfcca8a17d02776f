"""Lists of whatever kind: places in them that a reader can come back to, and whole ones as sheets."""
