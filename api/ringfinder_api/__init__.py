"""The HTTP service of ringfinder."""
