"""Bring the graph in Neo4j to what a projection says: all of it, or what changed."""

from __future__ import annotations

from ringfinder.neo4j.sync.compare import Difference, compare
from ringfinder.neo4j.sync.drop import drop
from ringfinder.neo4j.sync.load import Report, check_scope, synchronise
from ringfinder.neo4j.sync.state import Held, read_held

__all__ = ["Difference", "Held", "Report", "check_scope", "compare", "drop", "read_held", "synchronise"]
