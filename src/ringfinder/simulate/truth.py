"""The truth beside a portfolio: who belongs to which ring, in which role, and why honest groups share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from ringfinder.simulate import text
from ringfinder.simulate.intake import ROLES, Intake
from ringfinder.simulate.tables.naming import Names
from ringfinder.simulate.tables.requests import people
from ringfinder.simulate.world import Ints

_AS_WRITTEN = pacsv.WriteOptions(quoting_style="needed")


@dataclass(frozen=True)
class Beside:
    """Requests that stand in the tables beside those of the intake, one place each.

    Parameters
    ----------
    ring
        Number of its ring among these, -1 for none; all are members.
    """

    request_id: Sequence[str] = ()
    ring: Sequence[int] = ()
    cause: Sequence[str] = ()
    links: Sequence[int] = ()


def count_links(intake: Intake) -> Ints:
    """For each request, how many others of its ring show a value that it shows too.

    Phones of applicants, delegates and senders are one kind; devices at counters do not count.
    """
    found = np.zeros(len(intake.ring), np.int64)
    member = np.flatnonzero(intake.ring >= 0)
    if not len(member):
        return found
    sender = np.full(len(intake.ring), -1)
    np.maximum.at(sender, intake.letters.request, intake.letters.sender_phone)
    delegate_phone = np.array([*intake.delegates.phone, -1])[intake.delegate]
    kinds = (
        (0, intake.phone),
        (0, sender),
        (0, delegate_phone),
        (1, intake.address),
        (2, intake.email),
        (3, intake.account),
        (4, intake.device),
        (5, intake.delegate),
    )
    rows = np.concatenate([member] * len(kinds))
    kind = np.repeat([number for number, _ in kinds], len(member))
    value = np.concatenate([column[member] for _, column in kinds])
    there = value >= 0
    found[member] = _others(intake.ring[member], rows[there], kind[there], value[there], member)
    return found


def _others(ring: Ints, rows: Ints, kind: Ints, value: Ints, member: Ints) -> Ints:
    """Different requests met through any common (kind, value) within a ring."""
    ring_of = dict(zip(member.tolist(), ring.tolist(), strict=True))
    groups: dict[tuple[int, int, int], set[int]] = {}
    for row, number, item in zip(rows.tolist(), kind.tolist(), value.tolist(), strict=True):
        groups.setdefault((ring_of[row], number, item), set()).add(row)
    met: dict[int, set[int]] = {row: {row} for row in member.tolist()}
    for group in groups.values():
        if len(group) > 1:
            for row in group:
                met[row] |= group
    return np.array([len(met[row]) - 1 for row in member.tolist()])


def write_truth(folder: Path, intake: Intake, names: Names, beside: Beside | None = None) -> None:
    """Write `labels.csv`, `roles.csv` and `honest.csv`, and `staged.csv` where something is staged."""
    chance, beside = intake.world.chance, beside or Beside()
    # Ring numbers in the order of planting would tell an operator's neighbours: shuffled like all ids.
    first = int(intake.ring.max(initial=-1)) + 1
    own = np.array(beside.ring, np.int64)
    ring = np.concatenate([intake.ring, np.where(own >= 0, own + first, -1)])
    request = pa.concat_arrays([names.request, pa.array(beside.request_id, pa.string())])
    rings = int(ring.max(initial=-1)) + 1
    number = chance.permutation(rings)
    called = pa.array([f"T{one:05d}" for one in number.tolist()], pa.string())
    labels = pa.table(
        {
            "request_id": request,
            "ring_id": text.blank(called.take(pa.array(np.maximum(ring, 0))), ring >= 0)
            if rings
            else pa.nulls(len(ring), pa.string()),
            "role": text.blank(
                text.pick(ROLES, np.concatenate([intake.role, np.zeros(len(own), np.int64)])), ring >= 0
            ),
            "links": pa.array(np.concatenate([count_links(intake), np.array(beside.links, np.int64)])),
        }
    )
    pacsv.write_csv(labels.take(pa.array(chance.permutation(labels.num_rows))), folder / "labels.csv", _AS_WRITTEN)
    pacsv.write_csv(_roles(intake, names, called), folder / "roles.csv", _AS_WRITTEN)
    cause = [*intake.cause, *beside.cause]
    honest = pa.table({"request_id": request, "cause": pa.array(cause, pa.string())})
    honest = honest.filter(pa.array([bool(one) for one in cause])).sort_by("request_id")
    pacsv.write_csv(honest, folder / "honest.csv", _AS_WRITTEN)
    if intake.staged:
        shown = {"ring_id": [called[ring] for ring in intake.staged], "shows": list(intake.staged.values())}
        pacsv.write_csv(pa.table(shown), folder / "staged.csv", _AS_WRITTEN)


def _roles(intake: Intake, names: Names, called: pa.Array) -> pa.Table:
    """`ring_id,role,kind,value,requests`: delegates, payees and agents around each ring, by how often they appear."""
    world = intake.world
    parts = []
    member = intake.ring >= 0
    rows = np.flatnonzero(member & (intake.delegate >= 0))
    ring, place, count = _counted(intake.ring[rows], intake.delegate[rows])
    delegates = intake.delegates
    person, agent = (np.array([*column, -1])[place] for column in (delegates.person, delegates.agent))
    parts.append((ring, "delegate", "id_no", people(world, place, person, agent)[1], count))
    rows = np.flatnonzero(member & intake.other_payee)
    ring, account, count = _counted(intake.ring[rows], intake.account[rows])
    parts.append((ring, "payee", "bank_account", text.numbers(account), count))
    rows = np.flatnonzero(member & (intake.new_agent >= 0))
    ring, agent, count = _counted(intake.ring[rows], intake.new_agent[rows])
    parts.append((ring, "agent", "agent_no", names.agents(agent), count))
    leaks = [(ring, agent) for ring, agent in intake.leak.items() if agent >= 0]
    rings, agents = (np.array([pair[side] for pair in leaks], np.int64) for side in (0, 1))
    sizes = np.bincount(intake.ring[member], minlength=int(intake.ring.max(initial=-1)) + 1)
    parts.append((rings, "agent", "agent_no", names.agents(agents), sizes[rings] if len(rings) else rings))
    tables = [
        pa.table(
            {
                "ring_id": called.take(pa.array(ring)) if len(called) else pa.nulls(0, pa.string()),
                "role": pa.array([role] * len(ring), pa.string()),
                "kind": pa.array([kind] * len(ring), pa.string()),
                "value": value,
                "requests": pa.array(count.astype(np.int64)),
            }
        )
        for ring, role, kind, value, count in parts
    ]
    return pa.concat_tables(tables).sort_by([(name, "ascending") for name in ("ring_id", "role", "value")])


def _counted(ring: Ints, value: Ints) -> tuple[Ints, Ints, Ints]:
    """Distinct pairs of a ring and a value, and how often each occurs."""
    pairs, counts = np.unique(np.column_stack([ring, value]), axis=0, return_counts=True)
    pairs = pairs.reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], counts
