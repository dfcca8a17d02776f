"""Customers, persons, households, policies, complaints and requests."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ringfinder.detect.analysis import Analysis
from ringfinder.graph.arrays import IntArray, pairs, pick
from ringfinder.graph.columns import days, is_one_of, lookup, numbers, whole
from ringfinder.graph.filed import FILED_KINDS, filed_values, first_day
from ringfinder.graph.letters import letter_clusters
from ringfinder.graph.network import LINKING_KINDS, Network
from ringfinder.index.files import Writer, hashes
from ringfinder.index.making.found import Found
from ringfinder.records.portfolio import FILE, LINE


def write_people(writer: Writer, found: Found) -> None:
    """Customer numbers, persons, households, and what they have on file."""
    network, settings = found.analysis.network, found.settings
    people, portfolio = network.people, network.portfolio
    writer.texts("customer", people.ids)
    names = hashes(whole(portfolio.table("persons")["name"]))
    known = people.row >= 0
    name = np.zeros(len(people.row), np.uint64)
    if len(names):
        name[known] = names[people.row[known]]
    homes = int(network.household.max(initial=-1)) + 1
    unit_of = np.full(homes, -1, np.int32)
    unit_of[network.household[people.of_request]] = network.unit
    writer.arrays(
        {
            "customer.person": people.person.astype(np.int32),
            "customer.name": name,
            "customer.id_no": pick(network.codes["id_no"].of("persons", "id_no"), people.row, -1).astype(np.int32),
            "person.household": network.household.astype(np.int32),
            "household.unit": unit_of,
        }
    )
    writer.rows("customers_of", people.person, people.count, customer=np.arange(len(people.person), dtype=np.int32))
    writer.rows("requests_of", people.of_request, people.count, request=np.arange(network.count, dtype=np.int32))
    applied = days(network.requests["applied_at"])
    first = first_day(people, applied, float(applied.max(initial=0.0)))
    for kind in FILED_KINDS:
        held = filed_values(portfolio, people, network.codes[kind], first, settings.fresh_days)
        mine = pairs(network.household[held.rows], held.columns, (homes, held.shape[1]))
        writer.rows(f"filed.{kind}", mine.rows, homes, code=mine.columns.astype(np.int32))
    person = people.of_table(portfolio, "persons")
    ids = network.codes["id_no"].of("persons", "id_no")
    mine = pairs(
        network.household[np.maximum(person, 0)], np.where(person >= 0, ids, -1), (homes, int(ids.max(initial=0)) + 1)
    )
    writer.rows("filed.id_no", mine.rows, homes, code=mine.columns.astype(np.int32))


def write_papers(writer: Writer, analysis: Analysis) -> None:
    """Policies with what the signs need of them; complaints, callbacks and contact changes by policy and person."""
    network = analysis.network
    portfolio, people = network.portfolio, network.people
    requests = network.requests
    writer.texts("request", whole(requests["request_id"]))
    writer.arrays(
        {
            "request.episode": analysis.episodes.of_request.astype(np.int32),
            "request.person": people.of_request.astype(np.int32),
            "request.day": days(requests["applied_at"]),
            "request.policy": network.joins.policy.astype(np.int32),
            "request.customer": people.applicant.astype(np.int32),
            "request.line": numbers(requests[LINE]),
            "request.file": places(requests[FILE]).astype(np.int32),
            "request.branch": _branches(network),
        }
    )
    writer.texts("file", pa.compute.unique(whole(requests[FILE]).cast(pa.string()).drop_null()))
    policies = portfolio.table("policies")
    writer.texts("policy", whole(policies["policy_no"]))
    writer.texts("agent", pa.compute.unique(whole(policies["agent_no"]).drop_null()))
    writer.texts("branch", _branch_names(network))
    writer.arrays(
        {
            "policy.issued": days(policies["issued_on"]),
            "policy.premium": numbers(policies["premium_paid"]),
            "policy.payer": network.codes["bank_account"].of("policies", "premium_payer_account"),
            "policy.agent": places(policies["agent_no"]),
        }
    )
    count = policies.num_rows
    of_request = network.joins.policy
    writer.rows("policy_requests", of_request[of_request >= 0], count, request=np.flatnonzero(of_request >= 0))
    _complaints(writer, analysis)
    calls = portfolio.table("callbacks")
    behind = is_one_of(calls["letter_is_own"], "n") | is_one_of(calls["paid_a_fee"], "y")
    own = is_one_of(calls["letter_is_own"], "y") & ~behind
    at = pa.compute.index_in(whole(calls["policy_no"]), value_set=whole(policies["policy_no"]), skip_nulls=True)
    row = at.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    said = np.where(behind, 2, np.where(own, 1, 0))
    known = row >= 0
    number = network.codes["phone"].of("callbacks", "number")
    writer.rows(
        "policy_calls", row[known], count, day=days(calls["called_at"])[known], said=said[known], number=number[known]
    )
    changes = portfolio.table("contact_changes")
    who, changed = people.of_table(portfolio, "contact_changes"), days(changes["changed_at"])
    parts = []
    for place, kind in enumerate(LINKING_KINDS):
        if kind in FILED_KINDS:
            code = network.codes[kind].of("contact_changes", "new_value")
            mine = np.flatnonzero((who >= 0) & (code >= 0))
            parts.append(np.stack([who[mine], np.full(len(mine), place), code[mine], mine], axis=1))
    found = np.concatenate([*parts, np.empty((0, 4), np.int64)])
    writer.rows(
        "changes_of",
        found[:, 0],
        people.count,
        day=changed[found[:, 3]],
        kind=found[:, 1].astype(np.int8),
        code=found[:, 2].astype(np.int32),
    )


def _branch_names(network: Network) -> pa.Array:
    """Branches of requests and of policies, those of requests first."""
    both = [whole(network.requests["branch_code"]), whole(network.portfolio.table("policies")["branch_code"])]
    return pa.compute.unique(pa.chunked_array([one.drop_null() for one in both], pa.string()))


def _branches(network: Network) -> IntArray:
    """Branch of each request: its own, else that of its policy; -1 for none."""
    names = _branch_names(network)
    own = lookup(network.requests["branch_code"], names)
    policy = lookup(network.portfolio.table("policies")["branch_code"], names)
    return np.where(own >= 0, own, pick(policy, network.joins.policy, -1)).astype(np.int32)


def _complaints(writer: Writer, analysis: Analysis) -> None:
    """Complaints with their values, demand and letter, by number, policy and person."""
    network = analysis.network
    portfolio, people = network.portfolio, network.people
    table = portfolio.table("complaints")
    writer.texts("complaint", whole(table["complaint_id"]))
    phones, addresses = network.codes["phone"], network.codes["address"]
    writer.arrays(
        {
            "complaint.day": days(table["received_at"]),
            "complaint.full": is_one_of(table["demand"], "full_refund"),
            "complaint.letter": letter_clusters(table["text"]),
            "complaint.phone": phones.of("complaints", "phone"),
            "complaint.sender_phone": phones.of("complaints", "sender_phone"),
            "complaint.sender_address": addresses.of("complaints", "sender_address"),
        }
    )
    policy = lookup(table["policy_no"], portfolio.table("policies")["policy_no"])
    rows = np.arange(table.num_rows)
    known = policy >= 0
    writer.rows("policy_complaints", policy[known], portfolio.table("policies").num_rows, row=rows[known])
    person = people.of_table(portfolio, "complaints", "applicant_id")
    known = (person >= 0) & ~table["policy_no"].is_valid().to_numpy()
    writer.rows("person_complaints", person[known], people.count, row=rows[known])


def places(column: pa.ChunkedArray) -> IntArray:
    """Place of each text among the distinct ones, -1 where missing."""
    texts = whole(column).cast(pa.string())
    found = pa.compute.index_in(texts, value_set=pa.compute.unique(texts.drop_null()), skip_nulls=True)
    places: IntArray = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return places
