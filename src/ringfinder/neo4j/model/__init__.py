"""The one declaration of the graph in Neo4j: labels, relationship types, keys and properties.

The schema files, the loader's statements, the import files and `docs/graph-model.md` are rendered from it.
"""

from __future__ import annotations

from ringfinder.neo4j.model.declaration import Kind, Label, Property, Relation, Triple
from ringfinder.neo4j.model.labels import EXTRA_LABELS, HELD_LABELS, LABELS, STAMPS, VALUE_LABELS
from ringfinder.neo4j.model.relations import RELATIONS, TRIPLES

__all__ = [
    "EXTRA_LABELS",
    "HELD_LABELS",
    "LABELS",
    "RELATIONS",
    "STAMPS",
    "TRIPLES",
    "VALUE_LABELS",
    "Kind",
    "Label",
    "Property",
    "Relation",
    "Triple",
]
