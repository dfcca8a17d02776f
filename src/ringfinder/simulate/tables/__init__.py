"""The tables that an insurer would hand over, made from the world and its intake."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ringfinder.simulate.families import Scenario
from ringfinder.simulate.filed import make_changes
from ringfinder.simulate.intake import Intake
from ringfinder.simulate.tables.complaints import complaints_table
from ringfinder.simulate.tables.naming import Names
from ringfinder.simulate.tables.parties import (
    agents_table,
    changes_table,
    history_table,
    persons_table,
    relations_table,
)
from ringfinder.simulate.tables.policies import policies_table
from ringfinder.simulate.tables.requests import requests_table
from ringfinder.simulate.tables.service import (
    access_table,
    callbacks_table,
    claims_table,
    registry_table,
    visits_table,
    watchlist_table,
)

__all__ = ["Names", "all_tables"]


def all_tables(intake: Intake, scenario: Scenario) -> tuple[dict[str, pa.Table], Names]:
    """Every table by name, rows shuffled, all cells text."""
    world = intake.world
    bought = np.flatnonzero(intake.new_agent >= 0)
    names = Names(world, len(bought))
    changes = make_changes(intake)
    complaints, complaint_of = complaints_table(intake, scenario, names)
    tables = {
        "surrender_requests": requests_table(intake, scenario, names, complaint_of),
        "persons": persons_table(intake, scenario, names, changes),
        "policies": policies_table(intake, names, bought),
        "agents": agents_table(world, names),
        "complaints": complaints,
        "contact_changes": changes_table(intake, scenario, names, changes),
        "relations": relations_table(world, names),
        "visits": visits_table(intake, names),
        "callbacks": callbacks_table(intake, names),
        "claims": claims_table(world, names),
        "data_access": access_table(intake, names),
        "known_attributes": registry_table(intake),
        "watchlist": watchlist_table(intake),
    }
    if scenario.contacts == "history":
        tables["contacts"] = history_table(intake, names, changes)
    shuffled = {name: rows.take(pa.array(world.chance.permutation(rows.num_rows))) for name, rows in tables.items()}
    return shuffled, names
