"""What a label, a relationship type and a property are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import pyarrow as pa


class Kind(Enum):
    """Type of a property: name in Cypher's own terms, type of the import files, type of its column."""

    TEXT = ("STRING", "string", pa.string())
    WHOLE = ("INTEGER", "long", pa.int64())
    REAL = ("FLOAT", "double", pa.float64())
    FLAG = ("BOOLEAN", "boolean", pa.bool_())
    DAY = ("DATE", "date", pa.date32())
    MOMENT = ("LOCAL DATETIME", "localdatetime", pa.timestamp("us"))
    TEXTS = ("LIST<STRING NOT NULL>", "string[]", pa.list_(pa.string()))

    def __init__(self, cypher: str, imported: str, arrow: pa.DataType) -> None:
        self.cypher = cypher
        self.imported = imported
        self.arrow = arrow


@dataclass(frozen=True, slots=True)
class Property:
    """One property.

    Parameters
    ----------
    zh, en
        What it means.
    indexed
        Whether analysts look nodes up by it.
    personal
        Raw personal data: in Neo4j only after ``sync --unmasked``.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    indexed: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """One label; the nodes of it are told apart by their `key`.

    Parameters
    ----------
    keyed_by
        What the key is made of: the kind that `ringfinder neo4j key` takes, or the property that is
        the key as it stands where `hashed` is false.
    """

    name: str
    zh: str
    en: str
    keyed_by: str
    properties: tuple[Property, ...]
    hashed: bool = True

    @property
    def everywhere(self) -> tuple[Property, ...]:
        """Its properties with those that every node has."""
        return (*_NODE, *self.properties)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship type between nodes of some labels; at most one for each pair of nodes."""

    name: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    zh: str
    en: str
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Triple:
    """A relationship type with the labels of both its ends: what is loaded together."""

    start: str
    relation: str
    end: str

    def __str__(self) -> str:
        return f"(:{self.start})-[:{self.relation}]->(:{self.end})"


_NODE = (
    Property("key", Kind.TEXT, "唯一键", "what tells the node apart"),
    Property("caption", Kind.TEXT, "显示名（已遮蔽）", "what Browser shows, masked"),
)
