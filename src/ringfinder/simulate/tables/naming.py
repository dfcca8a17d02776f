"""Identifiers, and the few judgements that several tables need: how values are written, what a policy is worth."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.simulate.families import Scenario
from ringfinder.simulate.world import Floats, Ints, World


class Names:
    """Identifiers that tell nothing: drawn at random once, the same in all tables."""

    def __init__(self, world: World, extra_policies: int) -> None:
        chance = world.chance
        self.request = random_ids(chance, "R", world.requests)
        self.person = random_ids(chance, "P", len(world.phone))
        self.policy = random_ids(chance, "88", len(world.policy_person) + extra_policies)
        self.agent = random_ids(chance, "A", len(world.agent_branch))
        self.branch = pa.array([f"B{number:03d}" for number in range(len(world.branch_district))])

    def agents(self, places: Ints) -> pa.Array:
        """Numbers of agents; null where negative."""
        return pc.if_else(
            pa.array(places >= 0), self.agent.take(pa.array(np.maximum(places, 0))), pa.scalar(None, pa.string())
        )


def random_ids(chance: np.random.Generator, head: str, count: int) -> pa.Array:
    """Different identifiers of nine digits behind a letter."""
    drawn = chance.choice(10**9, count, replace=False)
    return pc.binary_join_element_wise(head, pc.utf8_lpad(pa.array(drawn).cast(pa.string()), 9, "0"), "")


def styles(world: World, scenario: Scenario, count: int) -> Ints:
    """How each value is written: 0 for neatly."""
    drawn = world.chance.integers(1, 12, count)
    return np.where(world.chance.random(count) < scenario.dirty, drawn, 0)


def worth(world: World, policy: Ints, day: Floats) -> tuple[Floats, Floats]:
    """Premium paid and cash value of policies on a day: a loss in early years, nearly even after ten."""
    years = np.maximum(day - world.issued[policy], 0) / 365
    premium = world.annual[policy] * np.minimum(np.floor(years) + 1, 10)
    share = 0.12 + 0.8 * (1 - np.exp(-years / (3.5 + world.policy_product[policy] % 4)))
    return premium, np.round(premium * np.minimum(share, 0.98), 2)


def operators(places: Ints) -> pa.Array:
    """Codes of the insurer's own clerks."""
    return pc.binary_join_element_wise("OP", pc.utf8_lpad(pa.array(places).cast(pa.string()), 4, "0"), "")
