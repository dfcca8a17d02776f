"""Making a whole portfolio: world, rings, honest life, tables, and the truth beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.records.tables import TABLES
from ringfinder.simulate.families import PORTFOLIOS, Scenario
from ringfinder.simulate.honest import REGISTERED, honest_life
from ringfinder.simulate.intake import Intake, Stock, make_intake, ordinary
from ringfinder.simulate.rings import plant
from ringfinder.simulate.slips import with_slips
from ringfinder.simulate.staged import stage
from ringfinder.simulate.tables import all_tables
from ringfinder.simulate.truth import write_truth
from ringfinder.simulate.typologies import REQUESTS, beside, calm, plain, play, write_typologies
from ringfinder.simulate.world import World, make_world

FEWEST = 100
FORMATS, HEADERS = ("csv", "parquet"), ("en", "zh")
_OURS = frozenset(name for table in TABLES.values() for name in (table.name, *table.zh)) | {
    "labels",
    "roles",
    "honest",
    "staged",
    "typologies",
}


def simulate(
    scenario: str,
    requests: int,
    seed: int,
    out: Path,
    *,
    file_format: str = "csv",
    headers: str = "en",
    force: bool = False,
) -> Mapping[str, int]:
    """Write a portfolio into `out` and its truth into ``<out>.labels``.

    Parameters
    ----------
    scenario
        A name of `PORTFOLIOS`.
    requests
        Number of surrender requests, at least 100.
    seed
        The same seed gives the same bytes; seeds from 1000 on are kept for judging.
    file_format, headers
        ``csv`` or ``parquet``; ``en`` or ``zh``.
    force
        Replace a portfolio that is there.

    Returns
    -------
    Mapping
        Rows of each table.

    Raises
    ------
    InputError
        If the scenario is unknown, the number too small, or `out` holds something that may not go.
    SurroundingsError
        If `out` cannot be written.
    """
    _check_asked(scenario, requests, seed, file_format, headers)
    labels = out.with_name(out.name + ".labels")
    for folder in (out, labels):
        _check_empty(folder, force=force)
    for folder in (out, labels):
        _make_empty(folder)
    chosen = PORTFOLIOS[scenario]
    world = make_world(requests - (REQUESTS if chosen.typologies else 0), seed)
    intake = _crowd(chosen, world)
    tables, names = all_tables(intake, chosen)
    if chosen.staged:
        tables = with_slips(tables, world.chance)
    cast = None
    if chosen.typologies:
        tables, cast = play(intake, names, tables)
    try:
        for name, table in tables.items():
            _write(out, name, table, file_format, headers)
        write_truth(labels, intake, names, beside(cast) if cast else None)
        if cast:
            write_typologies(labels, cast)
    except OSError as error:
        raise SurroundingsError(
            f"{out} cannot be written: {error}", remedy="make room, or choose another place"
        ) from None
    return {name: table.num_rows for name, table in tables.items()}


def _crowd(chosen: Scenario, world: World) -> Intake:
    """All requests that are drawn."""
    if chosen.typologies:
        calm(world)
    intake, stock = make_intake(world), Stock(world)
    _register_counters(intake)
    rings = stage(intake, stock) if chosen.staged else 0
    if chosen.operators.share:
        plant(intake, stock, chosen.operators, rings)
    if not chosen.typologies:
        honest_life(intake, stock, chosen.look_alikes)
    ordinary(intake, stock)
    if chosen.typologies:
        plain(intake)
    return intake


def _check_asked(scenario: str, requests: int, seed: int, file_format: str, headers: str) -> None:
    """Refuse what cannot be made."""
    if scenario not in PORTFOLIOS:
        raise InputError(f"no scenario {scenario!r}", remedy=f"one of {', '.join(PORTFOLIOS)}")
    least = FEWEST + (REQUESTS if PORTFOLIOS[scenario].typologies else 0)
    if requests < least:
        raise InputError(
            f"{requests} requests are too few", remedy=f"at least {least}: a ring needs a crowd to hide in"
        )
    if seed < 0:
        raise InputError(f"{seed} is no seed", remedy="0 or more")
    if file_format not in FORMATS or headers not in HEADERS:
        raise InputError(f"no portfolio as {file_format} with headers {headers}", remedy="csv or parquet; en or zh")


def _register_counters(intake: Intake) -> None:
    """Most devices and gateways of branches are listed, and so are their phones."""
    world = intake.world
    for branch in range(len(world.branch_district)):
        desks = [-10 - (branch * 4 + number) for number in range(4)]
        listed = [("device", desk, "branch") for desk in desks]
        listed += [("ip", -10 - branch, "branch"), ("phone", int(world.branch_phone[branch]), "branch")]
        intake.registry += [one for one in listed if world.chance.random() < REGISTERED]


def _check_empty(folder: Path, *, force: bool) -> None:
    """Refuse what is no folder, what holds something, and under `force` what is no portfolio."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file", remedy="name a folder")
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    if there and not force:
        raise InputError(f"{folder} is not empty", remedy="name another folder, or replace it with --force")
    ours = {f"{name}.{ending}" for name in _OURS for ending in FORMATS}
    strange = [path.name for path in there if path.name not in ours or not path.is_file()]
    if strange:
        # A slip of the pen must not cost a home folder.
        raise InputError(
            f"{folder} holds {strange[0]}, which no portfolio has",
            remedy="name another folder: --force replaces portfolios alone",
        )


def _make_empty(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
    except OSError as error:
        raise SurroundingsError(f"{folder} cannot be made: {error.strerror}", remedy="choose another place") from None


def _write(out: Path, name: str, table: pa.Table, file_format: str, headers: str) -> None:
    contract = TABLES[name]
    if headers == "zh":
        table = table.rename_columns([contract.by_name[column].zh[0] for column in table.column_names])
        name = contract.zh[0]
    if file_format == "parquet":
        pq.write_table(table, out / f"{name}.parquet")
    else:
        pacsv.write_csv(table, out / f"{name}.csv", pacsv.WriteOptions(quoting_style="needed"))
