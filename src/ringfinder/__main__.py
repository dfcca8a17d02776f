"""`python -m ringfinder` is the same as the command `ringfinder`."""

from ringfinder.cli import main

main()
