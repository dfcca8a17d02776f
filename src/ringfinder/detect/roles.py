"""Who does what in a ring: possible organisers among the applicants, and people around it who made no request.

A member is often a victim. An applicant is a possible organiser only where others of the ring use a
phone, an account or an identity that is on file as this applicant's own.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property

import numpy as np

from ringfinder.detect.dossier import Archive, Dossier
from ringfinder.graph.arrays import IntArray, Pairs, distinct, pairs
from ringfinder.graph.incidence import Source
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.records.rings import Associate, AttributeKey, Role

_BY_KIND = {"bank_account": Role.PAYEE, "delegate": Role.DELEGATE}
_RANK = {Role.ORGANISER_CANDIDATE: 0, Role.DELEGATE: 1, Role.PAYEE: 2, Role.MEMBER: 3}
_AROUND = {"delegate": Role.DELEGATE, "bank_account": Role.PAYEE}
_TWICE = 2


class Roles:
    """Roles in one group after another."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._network = archive.analysis.network

    def of_members(self, dossier: Dossier) -> dict[int, Role]:
        """Role of each person in the group that is more than a member."""
        persons = set(self._archive.person[dossier.requests].tolist())
        found: dict[int, Role] = {}
        for value in dossier.values.tolist():
            kind = LINKING_KINDS[self._network.values.kind[value]]
            owners = self._owners.columns[self._owners.starts[value] : self._owners.starts[value + 1]]
            role = _BY_KIND.get(kind, Role.ORGANISER_CANDIDATE)
            for person in persons.intersection(owners.tolist()):
                if _RANK[role] < _RANK[found.get(person, Role.MEMBER)]:
                    found[person] = role
        return found

    def around(self, dossier: Dossier) -> tuple[Associate, ...]:
        """Delegates, payees and senders who made none of the requests, and the agent of most policies."""
        persons = set(self._archive.person[dossier.requests].tolist())
        found = []
        for value in dossier.values.tolist():
            owners = self._owners.columns[self._owners.starts[value] : self._owners.starts[value + 1]]
            if not persons.isdisjoint(owners.tolist()):
                continue
            requests, _ = self._archive.uses_inside(value, dossier.requests)
            key = self._archive.key(value)
            role = _AROUND.get(key.kind)
            if role is None and self._sent(value, dossier.requests):
                role = Role.ORGANISER_CANDIDATE
            if role is not None and len(requests) >= _TWICE:
                found.append(Associate(role, key, len(requests)))
        found.extend(self._agents(dossier))
        return tuple(sorted(found, key=lambda one: (-one.requests, one.role.value, one.key.kind, one.key.value)))

    def _sent(self, value: int, requests: IntArray) -> bool:
        """Whether somebody sent letters of several people with this phone or address."""
        at = self._archive.uses(value)
        uses = self._network.uses
        sent = at[(uses.source[at] == Source.SENDER) & np.isin(uses.request[at], requests)]
        return len(distinct(uses.request[sent])) >= _TWICE

    def _agents(self, dossier: Dossier) -> list[Associate]:
        """An agent from whose book at least half of the policies are."""
        common = Counter(agent for agent in self._archive.policy_cells("agent_no", dossier.requests) if agent)
        return [
            Associate(Role.AGENT, AttributeKey("agent", agent), count)
            for agent, count in common.items()
            if 2 * count >= len(dossier.requests)
        ]

    @cached_property
    def _owners(self) -> Pairs:
        """Pairs (value, person): whose own a value is, by what is on file."""
        network = self._network
        person = network.people.of_table(network.portfolio, "persons")
        rows, columns = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for number, kind in enumerate(LINKING_KINDS):
            values = np.flatnonzero(network.values.kind == number)
            for source, column in {
                "delegate": (("id_no", "id_no"), ("phone", "phone")),
                "device": (),
                "ip": (),
            }.get(kind, ((kind, kind),)):
                codes = network.codes[source]
                behind = len(network.codes["id_no"].values) if (kind, source) == ("delegate", "phone") else 0
                code = network.values.code[values] - behind
                inside = (code >= 0) & (code < len(codes.values))
                place = np.full(len(codes.values), -1, np.int64)
                place[code[inside]] = values[inside]
                filed = codes.of("persons", column)
                known = np.flatnonzero(filed >= 0)
                rows.append(place[filed[known]])
                columns.append(person[known])
        return pairs(np.concatenate(rows), np.concatenate(columns), (len(network.values), network.people.count))
