"""Requests, complaints, letters and visits."""

from __future__ import annotations

import numpy as np

from ringfinder.detect.signs import Signs
from ringfinder.graph.arrays import pairs
from ringfinder.graph.columns import days, lookup, whole
from ringfinder.neo4j.model import Triple
from ringfinder.neo4j.projection.draft import Draft
from ringfinder.neo4j.projection.rolls import Rolls, cells, first_by_id, places, span
from ringfinder.neo4j.projection.scope import Selection
from ringfinder.neo4j.projection.source import Source
from ringfinder.neo4j.projection.values import HUB

_SHARED = 2
_EARLY = 2  # `held`: inside the first window in which a commission vests, or the second
_CALLBACKS = np.array([None, "own", "behind"], object)


def add_papers(draft: Draft, source: Source, selection: Selection, rolls: Rolls, homes: list[str]) -> None:
    """Requests, complaints and what ties them."""
    _add_requests(draft, source, selection, homes)
    _add_complaints(draft, source, selection)
    _add_waybills(draft, selection, rolls)
    _add_visits(draft, source, selection)


def _add_requests(draft: Draft, source: Source, selection: Selection, homes: list[str]) -> None:
    network, requests, signs = source.network, source.network.requests, source.signs
    names = (
        *("request_id", "applied_at", "kind", "channel", "status", "cash_value", "requested_amount"),
        *("agreed_amount", "paid_amount", "paid_at"),
    )
    person = network.people.of_request.tolist()
    draft.add_nodes(
        "SurrenderRequest",
        whole(requests["request_id"]),
        selection.requests,
        {
            **{name: requests[name] for name in names},
            "held_days": signs.held_days,
            "harm": harm(signs),
            "callback": _CALLBACKS[signs.request["callback"]].tolist(),
            "household": [homes[number] for number in person],
            "row": places(requests),
        },
        extra={"Flagged": source.flagged},
    )


def harm(signs: Signs) -> list[list[str]]:
    """Names of the signs of harm that each request shows, in a fixed order."""
    found = signs.request
    money, complaint = signs.money(), signs.complaint()
    shows = {
        "asks_more": money == 1,
        "asks_premium": money > 1,
        "demands_full_refund": complaint > 1,
        "takeover": found["takeover"] > 0,
        "third_party_payee": found["payee"] > 0,
        "somebody_behind": found["callback"] > 1,
        "early": (found["held"] == 1) | (found["held"] == _EARLY),
        "stranger_paid_premium": found["premium"] > 0,
    }
    names = list(shows)
    flags = np.column_stack(list(shows.values()))
    return [[name for name, shown in zip(names, row, strict=True) if shown] for row in flags.tolist()]


def _add_complaints(draft: Draft, source: Source, selection: Selection) -> None:
    table = source.portfolio.table("complaints")
    names = (
        *("complaint_id", "received_at", "source", "category", "demand", "outcome", "closed_at"),
        *("paid_extra", "regulator_ref"),
    )
    columns = {name: table[name] for name in names}
    draft.add_nodes(
        "Complaint",
        whole(table["complaint_id"]),
        selection.complaints,
        {**columns, "row": places(table)},
    )
    person = source.network.people.of_table(source.portfolio, "complaints", "applicant_id")
    count = int(source.letter.max(initial=-1)) + 1
    rows = np.arange(table.num_rows)
    letters = pairs(source.letter, rows, (count, table.num_rows))
    senders = pairs(source.letter, person, (count, source.network.people.count))
    first, last = span(source.letter, days(table["received_at"]), count)
    chosen = np.zeros(count, np.bool_)
    mine = selection.complaints & (source.letter >= 0)
    chosen[source.letter[mine]] = True
    # A cluster is named after its first complaint, by id: so it keeps its key when rows are shuffled.
    ids = whole(table["complaint_id"])
    draft.add_nodes(
        "TextCluster",
        cells(ids, first_by_id(ids, source.letter, count)),
        chosen & (letters.row_sizes >= _SHARED),
        {"complaints": letters.row_sizes, "applicants": senders.row_sizes, "first_at": first, "last_at": last},
        caption=lambda _: "雷同信函",
        extra={"Hub": letters.row_sizes >= HUB},
    )


def _add_waybills(draft: Draft, selection: Selection, rolls: Rolls) -> None:
    code, texts = rolls.waybill_runs
    sizes = np.bincount(code[code >= 0], minlength=len(texts))
    chosen = np.zeros(len(texts), np.bool_)
    mine = selection.complaints & (code >= 0)
    chosen[code[mine]] = True
    draft.add_nodes(
        "WaybillRun",
        texts,
        chosen & (sizes >= _SHARED),
        {"complaints": sizes},
        caption=lambda text: f"{text[:2]}****",
    )


def _add_visits(draft: Draft, source: Source, selection: Selection) -> None:
    table = source.portfolio.table("visits")
    demands = [draft.keyring.key("demand", text.strip()) if text else None for text in table["demand"].to_pylist()]
    draft.add_nodes(
        "Visit",
        whole(table["visit_id"]),
        selection.visits,
        {
            **{name: table[name] for name in ("visit_id", "visited_at", "party_size")},
            "demand_key": demands,
            "row": places(table),
        },
    )


def add_paper_relations(draft: Draft, source: Source, rolls: Rolls) -> None:
    """Which paper is whose, about what, and written from what."""
    network, portfolio = source.network, source.portfolio
    requests = np.arange(network.count)
    draft.add_relations(Triple("Person", "APPLIED_FOR", "SurrenderRequest"), network.people.of_request, requests)
    draft.add_relations(Triple("SurrenderRequest", "SURRENDERS", "Policy"), requests, rolls.policy_of_request)
    branch = lookup(network.requests["branch_code"], rolls.branches)
    draft.add_relations(Triple("SurrenderRequest", "AT_BRANCH", "Branch"), requests, branch)
    complaints = portfolio.table("complaints")
    rows = np.arange(complaints.num_rows)
    by = network.people.of_table(portfolio, "complaints", "applicant_id")
    draft.add_relations(Triple("Person", "COMPLAINED", "Complaint"), by, rows)
    draft.add_relations(Triple("Complaint", "ABOUT", "Policy"), rows, rolls.policies.find(complaints["policy_no"]))
    draft.add_relations(Triple("Complaint", "GOES_WITH", "SurrenderRequest"), *network.joins.complaints)
    draft.add_relations(Triple("Complaint", "COPY_OF", "TextCluster"), rows, source.letter)
    draft.add_relations(Triple("Complaint", "SENT_UNDER", "WaybillRun"), rows, rolls.waybill_runs[0])
    phones, addresses = network.codes["phone"], network.codes["address"]
    draft.add_relations(Triple("Complaint", "SENT_FROM", "Phone"), rows, phones.of("complaints", "sender_phone"))
    draft.add_relations(Triple("Complaint", "SENT_FROM", "Address"), rows, addresses.of("complaints", "sender_address"))
    draft.add_relations(Triple("Complaint", "WRITTEN_WITH", "Phone"), rows, phones.of("complaints", "phone"))
    visits = portfolio.table("visits")
    rows = np.arange(visits.num_rows)
    draft.add_relations(Triple("Person", "CAME", "Visit"), network.people.of_table(portfolio, "visits"), rows)
    draft.add_relations(Triple("Visit", "AT_BRANCH", "Branch"), rows, lookup(visits["branch_code"], rolls.branches))
    draft.add_relations(Triple("Visit", "ABOUT", "Policy"), rows, rolls.policies.find(visits["policy_no"]))
    draft.add_relations(Triple("Visit", "SPOKEN_FOR_BY", "Phone"), rows, phones.of("visits", "spokesperson_phone"))
