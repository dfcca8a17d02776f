"""Why was this not found? Everything about a request, a person, a policy or a value, against one analysis.

An investigator's first test is a ring that is known already. The answer names, for each value held, its
class and why it did or did not link, and the nearest ring with what was missing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.cells import raw_uses
from ringfinder.detect.inquiry import Inquiry
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.why_people import person_finding
from ringfinder.detect.why_values import unusable_finding, value_finding
from ringfinder.graph.arrays import IntArray, distinct
from ringfinder.graph.columns import lookup
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.normalize import normalize_value
from ringfinder.records.findings import Findings, PersonFinding, ValueFinding
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.rings import AttributeKey

KINDS: tuple[str, ...] = (*LINKING_KINDS, "id_no", "request", "person", "policy")
"""What may be asked for."""

_NEAR, _LIKE, _MOST_COMPARED = 3, 0.75, 20_000
_SAME_ENDS = 4


def why(
    analysis: Analysis,
    settings: DetectSettings,
    asked: str,
    kind: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Findings:
    """Explain a request, person, policy or value.

    Parameters
    ----------
    asked
        An id, or a value in any written form.
    kind
        One of `KINDS`, to look for nothing else.
    names
        Ring of each request in a stored run, by whose ids groups are called.

    Returns
    -------
    Findings
        All meanings; empty where there is none.
    """
    return explain_all(Inquiry(analysis, settings, names), asked, kind)


def explain_all(inquiry: Inquiry, asked: str, kind: str | None = None) -> Findings:
    """Explain all meanings of what was asked."""
    text = asked.strip()
    people = [found for name, find in _PEOPLE.items() if kind in (None, name) for found in find(inquiry, text)]
    return Findings(tuple(people), tuple(_values(inquiry, text, kind)))


def _told(inquiry: Inquiry, asked_as: str, person: int, requests: IntArray) -> Iterator[PersonFinding]:
    """What is told of a person and some requests: nothing where the reader may see none of these."""
    if inquiry.shows(requests):
        yield person_finding(inquiry, asked_as, person, inquiry.visible(requests))


def _request(inquiry: Inquiry, text: str) -> Iterator[PersonFinding]:
    row = lookup(pa.array([text]), inquiry.network.requests["request_id"])
    if row[0] >= 0:
        yield from _told(inquiry, "request", int(inquiry.network.people.of_request[row[0]]), row)


def _person(inquiry: Inquiry, text: str) -> Iterator[PersonFinding]:
    person = int(inquiry.network.people.find(pa.array([text]))[0])
    if person >= 0:
        yield from _told(inquiry, "person", person, np.flatnonzero(inquiry.network.people.of_request == person))


def _policy(inquiry: Inquiry, text: str) -> Iterator[PersonFinding]:
    network = inquiry.network
    rows = np.flatnonzero(pc.equal(network.requests["policy_no"], text).to_numpy())
    persons = network.people.of_request[rows]
    row = lookup(pa.array([text]), network.portfolio.table("policies")["policy_no"])
    if not len(rows) and row[0] >= 0:
        persons = network.people.of_table(network.portfolio, "policies", "applicant_id")[row]
    for person in distinct(persons[persons >= 0]).tolist():
        yield from _told(inquiry, "policy", person, _of(rows, network.people.of_request, person))


def _of(rows: IntArray, person_of: IntArray, person: int) -> IntArray:
    found: IntArray = rows[person_of[rows] == person]
    return found


def _identity(inquiry: Inquiry, text: str) -> Iterator[PersonFinding]:
    """Persons by the number of their identity card."""
    network = inquiry.network
    form = normalize_value(ColumnKind.ID_NO, text)[0]
    code = lookup(pa.array([form], pa.string()), network.codes["id_no"].values)
    rows = (
        np.flatnonzero(network.codes["id_no"].of("persons", "id_no") == code[0]) if code[0] >= 0 else np.empty(0, int)
    )
    for person in distinct(network.people.of_table(network.portfolio, "persons")[rows]).tolist():
        yield from _told(inquiry, "id_no", person, np.flatnonzero(network.people.of_request == person))


_PEOPLE = {"request": _request, "person": _person, "policy": _policy, "id_no": _identity}


def _values(inquiry: Inquiry, text: str, kind: str | None) -> Iterator[ValueFinding]:
    """Values of every kind that the text may be a written form of."""
    for name in LINKING_KINDS:
        if kind is not None and kind != name and (kind, name) != ("id_no", "delegate"):
            continue
        unusable = True
        for of_kind in ("id_no", "phone") if name == "delegate" else (name,):
            form, remark = normalize_value(ColumnKind(of_kind), text)
            if form is None:
                continue
            unusable = False
            for code in inquiry.sieve.find(name, form):
                if inquiry.shows(inquiry.sieve.sift(name, code).uses.request):
                    yield value_finding(inquiry, name, code)
        if unusable:
            users = raw_uses(inquiry.network, name, text)
            if len(users) and inquiry.shows(users):
                yield unusable_finding(inquiry, name, text, remark, users)


def suggestions(inquiry: Inquiry, asked: str, kind: str | None = None) -> tuple[AttributeKey, ...]:
    """Ids and values that are nearly what was asked for."""
    network, text = inquiry.network, asked.strip()
    ids = {
        "request": network.requests["request_id"],
        "person": network.people.ids,
        "policy": network.requests["policy_no"],
    }
    found = [
        AttributeKey(name, one) for name, known in ids.items() if kind in (None, name) for one in _near(known, text)
    ]
    for name in LINKING_KINDS:
        if name == "delegate" or kind not in (None, name):
            continue
        form = normalize_value(ColumnKind(name), text)[0]
        if form:
            found.extend(AttributeKey(name, one) for one in _near(network.codes[name].values, form))
    return tuple(found)[: 2 * _NEAR]


def _near(known: pa.Array | pa.ChunkedArray, text: str) -> list[str]:
    """The nearest of many texts: only those with the same beginning or the same end are compared."""
    if len(text) < _SAME_ENDS:
        return []
    ends = pc.or_(pc.starts_with(known, text[:_SAME_ENDS]), pc.ends_with(known, text[-_SAME_ENDS:]))
    chosen = pc.unique(known.filter(ends)).slice(0, _MOST_COMPARED).to_pylist()
    return difflib.get_close_matches(text, sorted(chosen), n=_NEAR, cutoff=_LIKE)
