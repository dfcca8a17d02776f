"""People and agents: what is on file about them, how it changed, who is kin to whom."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.simulate import text
from ringfinder.simulate.families import Scenario
from ringfinder.simulate.filed import Changes
from ringfinder.simulate.intake import FIELDS, Intake
from ringfinder.simulate.tables.naming import Names, operators, random_ids, styles
from ringfinder.simulate.tables.requests import people
from ringfinder.simulate.world import Floats, Ints, World

_FILED = ("phone", "address", "email", "bank_account")
"""Names of `FIELDS` in the contract."""

LAST_EXTRACT = 912
"""Day of an extract with the contacts of today."""


def persons_table(intake: Intake, scenario: Scenario, names: Names, changes: Changes) -> pa.Table:
    """One row for each customer number, with the contacts of issue or of today."""
    world, chance = intake.world, intake.world.chance
    count = len(world.phone)
    today = scenario.contacts != "issue"
    phone, address, email, account = (
        changes.filed(world.contacts(name), place, today=today) for place, name in enumerate(FIELDS)
    )
    as_of = np.full(count, LAST_EXTRACT) if today else np.minimum(world.since, LAST_EXTRACT)
    old = -world.born > 65 * 365
    weak = np.where(old, 0, chance.integers(1, 4, count))
    return pa.table(
        {
            "person_id": names.person,
            "name": text.names(world.surname, world.given),
            "id_no": text.identities(world.branch_district[world.home], world.born, world.serial, world.woman),
            "birth_date": text.dates(world.born),
            "gender": pc.if_else(pa.array(world.woman), "F", "M"),
            "phone": text.blank(text.phones(phone, styles(world, scenario, count)), chance.random(count) < 0.96),
            "address": text.addresses(world.addresses, address, styles(world, scenario, count)),
            "email": text.emails(np.where(chance.random(count) < 0.5, email, -1)),
            "bank_account": text.numbers(np.where(chance.random(count) < 0.85, account, -1)),
            "contacts_as_of": text.dates(as_of),
            "vulnerable": text.blank(
                text.pick(("elderly", "illiterate", "ill", "other"), weak),
                chance.random(count) < np.where(old, 0.7, 0.01),
            ),
        }
    )


def _values(world: World, field: Ints, values: Ints, style: Ints) -> pa.Array:
    """Contact values of mixed kinds, `field` being a place in `FIELDS`."""

    def only(place: int) -> Ints:
        return np.where(field == place, values, -1)

    return pc.coalesce(
        text.phones(only(0), style),
        text.addresses(world.addresses, only(1), style),
        text.emails(only(2)),
        text.numbers(only(3)),
    )


def changes_table(intake: Intake, scenario: Scenario, names: Names, changes: Changes) -> pa.Table:
    """Every change of a filed contact that the insurer recorded."""
    world, chance = intake.world, intake.world.chance
    count = len(changes.person)
    none = np.zeros(count, np.int64)
    return pa.table(
        {
            "change_id": random_ids(chance, "X", count),
            "person_id": names.person.take(pa.array(changes.person)),
            "field": text.pick(_FILED, changes.field),
            "changed_at": text.moments(changes.when),
            "old_value": _values(world, changes.field, changes.old, none),
            "new_value": _values(world, changes.field, changes.new, styles(world, scenario, count)),
            "channel": pa.array(chance.choice(["counter", "app", "hotline"], count).astype(str)),
            "operator": operators(changes.clerk),
        }
    )


def history_table(intake: Intake, names: Names, changes: Changes) -> pa.Table:
    """Every phone that was on file with its dates, and of the other contacts those that changed."""
    world = intake.world
    everyone = np.arange(len(world.phone))
    phones_changed = np.full(len(everyone), np.nan)
    mine = changes.field == 0
    phones_changed[changes.person[mine]] = changes.when[mine]
    rest = np.flatnonzero(~mine)
    none = np.full(len(changes.person), np.nan)
    start: Floats = world.since.astype(np.float64)
    person = np.concatenate([everyone, changes.person[rest], changes.person])
    field = np.concatenate([np.zeros(len(everyone), np.int64), changes.field[rest], changes.field])
    value = np.concatenate([world.phone, changes.old[rest], changes.new])
    since = np.concatenate([start, start[changes.person[rest]], changes.when])
    until = np.concatenate([phones_changed, changes.when[rest], none])
    return pa.table(
        {
            "person_id": names.person.take(pa.array(person)),
            "field": text.pick(_FILED, field),
            "value": _values(world, field, value, np.zeros(len(field), np.int64)),
            "since": text.moments(since),
            "until": text.moments(until),
        }
    )


def relations_table(world: World, names: Names) -> pa.Table:
    """Some of the kinship in households, as the insurer happens to know it."""
    chance = world.chance
    order = np.argsort(world.household, kind="stable")
    same = np.flatnonzero(world.household[order[1:]] == world.household[order[:-1]])
    same = same[chance.random(len(same)) < 0.35]
    left, right = order[same], order[same + 1]
    # Two numbers of one customer are no relatives.
    apart = (world.same_as[left] != right) & (world.same_as[right] != left)
    apart &= (world.same_as[left] < 0) | (world.same_as[left] != world.same_as[right])
    left, right = left[apart], right[apart]
    near_in_age = np.abs(world.born[left] - world.born[right]) < 15 * 365
    peers = chance.choice(["spouse", "sibling"], len(left), p=[0.8, 0.2])
    across = np.where(world.born[left] > world.born[right], "parent", "child")
    kin = np.where(near_in_age, peers, across).astype(str)
    return pa.table(
        {
            "person_id": names.person.take(pa.array(left)),
            "related_person_id": names.person.take(pa.array(right)),
            "relation": pa.array(kin),
        }
    )


def agents_table(world: World, names: Names) -> pa.Table:
    """One row for each agent, with the day on which some of them left."""
    number = np.arange(len(world.agent_branch))
    name, identity = people(world, number, np.full(len(number), -1), number)
    return pa.table(
        {
            "agent_no": names.agent,
            "name": name,
            "id_no": identity,
            "phone": text.numbers(world.agent_phone),
            "branch_code": names.branch.take(pa.array(world.agent_branch)),
            "manager_no": names.agents(world.agent_manager),
            "hired_on": text.dates(world.agent_hired),
            "left_on": text.dates(world.agent_left),
            "licence_no": pc.binary_join_element_wise("02", text.numbers(10**9 + text.scattered(number)), ""),
        }
    )
