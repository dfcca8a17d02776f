"""ringfinder: finds proxy-surrender rings in an insurer's tables, and says why.

Its outputs are leads for people to judge, never verdicts about a person.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
