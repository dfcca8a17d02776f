"""Rings as the other stages receive them: members, money, shared values, evidence, roles, honest explanations."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from scipy.special import expit

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.base_rates import BaseRates
from ringfinder.detect.dossier import Archive, Dossier
from ringfinder.detect.evidence import EvidenceMaker
from ringfinder.detect.hypotheses import HonestLife
from ringfinder.detect.leave_out import LeaveOut
from ringfinder.detect.linked import linked_groups
from ringfinder.detect.money import Purse
from ringfinder.detect.roles import Roles
from ringfinder.detect.score import CARRIERS
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import BoolArray, FloatArray, distinct
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.records.rings import Evidence, LinkedRing, Member, Ring, Role, SharedValue, Tier

_KINDS = {
    "bank_account": "shared_payee",
    "delegate": "delegate_hub",
    "device": "shared_device",
}
_HALF = 0.5


def ring_id(request_ids: Sequence[str]) -> str:
    """`RF-` and 8 base32 characters of the hash of the founding members' requests."""
    digest = hashlib.sha256("\n".join(sorted(request_ids)).encode()).digest()
    return "RF-" + base64.b32encode(digest[:5]).decode()


class Assembler:
    """Makes `Ring` objects out of groups, for listed groups only."""

    def __init__(self, analysis: Analysis, listed: BoolArray, settings: DetectSettings) -> None:
        self._a = analysis
        self._archive = Archive(analysis)
        rates = BaseRates(analysis)
        self._evidence = EvidenceMaker(self._archive, rates)
        self._honest = HonestLife(self._archive, np.logical_or.reduce(list(rates.flags.values())))
        self._roles = Roles(self._archive)
        self._leave_out = LeaveOut(self._archive, settings)
        self._purse = Purse(analysis.network)
        self._linked = linked_groups(analysis, listed)
        self._ids: dict[int, str] = {}

    def name(self, group: int) -> str:
        """Id of the ring that a group becomes."""
        if group not in self._ids:
            self._ids[group] = ring_id(self._archive.text("request_id", self._archive.open(group).requests))
        return self._ids[group]

    def ring(self, group: int, tier: Tier, q_value: float | None) -> Ring:
        """Assemble one ring."""
        dossier = self._archive.open(group)
        evidence = self._evidence.terms(dossier)
        when = self._archive.moments(dossier.requests)
        without = self._leave_out.without(dossier)
        return Ring(
            ring_id=self.name(group),
            score=float(self._a.terms.score[group]),
            tier=tier,
            q_value=q_value,
            kind=self._kind(dossier, evidence),
            members=self._members(dossier, when),
            applicants=len(distinct(self._archive.person[dossier.requests])),
            units=dossier.units,
            first_at=min(when),
            last_at=max(when),
            money=self._purse.of(dossier.requests),
            evidence=evidence,
            shared=tuple(self._shared(dossier, place) for place in range(len(dossier.values))),
            associates=self._roles.around(dossier),
            hypotheses=self._honest.test(dossier),
            without=without,
            central=self._leave_out.central(dossier),
            changes=self._leave_out.changes(dossier, without),
            linked=tuple(
                LinkedRing(self.name(other), self._archive.keys(values), count)
                for other, values, count in self._linked.get(group, [])
            ),
        )

    def _members(self, dossier: Dossier, when: Sequence[datetime]) -> tuple[Member, ...]:
        roles = self._roles.of_members(dossier)
        weights = self._weights(dossier)
        columns = (self._archive.text(name, dossier.requests) for name in ("request_id", "applicant_id"))
        return tuple(
            Member(request, applicant, roles.get(int(person), Role.MEMBER), round(float(weight), 3), row, at)
            for request, applicant, person, weight, row, at in zip(
                *columns,
                self._archive.person[dossier.requests],
                weights,
                self._archive.rows(dossier.requests),
                when,
                strict=True,
            )
        )

    def _weights(self, dossier: Dossier) -> FloatArray:
        """Probability that a request belongs: by the values it holds, or by the odds with which it was attached."""
        episode = self._a.episodes.of_request[dossier.requests]
        used = self._a.holdings.used.turned
        value = self._a.judgement.value
        best = {}
        for one in dossier.episodes.tolist():
            held = used.columns[used.starts[one] : used.starts[one + 1]]
            odds = self._a.groups.odds[one]
            best[one] = float(expit(odds)) if not np.isnan(odds) else float(value[held].max(initial=_HALF))
        return np.array([best[int(one)] for one in episode])

    def _shared(self, dossier: Dossier, place: int) -> SharedValue:
        value, users = int(dossier.values[place]), int(dossier.users[place])
        requests, when = self._archive.uses_inside(value, dossier.requests)
        return SharedValue(
            self._archive.key(value),
            users,
            int(self._a.holdings.households[value]),
            _moment(when.min()),
            _moment(when.max()),
            round(float(self._a.judgement.value[value]), 4),
            tuple(self._archive.text("request_id", requests)),
        )

    def _kind(self, dossier: Dossier, evidence: Sequence[Evidence]) -> str:
        """The typology that says most: by what carries the alarm, then by the book, then by what is shared."""
        carrier = CARRIERS[int(self._a.terms.carry[dossier.group])]
        if carrier == "commission":
            return "arbitrage"
        if carrier == "flow":
            return "poach"
        share = {
            term.indicator: term.counts["shown"] / term.counts["requests"]
            for term in evidence
            if "shown" in term.counts and "requests" in term.counts
        }
        if share.get("ex_agent", 0.0) >= _HALF:
            return "ex_agent"
        if not len(dossier.values):
            return "template_letter"
        kinds = np.bincount(self._a.network.values.kind[dossier.values], dossier.users, len(LINKING_KINDS))
        found = _KINDS.get(LINKING_KINDS[int(kinds.argmax())])
        return found or ("contact_takeover" if share.get("harm_takeover", 0.0) >= _HALF else "shared_contact")


def _moment(day: float) -> datetime | None:
    """A day since 1970 as a local time."""
    if np.isnan(day):
        return None
    found: datetime = np.datetime64(round(day * 86_400_000_000), "us").astype(datetime)
    return found
