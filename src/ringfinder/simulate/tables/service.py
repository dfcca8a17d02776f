"""What the insurer did and learnt around the requests."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ringfinder.simulate import text
from ringfinder.simulate.intake import Intake
from ringfinder.simulate.tables.naming import Names, operators, random_ids
from ringfinder.simulate.tables.requests import devices, ips
from ringfinder.simulate.world import SPAN, World

WATCHED = 0.1
"""Share of rings of which one number was confirmed in an earlier case."""


def visits_table(intake: Intake, names: Names) -> pa.Table:
    """People at a counter with a demand."""
    chance, visits = intake.world.chance, intake.visits
    row, branch, day, speaker = (
        (np.array(column, np.int64) for column in zip(*visits, strict=True)) if visits else (np.zeros(0, np.int64),) * 4
    )
    count = len(row)
    return pa.table(
        {
            "visit_id": random_ids(chance, "V", count),
            "visited_at": text.moments(day + chance.uniform(0.38, 0.42, count)),
            "branch_code": names.branch.take(pa.array(branch)),
            "person_id": names.person.take(pa.array(intake.person[row])),
            "party_size": text.numbers(chance.integers(1, 6, count)),
            "demand": text.pick(("要求全额退保", "要求给个说法", "要求查处业务员"), chance.integers(0, 3, count)),
            "policy_no": names.policy.take(pa.array(intake.policy[row])),
            "spokesperson_phone": text.numbers(speaker),
        }
    )


def callbacks_table(intake: Intake, names: Names) -> pa.Table:
    """The insurer calls some of them; clients of an operator are seldom reached themselves."""
    world, chance = intake.world, intake.world.chance
    rows = np.flatnonzero((chance.random(world.requests) < 0.08) & (intake.when < SPAN - 5))
    ring = intake.ring[rows] >= 0
    filed = chance.random(len(rows)) < 0.5

    def answers(honest: float, member: float) -> pa.Array:
        drawn = chance.random(len(rows))
        yes = drawn < np.where(ring, member, honest)
        return text.blank(text.pick(("n", "y"), yes.astype(np.int64)), chance.random(len(rows)) < 0.85)

    return pa.table(
        {
            "callback_id": random_ids(chance, "K", len(rows)),
            "policy_no": names.policy.take(pa.array(intake.policy[rows])),
            "called_at": text.moments(intake.when[rows] + chance.uniform(0.5, 4, len(rows))),
            "number": text.numbers(np.where(filed, world.phone[intake.person[rows]], intake.phone[rows])),
            "answered_by_self": answers(0.93, 0.6),
            "signed_by_self": answers(0.96, 0.7),
            "knows_loss": answers(0.9, 0.6),
            "letter_is_own": answers(0.9, 0.5),
            "paid_a_fee": answers(0.02, 0.3),
        }
    )


def claims_table(world: World, names: Names) -> pa.Table:
    """Claims in the life of the policies."""
    chance = world.chance
    policies = np.flatnonzero((chance.random(len(world.issued)) < 0.04) & (world.issued < SPAN - 60))
    count = len(policies)
    return pa.table(
        {
            "claim_id": random_ids(chance, "L", count),
            "policy_no": names.policy.take(pa.array(policies)),
            "claimed_at": text.moments(chance.uniform(world.issued[policies] + 30, SPAN)),
            "kind": text.pick(("medical", "accident"), chance.integers(0, 2, count)),
            "amount": text.money(np.round(np.exp(chance.normal(7.5, 1, count)), 2)),
        }
    )


def access_table(intake: Intake, names: Names) -> pa.Table:
    """Who looked at which policy; where a book was sold from inside, one clerk looked at many before."""
    world, chance = intake.world, intake.world.chance
    policies = np.flatnonzero(chance.random(len(world.issued)) < 0.15)
    when = chance.uniform(0, SPAN, len(policies))
    clerks = chance.integers(0, 400, len(policies))
    sold = [ring for ring in range(int(intake.ring.max(initial=-1)) + 1) if chance.random() < 0.15]
    for ring in sold:
        rows = np.flatnonzero(intake.ring == ring)
        rows = rows[chance.random(len(rows)) < 0.7]
        day = max(float(intake.when[rows].min(initial=SPAN)) - float(chance.uniform(5, 60)), 1.0)
        policies = np.concatenate([policies, intake.policy[rows]])
        when = np.concatenate([when, day + chance.uniform(0, 0.3, len(rows))])
        clerks = np.concatenate([clerks, np.full(len(rows), chance.integers(0, 400))])
    return pa.table(
        {
            "policy_no": names.policy.take(pa.array(policies)),
            "accessed_at": text.moments(when),
            "operator": operators(clerks),
        }
    )


def _shown(intake: Intake, kind: str, value: int) -> str:
    """One value as it is written in a registry."""
    place, neat = np.array([value]), np.zeros(1, np.int64)
    match kind:
        case "address":
            return str(text.addresses(intake.world.addresses, place, neat)[0])
        case "phone":
            return str(text.phones(place, neat)[0])
        case "email":
            return str(text.emails(place)[0])
        case "device":
            return str(devices(place)[0])
        case "ip":
            return str(ips(place)[0])
        case _:
            return str(text.numbers(place)[0])


def registry_table(intake: Intake) -> pa.Table:
    """What the insurer knows to be shared honestly; each value once."""
    listed = dict.fromkeys((kind, _shown(intake, kind, value), use) for kind, value, use in intake.registry)
    kinds, values, uses = zip(*listed, strict=True) if listed else ((), (), ())
    columns = {"kind": kinds, "value": values, "class": uses}
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def watchlist_table(intake: Intake) -> pa.Table:
    """A few numbers of operators known from earlier cases, and a few that were listed by mistake."""
    chance = intake.world.chance
    rows = np.flatnonzero((intake.ring >= 0) & intake.other_payee)
    rows = rows[np.unique(intake.ring[rows], return_index=True)[1]] if len(rows) else rows
    rows = rows[chance.random(len(rows)) < WATCHED]
    honest = chance.choice(len(intake.world.account), 1 + len(rows) // 3, replace=False)
    values = np.unique(np.concatenate([intake.account[rows], intake.world.account[honest]]))
    count = len(values)
    return pa.table(
        {
            "kind": pa.array(["bank_account"] * count, pa.string()),
            "value": text.numbers(values),
            "source": pa.array(["case"] * count, pa.string()),
            "since": text.dates(-chance.integers(0, 900, count)),
        }
    )
