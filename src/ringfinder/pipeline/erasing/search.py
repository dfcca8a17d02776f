"""Look whether any file of a workspace still names somebody: the bytes of each, and the cells of Parquet."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ringfinder.pipeline.erasing.copies import holds
from ringfinder.pipeline.erasing.texts import Words


def files_that_name(workspace: Path, words: Words) -> list[Path]:
    """Files of a workspace in which one of the words stands, relative to it."""
    found = [path for path in sorted(workspace.rglob("*")) if path.is_file() and _names(path, words)]
    return [path.relative_to(workspace) for path in found]


def _names(path: Path, words: Words) -> bool:
    if path.suffix != ".parquet":
        return holds(path.read_bytes(), words)
    table = pq.read_table(path)
    return any(_column_names(table[name], words) for name in table.column_names)


def _column_names(column: pa.ChunkedArray, words: Words) -> bool:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not pa.types.is_string(column.type):
        return False
    return any(pc.any(pc.match_substring(column, word)).as_py() for word in words.spellings())
