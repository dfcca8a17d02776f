"""Every value of every kind, shared or not, with who uses it."""

from __future__ import annotations

import numpy as np

from ringfinder.detect.analysis import Analysis
from ringfinder.graph import classes
from ringfinder.graph.arrays import pairs
from ringfinder.graph.columns import days
from ringfinder.graph.incidence import Source, Uses, uses_of
from ringfinder.graph.network import LINKING_KINDS, Network
from ringfinder.index.files import Writer
from ringfinder.index.making.found import Found


def write_values(writer: Writer, analysis: Analysis) -> None:
    """Values that survived pruning, and flows: what is believed of each, and who holds it."""
    a, holdings, judgement = analysis, analysis.holdings, analysis.judgement
    writer.arrays(
        {
            "value.kind": holdings.kind.astype(np.int8),
            "value.households": holdings.households,
            "value.surprise": holdings.surprise,
            "value.probability": judgement.value,
            "value.harmed": judgement.harmed,
            "value.vested": judgement.vested,
            "value.beforehand": judgement.beforehand,
        }
    )
    used, episodes, groups = holdings.used, a.episodes, a.groups
    count = len(holdings.kind)
    writer.rows("holders", used.rows, count, episode=used.columns.astype(np.int32))
    homes = pairs(used.rows, episodes.unit[used.columns], (count, a.network.units))
    writer.rows("homes", homes.rows, count, unit=homes.columns.astype(np.int32))
    group = groups.of_episode[used.columns]
    inside = np.unique(np.stack([used.rows, group, episodes.unit[used.columns]], axis=1)[group >= 0], axis=0)
    if not len(inside):
        inside = np.empty((0, 3), np.int64)
    key, users = np.unique(inside[:, 0] * np.int64(max(groups.count, 1)) + inside[:, 1], return_counts=True)
    value, of = key // max(groups.count, 1), key % max(groups.count, 1)
    writer.rows("spread", value, count, group=of.astype(np.int32), users=users.astype(np.int32))
    writer.rows(
        "inside",
        groups.inside.rows,
        groups.count,
        value=groups.inside.columns.astype(np.int32),
        users=groups.users.astype(np.int32),
    )


def write_uses(writer: Writer, found: Found) -> None:
    """Every value of every kind, shared or not: its class, its uses, and its place among those that survived."""
    network = found.analysis.network
    survived = network.values
    shown: list[tuple[int, Uses]] = []
    for kind in LINKING_KINDS:
        number = LINKING_KINDS.index(kind)
        mine = np.flatnonzero(survived.kind == number)
        size = len(network.classes[kind])
        place = np.full(size, -1, np.int32)
        place[survived.code[mine]] = mine
        writer.arrays({f"{kind}.class": network.classes[kind], f"{kind}.value": place})
        if kind == "delegate":
            applied = days(network.requests["applied_at"])
            known = np.flatnonzero(network.delegate >= 0)
            uses = Uses(known, network.delegate[known], np.full(len(known), Source.DELEGATE), applied[known])
            _owners(writer, network)
        else:
            codes = network.codes[kind]
            writer.texts(kind, codes.values)
            uses = uses_of(network.portfolio, network.requests, codes, network.joins)
            until = np.maximum(
                classes.registry(network.portfolio, codes).until, classes.in_post_until(network.portfolio, codes)
            )
            writer.arrays({f"{kind}.until": until.astype(np.float32)})
        shown.append((number, uses))
        writer.rows(
            f"{kind}.uses",
            uses.code,
            size,
            request=uses.request.astype(np.int32),
            source=uses.source.astype(np.int8),
            day=uses.day.astype(np.float32),
        )
    writer.texts("id_no", network.codes["id_no"].values)
    writer.rows(
        "request_values",
        np.concatenate([uses.request for _, uses in shown]),
        network.count,
        kind=np.concatenate([np.full(len(uses.code), number, np.int8) for number, uses in shown]),
        code=np.concatenate([uses.code for _, uses in shown]).astype(np.int32),
        source=np.concatenate([uses.source for _, uses in shown]).astype(np.int8),
        day=np.concatenate([uses.day for _, uses in shown]).astype(np.float32),
    )


def _owners(writer: Writer, network: Network) -> None:
    """Delegate that a phone stands for, as requests were resolved; and until when an ID or phone is an agent's."""
    ids, phones = network.codes["id_no"], network.codes["phone"]
    phone = phones.of("surrender_requests", "delegate_phone")
    known = (phone >= 0) & (network.delegate >= 0)
    by_phone = np.arange(len(phones.values)) + len(ids.values)
    by_phone[phone[known]] = network.delegate[known]
    until = np.concatenate(
        [
            np.maximum(classes.in_post_until(network.portfolio, one), classes.registry(network.portfolio, one).until)
            for one in (ids, phones)
        ]
    )
    writer.arrays({"delegate.of_phone": by_phone.astype(np.int64), "delegate.until": until.astype(np.float32)})
