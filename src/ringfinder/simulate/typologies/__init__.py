"""One planted case of every typology, and its honest look-alikes, among a crowd of ordinary requests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from ringfinder.simulate.intake import Intake
from ringfinder.simulate.tables.naming import Names
from ringfinder.simulate.truth import Beside
from ringfinder.simulate.typologies import agents, contacts, letters
from ringfinder.simulate.typologies.cast import Cast
from ringfinder.simulate.world import NEVER, World

REQUESTS = 223
"""Requests of all cases together."""

CASES: tuple[Callable[[Cast], None], ...] = (
    contacts.shared_contact,
    contacts.takeover,
    letters.template_letter,
    letters.mailing_origin,
    contacts.delegate_hub,
    contacts.shared_payee,
    contacts.shared_device,
    agents.ex_agent,
    agents.poach,
    agents.commission,
    letters.second_bite,
    agents.collective_visit,
    letters.escalation,
)


def calm(world: World) -> None:
    """Keep the crowd out of the cases: nobody in it leaves a book behind.

    So many of a crowd surrender that its later leavers look worse than its earlier ones.
    """
    world.agent_left[:] = NEVER


def plain(intake: Intake) -> None:
    """Everybody of the crowd gets their own money: a relative whom nobody recorded looks like a stranger."""
    other = np.flatnonzero(intake.other_payee)
    intake.account[other] = intake.world.account[intake.person[other]]
    intake.other_payee[other], intake.payee[other] = False, -1


def play(intake: Intake, names: Names, tables: dict[str, pa.Table]) -> tuple[dict[str, pa.Table], Cast]:
    """The tables with all cases in them, and the cases."""
    cast = Cast(intake, names, tables)
    for case in CASES:
        case(cast)
    return {name: cast.table(name) for name in tables}, cast


def beside(cast: Cast) -> Beside:
    """What the truth says of the requests of the cases."""
    made = [str(row["request_id"]) for row in cast.rows["surrender_requests"]]
    return Beside(
        made, [cast.ring.get(one, -1) for one in made], [cast.cause.get(one, "") for one in made], cast.links()
    )


def write_typologies(folder: Path, cast: Cast) -> None:
    """`typologies.csv`: what the pattern of each typology is to find, and what it is not to find."""
    truths = sorted(cast.truths, key=lambda one: (int(one.typology[1:]), not one.planted, one.kind, one.entity))
    table = pa.table(
        {
            "typology": [one.typology for one in truths],
            "planted": ["y" if one.planted else "n" for one in truths],
            "entity_kind": [one.kind for one in truths],
            "entity": [one.entity for one in truths],
            "request_ids": [" ".join(sorted(one.requests)) for one in truths],
        }
    )
    pacsv.write_csv(table, folder / "typologies.csv", pacsv.WriteOptions(quoting_style="needed"))
