"""Seeded random graphs of requests and values, and what is true of them by other means than Cypher.

Some households make several requests, some requests have none; some uses do not count, some do not say; IP addresses
are used as often as anything, and count.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import networkx as nx
from neo4j import Driver
from tests.neo4j.queries.harness import clear, statement

WAYS = {
    "Phone": ("CONTACT_BY", "CALLED_BACK_ON", "COMPLAINT_FROM"),
    "Address": ("CONTACT_BY", "LETTER_FROM"),
    "BankAccount": ("PAYS_TO", "PREMIUM_FROM"),
    "Device": ("FROM_DEVICE",),
    "Delegate": ("DELEGATED_TO",),
    "IpAddress": ("FROM_IP",),
}
SEEDS = (1, 2, 3, 5, 8, 13)
_COUNTS = (True, True, True, False, None)


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a value by a request."""

    request: str
    way: str
    label: str
    value: str
    counts: bool | None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Requests with their households and harm, and what they use."""

    household: dict[str, str | None]
    harm: dict[str, list[str]]
    uses: list[Use] = field(default_factory=list)

    @property
    def linking(self) -> list[Use]:
        """Uses that join households."""
        return [use for use in self.uses if use.counts is True and use.label != "IpAddress"]

    def unit(self, request: str) -> str:
        """The party that a request belongs to; of an unknown household, itself."""
        return self.household[request] or request

    def graph(self) -> nx.Graph[tuple[str, str]]:
        """Households and values, joined by uses that count."""
        found: nx.Graph[tuple[str, str]] = nx.Graph()
        found.add_edges_from((("unit", self.unit(use.request)), ("value", use.value)) for use in self.linking)
        return found

    def components(self) -> dict[str, frozenset[str]]:
        """The requests that each request hangs together with."""
        found = {}
        graph = self.graph()
        graph.add_nodes_from(("unit", self.unit(request)) for request in self.household)
        for part in nx.connected_components(graph):
            units = {name for kind, name in part if kind == "unit"}
            together = self.of_units(units)
            found.update(dict.fromkeys(together, together))
        return found

    def of_units(self, units: Iterable[str]) -> frozenset[str]:
        """The requests of some parties."""
        wanted = set(units)
        return frozenset(request for request in self.household if self.unit(request) in wanted)

    def users(self, *, counting: bool) -> dict[tuple[str, str], set[str]]:
        """Households of each value that joins, by uses that count or by all."""
        found: dict[tuple[str, str], set[str]] = {}
        for use in self.linking if counting else self.uses:
            home = self.household[use.request]
            if use.label != "IpAddress" and home is not None:
                found.setdefault((use.label, use.value), set()).add(home)
        return found

    def write(self, driver: Driver) -> None:
        """Replace what is in the database by this, with the counts that the loader would write."""
        clear(driver)
        households = self.users(counting=True)
        values = {(use.label, use.value) for use in self.uses}
        with driver.session() as session:
            session.run(
                """
                UNWIND $rows AS row
                CREATE (r:SurrenderRequest {key: row.key, request_id: row.key, caption: row.key, applied_at: $at})
                SET r.household = row.household, r.harm = row.harm
                """,
                rows=[{"key": one, "household": home, "harm": self.harm[one]} for one, home in self.household.items()],
                at=datetime(2026, 3, 2, 9),
            ).consume()
            session.run(
                "UNWIND $rows AS row CREATE (v:$(row.label)) SET v += {key: row.key, households: row.households}",
                rows=[
                    {"label": label, "key": key, "households": len(households.get((label, key), ()))}
                    for label, key in sorted(values)
                ],
            ).consume()
            for label in WAYS:
                session.run(
                    statement(
                        "UNWIND $rows AS row "
                        "MATCH (r:SurrenderRequest {key: row.request}) "
                        f"MATCH (v:{label} {{key: row.value}}) "
                        "CREATE (r)-[u:$(row.way)]->(v) SET u.counts = row.counts"
                    ),
                    rows=[
                        {"request": use.request, "value": use.value, "way": use.way, "counts": use.counts}
                        for use in self.uses
                        if use.label == label
                    ],
                ).consume()


def portfolio(seed: int, *, requests: int = 60, values: int = 45, uses: int = 90) -> Portfolio:
    """A random portfolio."""
    chance = random.Random(seed)
    names = [f"r{number:02}" for number in range(requests)]
    labels = [chance.choice(list(WAYS)) for _ in range(values)]
    found = Portfolio(
        household={one: None if chance.random() < 0.1 else f"h{chance.randrange(requests)}" for one in names},
        harm={one: chance.choice([[], [], ["takeover"], ["asks_more", "early"]]) for one in names},
    )
    seen = set()
    for _ in range(uses):
        request, number = chance.choice(names), chance.randrange(values)
        way = chance.choice(WAYS[labels[number]])
        if (request, way, number) in seen:
            continue
        seen.add((request, way, number))
        found.uses.append(Use(request, way, labels[number], f"v{number:02}", chance.choice(_COUNTS)))
    return found


def cliques(sizes: Iterable[int]) -> Portfolio:
    """Groups of households that share three values each; one household of a group also uses one of the next group's."""
    found = Portfolio({}, {})
    before = ""
    for group, size in enumerate(sizes):
        members = [f"g{group}m{number}" for number in range(size)]
        found.household.update({one: f"home of {one}" for one in members})
        found.harm.update({one: [] for one in members})
        for value in range(3):
            found.uses.extend(Use(one, "CONTACT_BY", "Phone", f"g{group}v{value}", counts=True) for one in members)
        if before:
            found.uses.append(Use(before, "CONTACT_BY", "Phone", f"g{group}v0", counts=True))
        before = members[0]
    return found
