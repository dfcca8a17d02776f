"""One ring as a caller sees it who is bound to branches: foreign members appear as counts only.

A value that none of the caller's members uses keeps its kind and its counts and loses what it is; sentences that
name it say ``…****``. Rows, members and linked rings of others are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from ringfinder.records.rings import HIDDEN, AttributeKey, Evidence, Lineage, LinkedRing, Ring, RowRef, SharedValue
from ringfinder_api.services.views import Member


@dataclass(frozen=True)
class Own:
    """What of a ring is the caller's, by key; and the other rings that it may know of."""

    requests: AbstractSet[str]
    applicants: AbstractSet[str]
    policies: AbstractSet[str]
    values: AbstractSet[AttributeKey]
    rings: AbstractSet[str]
    rings_before: AbstractSet[str]

    @classmethod
    def of(cls, ring: Ring, members: Iterable[Member], rings: AbstractSet[str], rings_before: AbstractSet[str]) -> Own:
        """What is the caller's in a ring with these `members` of its branches."""
        mine = list(members)
        requests = frozenset(one["request_id"] for one in mine)
        applicants = frozenset(one["applicant_id"] for one in mine)
        values = {shared.key for shared in ring.shared if not requests.isdisjoint(shared.requests)}
        for kind, named in (
            ("applicant", applicants),
            ("agent", (one["agent_no"] for one in mine)),
            ("branch", (one["branch_code"] for one in mine)),
        ):
            values.update(AttributeKey(kind, name) for name in named if name)
        policies = frozenset(one["policy_no"] for one in mine if one["policy_no"])
        return cls(requests, applicants, policies, frozenset(values), rings, rings_before)

    def key(self, key: AttributeKey) -> AttributeKey:
        """A value, or what stands for it."""
        return key if key in self.values else AttributeKey(key.kind, HIDDEN)

    def row(self, row: RowRef) -> bool:
        """Whether a row is of one of the caller's members; of other tables than these nobody can tell."""
        known = {"surrender_requests": self.requests, "persons": self.applicants, "policies": self.policies}
        return row.key in known.get(row.table, ())


def restricted(ring: Ring, own: Own) -> Ring:
    """The ring as its caller sees it; scores, sums and counts stay those of the whole."""
    return replace(
        ring,
        members=tuple(member for member in ring.members if member.request_id in own.requests),
        evidence=tuple(_term(term, own) for term in ring.evidence),
        shared=tuple(_shared(shared, own) for shared in ring.shared),
        associates=tuple(replace(one, key=own.key(one.key)) for one in ring.associates),
        without=tuple(replace(one, key=own.key(one.key)) for one in ring.without),
        central=tuple(replace(one, key=own.key(one.key)) for one in ring.central),
        linked=tuple(_linked(one, own) for one in ring.linked if one.ring_id in own.rings),
        lineage=_lineage(ring.lineage, own),
    )


def _term(term: Evidence, own: Own) -> Evidence:
    return replace(term, values=tuple(map(own.key, term.values)), rows=tuple(row for row in term.rows if own.row(row)))


def _shared(shared: SharedValue, own: Own) -> SharedValue:
    if shared.key not in own.values:
        return replace(shared, key=own.key(shared.key), first_at=None, last_at=None, requests=())
    return replace(shared, requests=tuple(one for one in shared.requests if one in own.requests))


def _linked(link: LinkedRing, own: Own) -> LinkedRing:
    return replace(link, shared=tuple(map(own.key, link.shared)))


def _lineage(lineage: Lineage | None, own: Own) -> Lineage | None:
    if lineage is None:
        return None
    return replace(lineage, before=tuple(one for one in lineage.before if one in own.rings_before))
