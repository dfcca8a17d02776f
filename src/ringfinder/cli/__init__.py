"""The command line: each command is a module of its own, imported when it is called."""

from ringfinder.cli.root import main

__all__ = ["main"]
