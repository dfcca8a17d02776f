"""Policies: those of the books, and those bought after a surrender."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.simulate import text
from ringfinder.simulate.intake import Intake
from ringfinder.simulate.tables.naming import Names, worth
from ringfinder.simulate.tables.requests import ended
from ringfinder.simulate.world import NEVER, SPAN, Ints

_SALES = ("agency", "bancassurance", "broker", "online", "telesales")
_PRODUCTS = ("annuity", "whole_life", "universal", "critical_illness", "endowment", "participating")


def policies_table(intake: Intake, names: Names, bought: Ints) -> pa.Table:
    """One row for each policy; `bought` are the requests after which a new one was written."""
    return pa.concat_tables([_books(intake, names), _bought(intake, names, bought)])


def _product(place: Ints) -> dict[str, pa.Array]:
    return {
        "product_code": pc.binary_join_element_wise("PR", text.numbers(place), ""),
        "product_type": text.pick(_PRODUCTS, place % 6),
    }


def _books(intake: Intake, names: Names) -> pa.Table:
    world, chance = intake.world, intake.world.chance
    count = len(world.policy_person)
    day, end = ended(intake, count)
    premium, cash = worth(world, np.arange(count), day)
    person = world.policy_person
    near = np.minimum(person + 1, len(world.phone) - 1)
    insures_kin = (world.household[near] == world.household[person]) & (chance.random(count) < 0.3)
    sales = np.where(world.policy_agent >= 0, 0, chance.integers(1, 5, count))
    return pa.table(
        {
            "policy_no": names.policy.slice(0, count),
            "applicant_id": names.person.take(pa.array(person)),
            "insured_id": names.person.take(pa.array(np.where(insures_kin, near, person))),
            **_product(world.policy_product),
            "channel": text.pick(_SALES, sales),
            "branch_code": names.branch.take(pa.array(world.home[person])),
            "agent_no": names.agents(world.policy_agent),
            "issued_on": text.dates(world.issued),
            "premium_paid": text.money(premium),
            "annual_premium": text.money(world.annual),
            "cash_value": text.money(cash),
            "sum_insured": text.money(world.annual * 10),
            "premium_payer_account": text.numbers(world.payer),
            "commission_paid": text.money(np.round(world.annual * world.rate, 2)),
            "replaces_policy_no": pa.nulls(count, pa.string()),
            "status": text.pick(("active", "ended"), (end < SPAN).astype(np.int64)),
            "ended_on": text.dates(np.where(end < SPAN, end, NEVER)),
        }
    )


def _bought(intake: Intake, names: Names, bought: Ints) -> pa.Table:
    world, chance = intake.world, intake.world.chance
    count = len(bought)
    person, agent = intake.person[bought], intake.new_agent[bought]
    annual = np.round(np.exp(chance.normal(8.9, 0.7, count)), -2) + 500
    old = names.policy.take(pa.array(intake.policy[bought]))
    return pa.table(
        {
            "policy_no": names.policy.slice(len(world.policy_person)),
            "applicant_id": names.person.take(pa.array(person)),
            "insured_id": names.person.take(pa.array(person)),
            **_product(chance.integers(0, 24, count)),
            "channel": pa.array(["agency"] * count, pa.string()),
            "branch_code": names.branch.take(pa.array(world.agent_branch[agent])),
            "agent_no": names.agents(agent),
            "issued_on": text.dates(intake.when[bought].astype(np.int64) + intake.new_after[bought]),
            "premium_paid": text.money(annual),
            "annual_premium": text.money(annual),
            "cash_value": text.money(np.round(annual * 0.12, 2)),
            "sum_insured": text.money(annual * 10),
            "premium_payer_account": text.numbers(world.account[person]),
            "commission_paid": text.money(np.round(annual * chance.uniform(0.25, 0.7, count), 2)),
            "replaces_policy_no": text.blank(old, intake.replaces[bought]),
            "status": pa.array(["active"] * count, pa.string()),
            "ended_on": pa.nulls(count, pa.string()),
        }
    )
