"""Laws of the projection: names and order decide nothing, scopes nest, no end is loose, nothing raw is shown."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection import analysed, portfolio, town
from tests.property.neo4j.conftest import KEYRING, projections, shuffled, source_of

from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.neo4j.model import EXTRA_LABELS, LABELS, RELATIONS, TRIPLES, VALUE_LABELS
from ringfinder.neo4j.projection import END, EXTRA, START, Projection, Scope, Source, project
from ringfinder.normalize.masking import mask
from ringfinder.records.portfolio import Portfolio

Rows = dict[str, list[dict[str, object]]]
PLACES = ("row", "rows")


def _rows(projection: Projection) -> Rows:
    """Everything but where it was handed over, in an order of its own."""
    tables = {**projection.nodes, **{str(triple): table for triple, table in projection.relations.items()}}
    found = {}
    for name, table in tables.items():
        rows = [{key: cell for key, cell in row.items() if key not in PLACES} for row in table.to_pylist()]
        found[name] = sorted(rows, key=lambda row: (str(row.get("key")), str(row.get(START)), str(row.get(END))))
    return found


def _keys(table: pa.Table, *names: str) -> list[tuple[str, ...]]:
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def _sound(projected: Mapping[Scope, Projection]) -> None:
    """What holds for every projection of everything."""
    before: dict[str, set[tuple[str, ...]]] = {}
    for scope in Scope:
        projection = projected[scope]
        now = {label: _keys(table, "key") for label, table in projection.nodes.items()}
        now |= {str(triple): _keys(table, START, END) for triple, table in projection.relations.items()}
        assert set(projection.nodes) == set(LABELS) - {"Projection"}
        assert set(projection.relations) == set(TRIPLES)
        for name, keys in now.items():
            assert not [key for key, times in Counter(keys).items() if times > 1], name
            assert all(all(key) for key in keys), name
            assert before.get(name, set()) <= set(keys), (scope, name)
        before = {name: set(keys) for name, keys in now.items()}
        for label, table in projection.nodes.items():
            assert table.column_names == [*(one.name for one in LABELS[label].everywhere), EXTRA]
            extra = {name for text in table[EXTRA].to_pylist() for name in text.split(";") if name}
            assert extra <= set(EXTRA_LABELS)
            for one in LABELS[label].properties:
                assert table[one.name].type == one.kind.arrow, (label, one.name)
                assert not one.personal or table[one.name].null_count == table.num_rows
        for triple, table in projection.relations.items():
            assert table.column_names == [START, END, *(one.name for one in RELATIONS[triple.relation].properties)]
            assert set(_keys(table, START)) <= before[triple.start], "no end is loose"
            assert set(_keys(table, END)) <= before[triple.end], "no end is loose"


def test_every_projection_is_sound_and_holds_the_narrower_ones(projected: Mapping[Scope, Projection]) -> None:
    _sound(projected)
    sizes = [projected[scope].node_count for scope in Scope]
    assert sizes[0] < sizes[1] < sizes[2]


def test_everything_is_there_in_the_widest_scope(
    data: Portfolio, source: Source, projected: Mapping[Scope, Projection]
) -> None:
    nodes = projected[Scope.ALL].nodes
    for label, table, key in (
        ("SurrenderRequest", "surrender_requests", "request_id"),
        ("Complaint", "complaints", "complaint_id"),
        ("Policy", "policies", "policy_no"),
        ("Agent", "agents", "agent_no"),
    ):
        assert set(data.table(table)[key].to_pylist()) <= set(nodes[label][key].to_pylist())
    numbers = {one for row in nodes["Person"]["customer_numbers"].to_pylist() for one in row}
    assert set(data.table("persons")["person_id"].to_pylist()) <= numbers
    for label in ("Ring", "Evidence", "Hypothesis"):
        assert len({projected[scope].nodes[label].num_rows for scope in Scope}) == 1
    members = sum(len(ring.members) for ring in source.found.rings)
    in_ring = next(triple for triple in TRIPLES if triple.relation == "IN_RING")
    assert [projected[scope].relations[in_ring].num_rows for scope in Scope] == [members] * 3


def test_every_value_of_a_ring_is_there_in_every_scope(source: Source, projected: Mapping[Scope, Projection]) -> None:
    shared = sum(len(ring.shared) for ring in source.found.rings)
    around = sum(len(ring.associates) for ring in source.found.rings)
    for projection in projected.values():
        count: Counter[str] = Counter()
        for triple, table in projection.relations.items():
            count[triple.relation] += table.num_rows
        assert (count["SHARES"], count["INVOLVES"]) == (shared, around)


@pytest.mark.parametrize("seed", [1, 2])
def test_order_of_rows_and_names_of_files_decide_nothing(
    data: Portfolio, projected: Mapping[Scope, Projection], seed: int
) -> None:
    again = projections(source_of(shuffled(data, seed)))
    for scope in Scope:
        mine, others = _rows(projected[scope]), _rows(again[scope])
        for name, rows in mine.items():
            assert [pair for pair in zip(rows, others[name], strict=True) if pair[0] != pair[1]][:3] == [], name


def test_of_several_things_said_of_the_same_two_or_of_the_same_person_order_picks_none() -> None:
    requests = town(range(0), 3)
    one, two, three = (row["applicant_id"] for row in requests)
    identity = "11010119900307109X"
    persons: list[dict[str, str | None]] = [
        {"person_id": one, "id_no": identity, "vulnerable": None},
        {"person_id": two, "id_no": identity, "vulnerable": "ill"},
        {"person_id": three, "id_no": None, "vulnerable": "elderly"},
        {"person_id": "C9999", "id_no": identity, "vulnerable": "elderly"},
    ]
    relations = [
        {"person_id": first, "related_person_id": three, "relation": relation}
        for first in (one, two)
        for relation in ("spouse", "employer", "child")
    ]
    data = portfolio(surrender_requests=requests, persons=persons, relations=relations)
    wanted = _rows(projections(source_of(data))[Scope.ALL])
    kin = wanted["(:Person)-[:RELATED_TO]->(:Person)"]
    assert [row["relation"] for row in kin] == ["child"]
    assert {row["vulnerable"] for row in wanted["Person"]} == {"ill", "elderly"}
    for seed in range(8):
        assert _rows(projections(source_of(shuffled(data, seed)))[Scope.ALL]) == wanted


def test_the_same_facts_make_the_same_bytes(data: Portfolio, projected: Mapping[Scope, Projection]) -> None:
    again = projections(source_of(data))
    for scope in Scope:
        for label, table in projected[scope].nodes.items():
            assert table.equals(again[scope].nodes[label])
        for triple, table in projected[scope].relations.items():
            assert table.equals(again[scope].relations[triple])


def test_unmasked_adds_values_and_changes_no_key(source: Source, projected: Mapping[Scope, Projection]) -> None:
    plain, raw = projected[Scope.LINKED], project(source, Scope.LINKED, KEYRING, unmasked=True)
    assert (plain.masked, raw.masked) == (True, False)
    for kind, label in VALUE_LABELS.items():
        values = raw.nodes[label]["value"].to_pylist()
        assert raw.nodes[label]["caption"].to_pylist() == values
        assert raw.nodes[label]["key"].equals(plain.nodes[label]["key"])
        assert KEYRING.keys(kind, values) == raw.nodes[label]["key"].to_pylist()
        for value, caption in zip(values, plain.nodes[label]["caption"].to_pylist(), strict=True):
            assert caption == mask(kind, value)
            assert "*" in caption
            assert value not in caption
    for triple, table in raw.relations.items():
        assert table.equals(plain.relations[triple])


def test_holders_are_those_that_detection_counts(data: Portfolio, projected: Mapping[Scope, Projection]) -> None:
    analysis = analysed(data, DetectSettings())
    network, households = analysis.network, analysis.holdings.households
    stated = {
        (label, row["key"]): row["households"]
        for label in VALUE_LABELS.values()
        for row in projected[Scope.ALL].nodes[label].to_pylist()
    }
    kinds = [LINKING_KINDS[number] for number in network.values.kind.tolist()]
    wanted = {
        (VALUE_LABELS[kind], KEYRING.key(kind, text)): int(households[value])
        for value, (kind, text) in enumerate(zip(kinds, network.values.text.to_pylist(), strict=True))
        if kind != "ip"  # holds nobody in detection, and is counted in the graph
    }
    assert len(wanted) > 15
    assert max(wanted.values()) > 2
    assert {name: stated[name] for name in wanted} == wanted
    others = {name for name, number in stated.items() if number > 1 and name[0] != "IpAddress"} - wanted.keys()
    assert not others, "what two households share, detection knows"


# Portfolios that lack nearly everything

PHONE = "18812345671"


@pytest.mark.parametrize("members", [12, 0])
def test_requests_alone(members: int) -> None:
    source = source_of(portfolio(surrender_requests=town(range(members), 150, phone=PHONE)))
    assert bool(source.found.rings) == bool(members)
    projected = projections(source)
    _sound(projected)
    everything = projected[Scope.ALL].nodes
    assert everything["SurrenderRequest"].num_rows == everything["Person"].num_rows == 150
    flagged = projected[Scope.FLAGGED].nodes
    assert flagged["SurrenderRequest"].num_rows == members
    assert flagged["Ring"].num_rows == (1 if members else 0)
    if not members:
        assert {label for label, table in flagged.items() if table.num_rows} <= {"Run", "Branch"}


def test_nothing_at_all() -> None:
    rows = town(range(0), 1)
    one = portfolio(surrender_requests=rows)
    none = Portfolio(tables={name: table.slice(0, 0) for name, table in one.tables.items()}, present=one.present)
    for data in (none, Portfolio(tables={}, present={})):
        projected = projections(source_of(data))
        _sound(projected)
        assert projected[Scope.ALL].node_count == 1, "the run"
        assert projected[Scope.ALL].relation_count == 0


@settings(max_examples=15, deadline=None)
@given(data=st.data(), count=st.integers(1, 12))
def test_small_portfolios_of_every_make(data: st.DataObject, count: int) -> None:
    few = st.sampled_from
    maybe_phone = few([None, PHONE, "+86 188-1234-5671", "13900000001", "13900000002", "02088886666", "不详"])
    rows, complaints, persons = [], [], []
    for number in range(count):
        rows.append(
            {
                "request_id": f"R{number}",
                "policy_no": data.draw(few(["L1", "L2", f"L{number}x"])),
                "applicant_id": data.draw(few(["C1", "C2", f"C{number}x"])),
                "applied_at": f"2025-06-{number + 1:02d}T10:00",
                "kind": "surrender",
                "phone": data.draw(maybe_phone),
                "delegate_phone": data.draw(maybe_phone),
                "payout_account": data.draw(few([None, "6217000053149414636"])),
            }
        )
        complaints.append(
            {
                "complaint_id": f"K{number}",
                "received_at": "2025-06-01T10:00",
                "applicant_id": data.draw(few([None, "C1", "C9"])),
                "sender_phone": data.draw(maybe_phone),
                "waybill_no": data.draw(few([None, "SF1234567801", "SF1234567855"])),
                "text": data.draw(few([None, "我要求全额退保，代理人销售误导，未告知损失，请予处理。" * 3])),
            }
        )
        persons.append(
            {"person_id": f"C{number}", "name": "王某", "id_no": data.draw(few([None, "11010119900307109X"]))}
        )
    relations = [
        {"person_id": "C1", "related_person_id": data.draw(few(["C1", "C2", "C7"])), "relation": relation}
        for relation in ("spouse", "employer")
    ]
    source = source_of(portfolio(surrender_requests=rows, complaints=complaints, persons=persons, relations=relations))
    _sound(projections(source))
    assert np.all(source.uses["phone"].code >= 0)
