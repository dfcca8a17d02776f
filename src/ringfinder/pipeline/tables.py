"""Frames as files, so that what is read from memory goes the same way as what is read from a disk."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ringfinder.errors import InputError
from ringfinder.ingest.sources import table_named
from ringfinder.records.tables import TABLES

_EXACT = 2.0**53
"""Whole numbers beyond this are no longer told apart by a float."""


def write_frames(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[str]:
    """Write each frame as the Parquet file of its table; an index is left out.

    Returns
    -------
    list[str]
        Warnings about columns that had lost something before they came here.

    Raises
    ------
    InputError
        If a name is no table, two names are one, or something is no frame.
    """
    folder.mkdir(mode=0o700)
    warnings: list[str] = []
    for name, frame in frames.items():
        table = table_named(name)
        if table is None:
            near = difflib.get_close_matches(name, TABLES, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"tables are {', '.join(TABLES)}"
            raise InputError(f"there is no table {name!r}", remedy=remedy)
        if not isinstance(frame, pd.DataFrame):
            raise InputError(f"{name} is a {type(frame).__name__}", remedy="hand over pandas frames")
        path = folder / f"{table}.parquet"
        if path.exists():
            raise InputError(f"two frames hold {table}", remedy="join them with pandas.concat")
        warnings += [
            f"{name}.{column}: long numbers in a column of floats have lost digits; read it as text (dtype=str)"
            for column in _damaged(frame)
        ]
        pq.write_table(_as_arrow(frame), path)
    return warnings


def _damaged(frame: pd.DataFrame) -> list[str]:
    """Columns in which a reader made floats of accounts or IDs."""
    floats = frame.select_dtypes("float")
    return [str(name) for name, worst in floats.abs().max().items() if worst >= _EXACT]


def _as_arrow(frame: pd.DataFrame) -> pa.Table:
    """The columns by position, since headers may repeat; that is told when the table is read."""
    columns = [_column(frame.iloc[:, place]) for place in range(frame.shape[1])]
    return pa.Table.from_arrays(columns, [str(name) for name in frame.columns])


def _column(series: pd.Series[Any]) -> pa.Array:
    """A column of one type; one of several is taken as text, as a file would hold it."""
    try:
        column = pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        column = pa.array([None if pd.isna(value) else _text(value) for value in series.tolist()], pa.string())
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _text(value: Any) -> str:
    """A cell of a mixed column; whole numbers that a missing cell turned into fractions are whole again."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
