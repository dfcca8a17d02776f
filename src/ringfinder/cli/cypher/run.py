"""`ringfinder cypher run ID`: run a query that reads, with a time limit."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table as Printed

from ringfinder.cli.cypher.options import folder_option, param_option
from ringfinder.cli.neo4j.options import home_option
from ringfinder.cli.options import json_option, language_option, plain_console, table_console
from ringfinder.cli.speech import Say
from ringfinder.neo4j.connection import connected, find_address
from ringfinder.neo4j.library import Library
from ringfinder.neo4j.runner import TIMEOUT, Table, run
from ringfinder.report.written import visible


@click.command("run")
@click.argument("name", metavar="ID")
@param_option
@click.option("--timeout", default=TIMEOUT, show_default=True, metavar="SECONDS", help="Most seconds it may take.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@folder_option
@home_option
@language_option
@json_option
def command(
    name: str,
    given: tuple[str, ...],
    timeout: float,
    folder: Path | None,
    home: Path,
    say: Say,
    *,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Run a query of the library. Only reading ones are run, whatever their text says.

    ID may be the end of its name, or its number such as t01.
    """
    file = Library.open(folder).find(name)
    values = file.values(given)
    with connected(find_address(home)) as driver:
        table = run(driver, file, values, timeout)
    if as_json:
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        said = {"id": file.id, "version": file.version, "params": values, "rows": rows, "of": table.of}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    elif as_csv:
        _print_csv(table)
    else:
        _print_table(table, say)


def _print_csv(table: Table) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)


def _print_table(table: Table, say: Say) -> None:
    printed = Printed(box=None, pad_edge=False, padding=(0, 2))
    shown = [place for place, name in enumerate(table.columns) if name != "of"]
    for place in shown:
        printed.add_column(table.columns[place], overflow="fold")
    for row in table.rows:
        printed.add_row(*(visible(_cell(row[place])) for place in shown))
    table_console().print(printed)
    plain_console().print(say(f"{len(table.rows)} 行，共 {table.of}", f"{len(table.rows)} of {table.of}"))


def _cell(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Sequence) and not isinstance(cell, str) and all(isinstance(one, str) for one in cell):
        return "; ".join(cell)
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else str(cell)
