"""Tables of nodes and relationships, made column by column from arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray
from ringfinder.neo4j.keys import Keyring
from ringfinder.neo4j.model import LABELS, RELATIONS, Kind, Property, Triple

START, END, EXTRA = "start", "end", "extra"
"""Columns of a table beside its properties: keys of the two nodes; extra labels, joined by `;`."""

Column: TypeAlias = Any
"""A column as it comes: of Arrow, of NumPy, or a list."""


@dataclass(frozen=True)
class _Numbered:
    """Nodes of one label: number among the selected ones by number among all (-1: not selected), and keys."""

    place: IntArray
    keys: pa.Array


@dataclass
class Draft:
    """Collects tables of nodes, then of relationships between them.

    Parameters
    ----------
    unmasked
        Whether personal properties are kept.
    """

    keyring: Keyring
    unmasked: bool = False
    nodes: dict[str, pa.Table] = field(default_factory=dict)
    relations: dict[Triple, pa.Table] = field(default_factory=dict)
    _known: dict[str, _Numbered] = field(default_factory=dict)

    def add_nodes(
        self,
        label: str,
        texts: pa.Array,
        selected: BoolArray,
        columns: Mapping[str, Column],
        *,
        caption: Callable[[str], str] = str,
        extra: Mapping[str, BoolArray] | None = None,
    ) -> None:
        """Take the selected nodes of a label.

        Parameters
        ----------
        texts
            What each node is keyed by; shape (n,), and so are all columns.
        caption
            Makes what is shown of a text.
        extra
            Extra labels, and which nodes have them.
        """
        declared = LABELS[label]
        rows = np.flatnonzero(selected)
        at = pa.array(rows)
        said = texts.take(at).to_pylist()
        keys = pa.array(self.keyring.keys(declared.keyed_by, said) if declared.hashed else said, pa.string())
        place = np.full(len(selected), -1, np.int64)
        place[rows] = np.arange(len(rows))
        self._known[label] = _Numbered(place, keys)
        made = {"key": keys, "caption": pa.array([caption(text) for text in said], pa.string())}
        for one in declared.properties:
            if one.name in columns and (self.unmasked or not one.personal):
                made[one.name] = _typed(columns[one.name], one.kind, rows)
        self.nodes[label] = _table(made, declared.everywhere, len(rows), _extra(extra or {}, rows))

    def add_relations(
        self, triple: Triple, start: IntArray, end: IntArray, columns: Mapping[str, Column] | None = None
    ) -> None:
        """Take the relationships between selected nodes; of several between the same two, the first.

        Parameters
        ----------
        start, end
            Numbers of the nodes as given to `add_nodes`; negative ones are nobody.
        """
        left, right = self._places(triple.start, start), self._places(triple.end, end)
        known = np.flatnonzero((left >= 0) & (right >= 0))
        width = np.int64(max(len(self._known[triple.end].keys), 1))
        _, first = np.unique(left[known] * width + right[known], return_index=True)
        rows = known[first]
        made = {
            START: self._known[triple.start].keys.take(pa.array(left[rows])),
            END: self._known[triple.end].keys.take(pa.array(right[rows])),
        }
        properties = RELATIONS[triple.relation].properties
        for one in properties:
            if columns and one.name in columns:
                made[one.name] = _typed(columns[one.name], one.kind, rows)
        ends = (Property(START, Kind.TEXT, "", ""), Property(END, Kind.TEXT, "", ""))
        self.relations[triple] = _table(made, (*ends, *properties), len(rows), None)

    def _places(self, label: str, numbers: IntArray) -> IntArray:
        place = self._known[label].place
        found = np.full(len(numbers), -1, np.int64)
        known = numbers >= 0
        found[known] = place[numbers[known]]
        return found


def _table(made: Mapping[str, pa.Array], properties: Sequence[Property], rows: int, extra: pa.Array | None) -> pa.Table:
    columns = {one.name: made.get(one.name, pa.nulls(rows, one.kind.arrow)) for one in properties}
    if extra is not None:
        columns[EXTRA] = extra
    return pa.table(columns)


def _typed(column: Column, kind: Kind, rows: IntArray) -> pa.Array:
    """The wanted rows of a column in the type of its property; NaN is missing."""
    if isinstance(column, np.ndarray):
        return _of_numbers(column[rows], kind)
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not isinstance(whole, pa.Array):
        # An empty list says what a missing one says, and the import files cannot tell them apart.
        return pa.array([None if whole[row] == [] else whole[row] for row in rows.tolist()], kind.arrow)
    found = whole.take(pa.array(rows))
    return found if found.type == kind.arrow else found.cast(kind.arrow, safe=False)


def _of_numbers(found: IntArray | FloatArray | BoolArray, kind: Kind) -> pa.Array:
    if kind is Kind.DAY:
        missing = np.isnan(found)
        return pa.array(np.where(missing, 0, np.floor(found)).astype(np.int32), mask=missing).cast(pa.date32())
    if kind is Kind.WHOLE and found.dtype.kind == "f":
        missing = np.isnan(found)
        return pa.array(np.where(missing, 0, np.floor(found)).astype(np.int64), mask=missing)
    return pa.array(found, kind.arrow, from_pandas=True)


def _extra(extra: Mapping[str, BoolArray], rows: IntArray) -> pa.Array:
    """Extra labels of each row, joined: one text for each combination."""
    combination = np.zeros(len(rows), np.int64)
    for bit, has in enumerate(extra.values()):
        combination |= has[rows].astype(np.int64) << bit
    names = list(extra)
    texts = [";".join(name for bit, name in enumerate(names) if number >> bit & 1) for number in range(1 << len(names))]
    return pa.array(texts, pa.string()).take(pa.array(combination))
