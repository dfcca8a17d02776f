r"""What became of each ring since the run before: identities that outlive a new partition.

Communities are computed anew in every run, so a ring is known again by its people, not by its place in
a list. With :math:`A` the persons of a ring of this run and :math:`B` those of a ring before,

.. math:: J(A, B) = |A \cap B| / |A \cup B|

(Jaccard). From :data:`KEEPS` on, the ring keeps its id, one to one, the nearest pair first; from
:data:`KIN` on, it comes from that ring and is recorded as merged, split or continued; below, it is born.
On 1 % more data a partition keeps about a fifth of its blocks to the letter, while matching at one half
finds all of them again.

Complexity: each shared person is looked at once for each pair of rings that hold it, and a person is in
few rings, so the work grows with the number of members.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from ringfinder.records.rings import Lineage, LineageStatus, Ring

KEEPS = 0.5
"""Likeness from which a ring keeps its id: more than half of all their people are in both."""

KIN = 0.1
"""Likeness from which a ring is said to come from another; below it chance and one busy person would do."""

GREW = 0.2
"""Share of new people, of those before, from which a ring has grown: what is worth another look."""

Persons = AbstractSet[str]


@dataclass(frozen=True)
class Traced:
    """The rings with their final ids and lineage, in the order in which they came, and those that are gone.

    Parameters
    ----------
    faded
        Ids of rings of the run before of which no ring of this run holds enough people, in order.
    """

    rings: tuple[Ring, ...]
    faded: tuple[str, ...]


def persons_of(ring: Ring) -> frozenset[str]:
    """The people of a ring: its applicants."""
    return frozenset(member.applicant_id for member in ring.members)


def trace(
    rings: Sequence[Ring],
    before: Mapping[str, Persons],
    *,
    earlier: Mapping[str, Persons] | None = None,
    used: AbstractSet[str] = frozenset(),
) -> Traced:
    """Give each ring its lasting id and say where it comes from.

    Parameters
    ----------
    rings
        Rings of this run, under the ids that detection gave them (all different).
    before
        Persons of each ring of the run before.
    earlier
        Persons of rings that had faded by then, as they were last seen: a ring that comes back, for
        instance after a run over a shorter window, is the same ring.
    used
        Every id that any run ever gave; none of them is given to another ring.

    Returns
    -------
    Traced
        The same rings with `lineage` set, and `linked` rewritten to the lasting ids.
    """
    earlier = {name: people for name, people in (earlier or {}).items() if name not in before}
    now = {ring.ring_id: persons_of(ring) for ring in rings}
    near = _nearness(now, before)
    kept = _matched(near)
    back = _matched(_nearness({name: now[name] for name in now if name not in kept}, earlier))
    heirs = Counter(old for olds in near.values() for old in olds)
    going_on = set(kept.values())
    lineages = {
        name: _lineage(kept.get(name), near[name], going_on, heirs, _gain(name, kept, now, before)) for name in now
    }
    for name, old in back.items():
        lineages[name] = _returned(now[name], old, earlier[old], near[name])
    names = _named(now, {**back, **kept}, {*used, *before, *earlier})
    told = {old for lineage in lineages.values() for old in lineage.before}
    return Traced(
        rings=tuple(_renamed(ring, names, lineages[ring.ring_id]) for ring in rings),
        faded=tuple(sorted(set(before) - told)),
    )


Nearness = Mapping[str, Mapping[str, float]]
"""For each ring of this run the rings before that it comes from, and how like them it is."""


def _nearness(now: Mapping[str, Persons], before: Mapping[str, Persons]) -> dict[str, dict[str, float]]:
    """Pairs that are alike enough to be kin; the nearest first, then by name."""
    holding: dict[str, list[str]] = {}
    for old, people in before.items():
        for person in people:
            holding.setdefault(person, []).append(old)
    found: dict[str, dict[str, float]] = {}
    for name, people in now.items():
        common: dict[str, int] = {}
        for person in people:
            for old in holding.get(person, ()):
                common[old] = common.get(old, 0) + 1
        likeness = {old: shared / (len(people) + len(before[old]) - shared) for old, shared in common.items()}
        order = sorted(likeness, key=lambda old: (-likeness[old], old))
        found[name] = {old: likeness[old] for old in order if likeness[old] >= KIN}
    return found


def _matched(near: Nearness) -> dict[str, str]:
    """Which ring keeps the id of which: the nearest pair first, ties by the names of both."""
    pairs = sorted(
        (-likeness, name, old) for name, olds in near.items() for old, likeness in olds.items() if likeness >= KEEPS
    )
    kept: dict[str, str] = {}
    taken: set[str] = set()
    for _, name, old in pairs:
        if name not in kept and old not in taken:
            kept[name] = old
            taken.add(old)
    return kept


def _lineage(
    own: str | None, olds: Mapping[str, float], going_on: AbstractSet[str], heirs: Mapping[str, int], gain: float
) -> Lineage:
    """What became of the rings `olds`, of which `own` goes on here; those that go on elsewhere are not absorbed."""
    if not olds:
        return Lineage(LineageStatus.BORN)
    absorbed = tuple(old for old in olds if old == own or old not in going_on)
    if len(absorbed) > 1:
        status = LineageStatus.MERGED
    elif own:
        status = _grown(gain)
    elif any(heirs[old] > 1 for old in olds):
        status = LineageStatus.SPLIT
    else:
        status = LineageStatus.CONTINUED
    told = absorbed if own else tuple(olds)
    return Lineage(status, told, olds[told[0]])


def _gain(name: str, kept: Mapping[str, str], now: Mapping[str, Persons], before: Mapping[str, Persons]) -> float:
    """New people as a share of those before; of a ring without an id from before, zero."""
    old = before[kept[name]] if name in kept else frozenset()
    return len(now[name] - old) / len(old) if old else 0.0


def _grown(gain: float) -> LineageStatus:
    return LineageStatus.GREW if gain >= GREW else LineageStatus.CONTINUED


def _returned(people: Persons, name: str, old: Persons, kin: Iterable[str]) -> Lineage:
    """A ring that had faded and is back, and the rings of the run before that held some of its people meanwhile."""
    status = _grown(len(people - old) / len(old))
    return Lineage(status, (name, *kin), len(people & old) / len(people | old))


def _named(now: Mapping[str, Persons], kept: Mapping[str, str], used: AbstractSet[str]) -> dict[str, str]:
    """The lasting id of each ring: its own where nobody ever had it, else a new one made from it."""
    names: dict[str, str] = dict(kept)
    taken = set(used)
    for name in sorted(now.keys() - kept.keys()):
        fresh, turn = name, 0
        while fresh in taken:
            turn += 1
            fresh = _derived(name, turn)
        names[name] = fresh
        taken.add(fresh)
    return names


def _derived(name: str, turn: int) -> str:
    """Another id of the same form."""
    digest = hashlib.sha256(f"{name}\n{turn}".encode()).digest()
    return "RF-" + base64.b32encode(digest[:5]).decode()


def _renamed(ring: Ring, names: Mapping[str, str], lineage: Lineage) -> Ring:
    linked = tuple(replace(link, ring_id=names.get(link.ring_id, link.ring_id)) for link in ring.linked)
    return replace(ring, ring_id=names[ring.ring_id], lineage=lineage, linked=linked)
