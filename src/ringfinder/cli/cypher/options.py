"""Options and tables that the commands of `ringfinder cypher` share."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from ringfinder.cli.options import table_console
from ringfinder.cli.speech import Say
from ringfinder.neo4j.library import FOLDER_VARIABLE, CypherFile

Command = Callable[..., Any]


def folder_option(command: Command) -> Command:
    """`--folder`: a site's own files."""
    return click.option(
        "--folder",
        type=click.Path(path_type=Path),
        help=f"Folder of your own Cypher files, beside ours [default: ${FOLDER_VARIABLE}].",
    )(command)


def param_option(command: Command) -> Command:
    """`--param`, as often as wanted, handed on as `given`."""
    return click.option(
        "--param", "given", multiple=True, metavar="NAME=VALUE", help="Set a parameter; may be repeated."
    )(command)


def print_files(files: Sequence[CypherFile], say: Say, *, as_json: bool) -> None:
    """A line for each file."""
    if as_json:
        click.echo(json.dumps([described(one) for one in files], ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for zh, en in (("编号", "id"), ("类型", "typology"), ("线索", "leads"), ("标题", "title")):
        table.add_column(say(zh, en), overflow="fold")
    for one in files:
        table.add_row(one.id, one.typology, "✓" if one.lead else "", say(one.zh, one.en))
    table_console().print(table)


def described(one: CypherFile) -> dict[str, object]:
    """The header of a file as JSON."""
    return {
        "id": one.id,
        "version": one.version,
        "title": {"zh": one.zh, "en": one.en},
        "purpose": {"zh": one.purpose_zh, "en": one.purpose_en},
        "category": one.category,
        "typology": one.typology,
        "part": one.part,
        "mode": one.mode,
        "maturity": one.maturity,
        "lead": one.lead,
        "needs": list(one.needs),
        "own": one.own,
        "params": [{"name": p.name, "type": p.type, "default": p.value, "zh": p.zh, "en": p.en} for p in one.params],
        "returns": [{"name": name, "type": kind} for name, kind in one.returns],
        "identity": list(one.identity),
    }
