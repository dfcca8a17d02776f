"""Rings as the other stages receive them: members, money, shared values, evidence, roles."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

import numpy as np
import pyarrow as pa

from ringfinder.detect.groups import Groups
from ringfinder.detect.harm import HARMS, Harm
from ringfinder.detect.indicators import sentences
from ringfinder.detect.money import Purse
from ringfinder.detect.score import Terms
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray
from ringfinder.graph.columns import days
from ringfinder.graph.network import LINKING_KINDS, Network
from ringfinder.records.portfolio import FILE, LINE
from ringfinder.records.rings import AttributeKey, Evidence, Member, Ring, Role, RowRef, SharedValue, Tier

MOST_NAMED = 5
"""Shared values named in one sentence."""


def ring_id(request_ids: list[str]) -> str:
    """`RF-` and 8 base32 characters of the hash of the founding members' requests."""
    digest = hashlib.sha256("\n".join(sorted(request_ids)).encode()).digest()
    return "RF-" + base64.b32encode(digest[:5]).decode()


class Assembler:
    """Makes `Ring` objects out of groups, for listed groups only."""

    def __init__(self, network: Network, groups: Groups, harm: Harm, terms: Terms, factor: FloatArray) -> None:
        self._network, self._groups, self._harm, self._terms, self._factor = (
            network,
            groups,
            harm,
            terms,
            factor,
        )
        requests = network.requests
        self._ids = requests["request_id"].combine_chunks()
        self._applicants = requests["applicant_id"].combine_chunks()
        self._files = requests[FILE].cast(pa.string()).combine_chunks()
        self._lines = requests[LINE].combine_chunks()
        self._applied = requests["applied_at"].combine_chunks()
        self._day = days(requests["applied_at"])
        self._purse = Purse(network)
        self._rates = harm.flags.mean(axis=0) if len(harm.flags) else np.zeros(len(HARMS))
        self._values_by_unit = np.bincount(network.uses.code, minlength=len(network.values.kind))

    def ring(self, group: int, tier: Tier, q_value: float | None) -> Ring:
        """Assemble one ring."""
        start, end = self._groups.members.starts[group : group + 2]
        members = self._groups.members.columns[start:end]
        values, users = self._values(group)
        ids = [self._ids[int(row)].as_py() for row in members]
        when = [self._applied[int(row)].as_py() for row in members]
        evidence = [
            *self._shared_evidence(group, values, users),
            *self._harm_evidence(members),
            self._burst(group, members),
        ]
        found = sorted((term for term in evidence if term is not None), key=lambda term: -term.weight)
        return Ring(
            ring_id=ring_id(ids),
            score=float(self._terms.score[group]),
            tier=tier,
            q_value=q_value,
            kind=self._kind(values, users),
            members=tuple(self._member(int(row), values) for row in members),
            applicants=len(np.unique(self._network.people.of_request[members])),
            units=int(self._groups.sizes[group]),
            first_at=min(when),
            last_at=max(when),
            money=self._purse.of(members),
            evidence=tuple(found),
            shared=tuple(
                self._shared(int(value), int(count), members) for value, count in zip(values, users, strict=True)
            ),
        )

    def _values(self, group: int) -> tuple[IntArray, IntArray]:
        """Values inside a group, most users first, and their users."""
        start, end = self._groups.inside.starts[group : group + 2]
        values, users = self._groups.inside.columns[start:end], self._groups.users[start:end]
        order = np.lexsort((values, -users))
        return values[order], users[order]

    def _row(self, row: int) -> RowRef:
        return RowRef("surrender_requests", self._ids[row].as_py(), self._files[row].as_py(), self._lines[row].as_py())

    def _member(self, row: int, values: IntArray) -> Member:
        uses = self._network.uses
        held = np.isin(uses.code[uses.request == row], values).sum() if len(self._ids) < 0 else 1
        weight = min(1.0, float(held))
        return Member(
            self._ids[row].as_py(),
            self._applicants[row].as_py(),
            Role.MEMBER,
            weight,
            self._row(row),
            self._applied[row].as_py(),
        )

    def _key(self, value: int) -> AttributeKey:
        kind = LINKING_KINDS[self._network.values.kind[value]]
        return AttributeKey(kind, self._network.values.text[value].as_py())

    def _shared(self, value: int, users: int, members: IntArray) -> SharedValue:
        mine = self._network.uses.code == value
        inside = mine & np.isin(self._network.uses.request, members)
        when = self._network.uses.day[inside]
        holders = len(np.unique(self._network.unit[self._network.uses.request[mine]]))
        requests = np.unique(self._network.uses.request[inside])
        return SharedValue(
            self._key(value),
            users,
            holders,
            _moment(np.nanmin(when)),
            _moment(np.nanmax(when)),
            float(self._factor[value]),
            tuple(self._ids.take(pa.array(requests)).to_pylist()),
        )

    def _shared_evidence(self, group: int, values: IntArray, users: IntArray) -> list[Evidence | None]:
        """One term for each kind of shared value."""
        network = self._network
        found: list[Evidence | None] = []
        start, end = self._groups.members.starts[group : group + 2]
        members = self._groups.members.columns[start:end]
        for number, kind in enumerate(LINKING_KINDS):
            chosen = network.values.kind[values] == number
            if not chosen.any():
                continue
            inside = np.isin(network.uses.code, values[chosen])
            own = inside & np.isin(network.uses.request, members)
            rows = np.unique(network.uses.request[own])
            counts = {
                "members": float(len(np.unique(network.unit[rows]))),
                "values": float(chosen.sum()),
                "holders": float(len(np.unique(network.unit[network.uses.request[inside]]))),
            }
            surprise = np.log(max(network.units, 2) / np.maximum(users[chosen], 2)) * (users[chosen] - 1)
            named = tuple(self._key(int(value)) for value in values[chosen][:MOST_NAMED])
            found.append(self._evidence(f"shared_{kind}", float(surprise.sum()), counts, {}, rows, named))
        return found

    def _harm_evidence(self, members: IntArray) -> list[Evidence | None]:
        """One term for each kind of harm that is more common in the group than in the portfolio."""
        found: list[Evidence | None] = []
        for place, name in enumerate(HARMS):
            shown = self._harm.flags[members, place]
            rate = float(np.clip(self._rates[place], 1e-4, 1 - 1e-4))
            share = shown.mean()
            if shown.sum() < 2 or share <= rate:  # noqa: PLR2004 - one may be chance
                continue
            weight = float(len(members) * (share * np.log(share / rate) + _rest(share, rate)))
            counts = {"requests": float(len(members)), "shown": float(shown.sum())}
            found.append(self._evidence(f"harm_{name}", weight, counts, {"rate": rate}, members[shown], ()))
        return found

    def _burst(self, group: int, members: IntArray) -> Evidence | None:
        """The span of the whole group against an even spread."""
        span = max(float(np.ptp(self._day[members])), 1.0)
        whole = max(float(np.ptp(self._day)), 1.0)
        weight = float(self._terms.burst[group])
        if weight <= 0:
            return None
        counts = {"requests": float(len(members)), "days": float(np.ceil(span))}
        expected = {"expected": len(members) * min(1.0, np.ceil(span) / whole)}
        return self._evidence("burst", weight, counts, expected, members, ())

    def _evidence(
        self,
        name: str,
        weight: float,
        counts: dict[str, float],
        baseline: dict[str, float],
        rows: IntArray,
        values: tuple[AttributeKey, ...],
    ) -> Evidence:
        zh, en = sentences(name, counts, baseline, len(values))
        return Evidence(name, weight, counts, baseline, zh, en, values, tuple(self._row(int(row)) for row in rows))

    def _kind(self, values: IntArray, users: IntArray) -> str:
        """Name of the dominant shared kind."""
        kinds = np.bincount(self._network.values.kind[values], users, len(LINKING_KINDS))
        names = {
            "bank_account": "shared_payee",
            "delegate": "delegate_hub",
            "device": "shared_device",
            "ip": "shared_device",
        }
        return names.get(LINKING_KINDS[int(kinds.argmax())], "shared_contact")


def _rest(share: float, rate: float) -> float:
    """The other half of the binomial divergence."""
    return 0.0 if share >= 1 else float((1 - share) * np.log((1 - share) / (1 - rate)))


def _moment(day: float) -> datetime | None:
    """A day since 1970 as a local time."""
    if np.isnan(day):
        return None
    found: datetime = np.datetime64(round(day * 86_400_000_000), "us").astype(datetime)
    return found


def harmed_requests(harm: Harm) -> BoolArray:
    """Requests with any harm."""
    return harm.any_but()
