"""Files for ``neo4j-admin database import full``: for a first load too big for Bolt.

One CSV file with a header file of its own for each label and each combination of labels and type; the
node that says what the graph holds is among them, so that a later sync knows it.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from ringfinder.neo4j.model import LABELS, RELATIONS, Kind, Property, Triple
from ringfinder.neo4j.projection import END, EXTRA, START, Projection
from ringfinder.neo4j.sync.state import PROJECTION_KEY, wanted_state

DELIMITER = "\x1f"
"""Between the items of a list: a character that no text of ours holds."""

COMMAND = "import.sh"
_WRITTEN = pacsv.WriteOptions(include_header=False, quoting_style="needed")


def export(projection: Projection, folder: Path) -> list[str]:
    """Write the files; return the arguments of ``neo4j-admin``, which also stand in `import.sh`.

    Parameters
    ----------
    folder
        A new or empty folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    arguments = ["database", "import", "full", "neo4j", "--overwrite-destination", "--array-delimiter=U+001F"]
    for label, table in {**projection.nodes, "Projection": _stated(projection)}.items():
        if table.num_rows:
            names = _write_nodes(folder, label, _stamped(table, projection))
            arguments.append(f"--nodes={label}={','.join(names)}")
    for number, (triple, table) in enumerate(projection.relations.items()):
        if table.num_rows:
            names = _write_relations(folder, number, triple, _stamped(table, projection))
            arguments.append(f"--relationships={triple.relation}={','.join(names)}")
    _write_command(folder, arguments)
    for path in folder.iterdir():
        path.chmod(0o600)
    return arguments


def _stated(projection: Projection) -> pa.Table:
    """The one node that says what the graph holds."""
    held = wanted_state(projection, 1)
    said = {"key": PROJECTION_KEY, "caption": "ringfinder", **{name: getattr(held, name) for name in _STATED}}
    columns = {one.name: pa.array([said.get(one.name)], one.kind.arrow) for one in LABELS["Projection"].everywhere}
    return pa.table({**columns, EXTRA: pa.array([""], pa.string())})


_STATED = ("state", "scope", "masked", "key_id", "model", "content")


def _stamped(table: pa.Table, projection: Projection) -> pa.Table:
    rows = table.num_rows
    run = pa.array([projection.run_id], pa.string()).take(pa.array([0] * rows, pa.int64()))
    return table.append_column("run", run).append_column("sync", pa.array([1] * rows, pa.int64()))


def _write_nodes(folder: Path, label: str, table: pa.Table) -> tuple[str, str]:
    key, *others = LABELS[label].everywhere
    header = [f"{key.name}:ID({label})", *map(_typed, others), ":LABEL", *_STAMPS]
    columns = [key.name, *(one.name for one in others), EXTRA, "run", "sync"]
    labels = pc.replace_substring(table[EXTRA], ";", DELIMITER)
    table = table.set_column(table.column_names.index(EXTRA), EXTRA, labels)
    return _write(folder, label.lower(), header, table.select(columns))


def _write_relations(folder: Path, number: int, triple: Triple, table: pa.Table) -> tuple[str, str]:
    properties = RELATIONS[triple.relation].properties
    header = [f":START_ID({triple.start})", f":END_ID({triple.end})", *map(_typed, properties), *_STAMPS]
    columns = [START, END, *(one.name for one in properties), "run", "sync"]
    name = f"{number:02d}-{triple.start}-{triple.relation}-{triple.end}".lower()
    return _write(folder, name, header, table.select(columns))


_STAMPS = ("run:string", "sync:long")


def _typed(one: Property) -> str:
    return f"{one.name}:{one.kind.imported}"


def _write(folder: Path, name: str, header: Sequence[str], table: pa.Table) -> tuple[str, str]:
    (folder / f"{name}.header.csv").write_text(",".join(header) + "\n", encoding="utf-8")
    columns = [_as_text(column) for column in table.columns]
    pacsv.write_csv(pa.table(columns, names=table.column_names), folder / f"{name}.csv", _WRITTEN)
    return f"{name}.header.csv", f"{name}.csv"


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Lists joined, moments as ISO 8601; the rest as it is."""
    if pa.types.is_list(column.type):
        return pc.binary_join(column, DELIMITER)
    if column.type == Kind.MOMENT.arrow:
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%S")
    return column


def _write_command(folder: Path, arguments: Sequence[str]) -> None:
    lines = [
        "#!/bin/sh",
        "# Imports these files into the database `neo4j`, whose server must be stopped, and replaces what is there.",
        "# NEO4J_HOME names the home of the server; NEO4J_ADMIN the command, where it is not on the path.",
        "set -eu",
        'cd "$(dirname "$0")"',
        f'exec "${{NEO4J_ADMIN:-neo4j-admin}}" {" ".join(map(shlex.quote, arguments))}',
    ]
    (folder / COMMAND).write_text("\n".join(lines) + "\n", encoding="utf-8")
