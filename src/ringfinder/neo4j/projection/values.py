"""Nodes of values, and how requests, customers and agents come by them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from ringfinder.graph.arrays import BoolArray, IntArray, pairs
from ringfinder.graph.classes import ValueClass
from ringfinder.graph.incidence import Source as Role
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.neo4j.model import VALUE_LABELS, Triple
from ringfinder.neo4j.projection.draft import Draft
from ringfinder.neo4j.projection.rolls import Rolls, span
from ringfinder.neo4j.projection.scope import Scope, Selection
from ringfinder.neo4j.projection.source import KindUses, Source, households
from ringfinder.normalize.masking import mask

HUB = 50
"""Neighbours from which a node is a hub: Browser draws no more at once that anybody can read."""

_PUBLIC = (ValueClass.REGISTRY, ValueClass.INSTITUTION, ValueClass.COUNTER)
_CLASSES = np.array([one.name.lower() for one in ValueClass], object)

_WAYS: Mapping[tuple[Role, str], str] = {
    **{(Role.REQUEST, kind): "CONTACT_BY" for kind in ("phone", "address", "email")},
    (Role.REQUEST, "device"): "FROM_DEVICE",
    (Role.REQUEST, "ip"): "FROM_IP",
    (Role.PAYEE, "bank_account"): "PAYS_TO",
    (Role.DELEGATE, "phone"): "DELEGATE_PHONE",
    (Role.DELEGATE, "delegate"): "DELEGATED_TO",
    **{(Role.CHANGE, kind): "CHANGED_TO" for kind in ("phone", "address", "email", "bank_account")},
    (Role.COMPLAINT, "phone"): "COMPLAINT_FROM",
    (Role.SENDER, "phone"): "LETTER_FROM",
    (Role.SENDER, "address"): "LETTER_FROM",
    (Role.CALLBACK, "phone"): "CALLED_BACK_ON",
    (Role.PREMIUM, "bank_account"): "PREMIUM_FROM",
}
"""Relationship type of each role in which a kind is used."""


def add_value_nodes(draft: Draft, source: Source, selection: Selection, organisers: Mapping[str, BoolArray]) -> None:
    """Values of every kind that requests use or, in the widest scope, have on file."""
    for kind, uses in source.uses.items():
        chosen = selection.values[kind].copy()
        if kind in source.filed and selection.scope is Scope.ALL:
            filed = source.filed[kind]
            chosen[filed.columns[selection.persons[filed.rows]]] = True
        count = len(uses.texts)
        requests = pairs(uses.code, uses.request, (count, source.network.count)).row_sizes
        in_alert = np.zeros(count, np.bool_)
        in_alert[uses.code[uses.counts & source.flagged[uses.request]]] = True
        first, last = span(uses.code, uses.day, count)
        draft.add_nodes(
            VALUE_LABELS[kind],
            uses.texts,
            chosen,
            {
                "value": uses.texts,
                "value_class": _CLASSES[uses.value_class].tolist(),
                "households": households(source.network, uses),
                "requests": requests,
                "first_at": first,
                "last_at": last,
                **({"no_door": _no_door(source, uses)} if kind == "address" else {}),
            },
            caption=str if draft.unmasked else partial(mask, kind),
            extra={
                "Public": np.isin(uses.value_class, [int(one) for one in _PUBLIC]),
                "Hub": requests >= HUB,
                "Flagged": in_alert,
                "OrganiserCandidate": organisers.get(kind, np.zeros(count, np.bool_)),
            },
        )


def add_value_relations(draft: Draft, source: Source, rolls: Rolls) -> None:
    """Uses by requests, contacts on file, agents' own phones, and who a delegate is."""
    for kind, uses in source.uses.items():
        for role in Role:
            name = _WAYS.get((role, kind))
            if name:
                _add_uses(draft, uses, role, Triple("SurrenderRequest", name, VALUE_LABELS[kind]))
    for kind, filed in source.filed.items():
        draft.add_relations(Triple("Person", "FILED", VALUE_LABELS[kind]), filed.rows, filed.columns)
    agents = source.portfolio.table("agents")
    own = rolls.agents.find(agents["agent_no"])
    draft.add_relations(
        Triple("Agent", "AGENT_PHONE", "Phone"), own, source.network.codes["phone"].of("agents", "phone")
    )
    _add_delegates(draft, source, own)


def _add_uses(draft: Draft, uses: KindUses, role: Role, triple: Triple) -> None:
    """Uses in one role, those that count first, then the earliest."""
    rows = np.flatnonzero(uses.role == role)
    order = rows[np.lexsort((uses.day[rows], ~uses.counts[rows]))]
    draft.add_relations(
        triple, uses.request[order], uses.code[order], {"at": uses.day[order], "counts": uses.counts[order]}
    )


def _add_delegates(draft: Draft, source: Source, own: IntArray) -> None:
    """Agents and customers who are delegates, by their ID or by a phone that no ID is known for."""
    ids, phones = source.network.codes["id_no"], source.network.codes["phone"]
    shift = len(ids.values)
    for label, table, number in (
        ("Agent", "agents", own),
        ("Person", "persons", source.network.people.of_table(source.portfolio, "persons")),
    ):
        by_id, by_phone = ids.of(table, "id_no"), phones.of(table, "phone")
        code = np.concatenate([by_id, np.where(by_phone >= 0, by_phone + shift, -1)])
        draft.add_relations(Triple(label, "ACTS_AS", "Delegate"), np.concatenate([number, number]), code)


def _no_door(source: Source, uses: KindUses) -> BoolArray:
    """Addresses without a door number among those that may link."""
    values = source.network.values
    found = np.zeros(len(uses.texts), np.bool_)
    of_kind = (values.kind == LINKING_KINDS.index("address")) & values.no_door
    found[values.code[of_kind]] = True
    return found
