"""Cypher rendered from the declaration: constraints and indexes, and the statements of the loader.

Names come from the declaration alone; values always travel as parameters. Rows are lists in the order of
the columns, which pack into a third less than maps.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from ringfinder.neo4j.model import EXTRA_LABELS, LABELS, RELATIONS, TRIPLES, Kind, Property, Triple

_WORD = re.compile(r"(?<!^)(?=[A-Z])")
_STAMPS = "{0}.run = $run, {0}.sync = $sync"
_OLDER = "{0}.sync <> $sync"
_STALE = "({0}.sync IS NULL OR {0}.sync <> $sync)"


def _snake(name: str) -> str:
    return _WORD.sub("_", name).lower()


def constraint_names() -> dict[str, str]:
    """Constraint by label."""
    return {label: f"{_snake(label)}_key" for label in LABELS}


def index_names() -> dict[str, tuple[str, str]]:
    """Label and property of each index."""
    return {
        f"{_snake(label.name)}_{one.name}": (label.name, one.name)
        for label in LABELS.values()
        for one in label.properties
        if one.indexed
    }


def constraints() -> list[str]:
    """One node for each key."""
    return [
        f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.key IS UNIQUE"
        for label, name in constraint_names().items()
    ]


def indexes() -> list[str]:
    """What analysts look nodes up by."""
    return [
        f"CREATE INDEX {name} IF NOT EXISTS FOR (n:{label}) ON (n.{one})"
        for name, (label, one) in index_names().items()
    ]


def model_hash() -> str:
    """Hash of the declaration: another one needs the whole graph written anew."""
    shape = [*constraints(), *(upsert_nodes(label, ()) for label in LABELS), *(upsert_relations(t) for t in TRIPLES)]
    return hashlib.sha256("\n".join(shape).encode()).hexdigest()[:16]


# Days and moments travel as text: the driver takes longer to pack one of its own than the server to read it.
_READ = {Kind.DAY: "date({})", Kind.MOMENT: "localdatetime({})"}


def _assignments(name: str, properties: Sequence[Property], first: int) -> str:
    cells = [_READ.get(one.kind, "{}").format(f"row[{place}]") for place, one in enumerate(properties, first)]
    return ", ".join(f"{name}.{one.name} = {cell}" for one, cell in zip(properties, cells, strict=True))


def upsert_nodes(label: str, extra: Sequence[str], *, fresh: bool = False) -> str:
    """Write nodes of a label that have exactly these extra labels; rows are keys, then all other properties.

    Parameters
    ----------
    fresh
        No node of the label is there yet, so there is no extra label to take away.
    """
    declared = LABELS[label]
    key, *others = declared.everywhere
    lines = [
        "UNWIND $rows AS row",
        f"MERGE (n:{label} {{{key.name}: row[0]}})",
        f"SET {_assignments('n', others, 1)}, {_STAMPS.format('n')}",
    ]
    away = [name for name in EXTRA_LABELS if name not in extra]
    if away and not fresh:
        lines.append("REMOVE " + ", ".join(f"n:{name}" for name in away))
    if extra:
        lines.append("SET " + ", ".join(f"n:{name}" for name in extra))
    return "\n".join(lines)


def upsert_relations(triple: Triple) -> str:
    """Write relationships; rows are the keys of both ends, then all properties."""
    properties = RELATIONS[triple.relation].properties
    assigned = _assignments("r", properties, 2)
    return "\n".join(
        [
            "UNWIND $rows AS row",
            f"MATCH (a:{triple.start} {{key: row[0]}})",
            f"MATCH (b:{triple.end} {{key: row[1]}})",
            f"MERGE (a)-[r:{triple.relation}]->(b)",
            f"SET {assigned + ', ' if assigned else ''}{_STAMPS.format('r')}",
        ]
    )


def _in_parts(match: str, name: str, work: str, where: str = "") -> str:
    """Work on `$most` of the matched elements at a time; the number of them says when none is left."""
    chosen = f"{match} WHERE {where.format(name)}" if where else match
    return f"{chosen} WITH {name} LIMIT $most {work} RETURN count(*) AS n"


def stamp_nodes(label: str) -> str:
    """Confirm nodes that did not change."""
    return _in_parts(f"MATCH (n:{label})", "n", f"SET {_STAMPS.format('n')}", _OLDER)


def stamp_relations(triple: Triple) -> str:
    """Confirm relationships that did not change."""
    return _in_parts(_between(triple), "r", f"SET {_STAMPS.format('r')}", _OLDER)


def delete_nodes(label: str) -> str:
    """Remove nodes by their keys."""
    return f"UNWIND $rows AS row MATCH (n:{label} {{key: row[0]}}) DETACH DELETE n"


def delete_relations(triple: Triple) -> str:
    """Remove relationships by the keys of their ends."""
    return (
        f"UNWIND $rows AS row MATCH (a:{triple.start} {{key: row[0]}})-[r:{triple.relation}]->"
        f"(b:{triple.end} {{key: row[1]}}) DELETE r"
    )


def delete_stale_nodes(label: str) -> str:
    """Remove nodes that this sync has not seen, also those that somebody else made."""
    return _in_parts(f"MATCH (n:{label})", "n", "DETACH DELETE n", _STALE)


def delete_stale_relations(triple: Triple) -> str:
    """Remove relationships that this sync has not seen, also those that somebody else made."""
    return _in_parts(_between(triple), "r", "DELETE r", _STALE)


def delete_all_relations(triple: Triple) -> str:
    """Remove every relationship between such nodes, a part at a time."""
    return _in_parts(_between(triple), "r", "DELETE r")


def count_nodes(label: str) -> str:
    """How many nodes of a label there are; the server keeps that number."""
    return f"MATCH (n:{label}) RETURN count(n) AS n"


def count_type(relation: str) -> str:
    """How many relationships of a type there are, whatever they join; the server keeps that number."""
    return f"MATCH ()-[r:{relation}]->() RETURN count(r) AS n"


def count_relations(triple: Triple) -> str:
    """How many relationships there are between such nodes; the server counts them one by one."""
    return f"{_between(triple)} RETURN count(r) AS n"


def delete_all_nodes(label: str) -> str:
    """Remove every node of a label, a part at a time."""
    return _in_parts(f"MATCH (n:{label})", "n", "DETACH DELETE n")


def _between(triple: Triple) -> str:
    return f"MATCH (:{triple.start})-[r:{triple.relation}]->(:{triple.end})"


def schema_file(statements: Sequence[str], title: str, purpose: str, name: str) -> str:
    """Text of a file of `cypher/schema/`, as Browser takes it."""
    head = [
        f"// id: schema/{name}",
        "// version: 1",
        f"// title: {title}",
        f"// purpose: {purpose}",
        "// category: schema",
        "// mode: schema",
        "// maturity: stable",
        "// Rendered from ringfinder.neo4j.model; a test holds the text equal.",
        "",
    ]
    return "\n".join([*head, *(f"{statement};" for statement in statements), ""])
