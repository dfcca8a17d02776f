"""A list as a command prints it: as JSON for programs, as a table for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from rich.table import Table

from ringfinder.cli.options import table_console

One = TypeVar("One")


def print_list(
    found: Sequence[One],
    columns: Sequence[str],
    cells: Callable[[One], Sequence[str]],
    as_json: Callable[[One], Any] | None,
) -> None:
    """Print a list.

    Parameters
    ----------
    columns
        Headings of the table.
    cells
        What a line of the table says, shape (columns,).
    as_json
        What stands for one in JSON; None for a table.
    """
    if as_json is not None:
        click.echo(json.dumps([as_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for name in columns:
        table.add_column(name, overflow="fold")
    for one in found:
        table.add_row(*cells(one))
    table_console().print(table)
