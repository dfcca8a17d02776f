"""No raw value of the tables stands anywhere in the graph, unless somebody said why; keys find what they stand for."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from neo4j import Driver
from tests.journals import journalled
from tests.neo4j.sync.harness import Site, everything, graph_of, read_graph
from tests.results import Command

from ringfinder.neo4j.keys import open_keyring
from ringfinder.neo4j.model import VALUE_LABELS
from ringfinder.neo4j.projection import Scope
from ringfinder.normalize import normalize_array, normalize_value
from ringfinder.records.kinds import SHARED_KINDS, ColumnKind
from ringfinder.records.tables import TABLES

WHY = "复核第十二号线索"
_LEAST = {ColumnKind.NAME: 3, ColumnKind.TEXT: 6}
"""Letters of what is looked for inside sentences: shorter ones are words of ours too."""


def cells(tables: Path, table: str, column: str) -> list[str]:
    """What was handed over in a column, as it was written."""
    with (tables / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row[column] for row in csv.DictReader(file) if row.get(column)]


def _columns(tables: Path) -> Iterator[tuple[str, str, ColumnKind]]:
    for name, table in TABLES.items():
        if (tables / f"{name}.csv").exists():
            with (tables / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
                header = next(csv.reader(file))
            for column in table.columns:
                if column.name in header:
                    yield name, column.name, column.kind


def _normal(kind: ColumnKind, values: set[str]) -> set[str]:
    kinds = SHARED_KINDS if kind is ColumnKind.VARIANT else (kind,) if kind in SHARED_KINDS else ()
    found: set[str] = set()
    for one in kinds:
        found |= {form for form in normalize_array(one, pa.array(sorted(values))).forms.to_pylist() if form}
    return found


@pytest.fixture(scope="session")
def raw(tables: Path) -> dict[ColumnKind, set[str]]:
    """Everything personal in the tables, as it was written and in its normal form."""
    found: dict[ColumnKind, set[str]] = {}
    for table, column, kind in _columns(tables):
        if TABLES[table].by_name[column].personal:
            written = set(cells(tables, table, column))
            found.setdefault(kind, set()).update(written | _normal(kind, written))
    return found


@pytest.fixture(scope="session")
def identifiers(tables: Path) -> set[str]:
    """Numbers and codes, which are not personal by themselves."""
    kinds = (ColumnKind.KEY, ColumnKind.CODE)
    return {cell for table, column, kind in _columns(tables) if kind in kinds for cell in cells(tables, table, column)}


def _texts(driver: Driver) -> set[str]:
    found: set[str] = set()
    for _, _, said in everything(driver):
        assert isinstance(said, dict)
        for value in said.values():
            found.update([value] if isinstance(value, str) else value if isinstance(value, list) else [str(value)])
    return found


def _standing(driver: Driver, raw: dict[ColumnKind, set[str]], identifiers: set[str]) -> dict[ColumnKind, list[str]]:
    """Raw values that stand in the graph: alone, or inside another text where they are long enough to be told."""
    texts = _texts(driver) - identifiers
    whole = "\n".join(sorted(text for text in texts if len(text) != 32 or not set(text) <= set("0123456789abcdef")))
    return {
        kind: found
        for kind, values in raw.items()
        if (
            found := sorted(
                one
                for one in values - identifiers
                if one in texts or (len(one) >= _LEAST.get(kind, 0) and one in whole)
            )
        )
    }


def test_the_tables_have_something_to_hide(raw: dict[ColumnKind, set[str]]) -> None:
    """Guards the next one."""
    kinds = {"phone", "id_no", "bank_account", "email", "address", "device", "ip", "name", "text", "variant"}
    assert {kind.value for kind in raw} >= kinds
    assert all(len(values) > 15 for kind, values in raw.items() if kind is not ColumnKind.WAYBILL)


@pytest.mark.parametrize("scope", [Scope.LINKED, Scope.ALL])
def test_no_raw_value_anywhere(
    site: Site, clear: Driver, raw: dict[ColumnKind, set[str]], identifiers: set[str], scope: Scope
) -> None:
    site.sync(clear, scope)
    assert _standing(clear, raw, identifiers) == {}
    sentences = [
        said for (label, _), (_, said) in read_graph(clear).nodes.items() if label in {"Evidence", "Hypothesis", "Ring"}
    ]
    assert any("****" in str(said.get("zh")) for said in sentences), "values are named in sentences, and masked"


def test_unmasked_needs_a_purpose_and_a_yes(
    site: Site, clear: Driver, ringfinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ringfinder("neo4j", "sync", "--unmasked", "--yes")
    assert (told.code, told.out) == (2, "")
    assert told.err.splitlines() == [
        "error: --unmasked writes personal data into Neo4j",
        "say why with --purpose TEXT; it is journalled",
    ]
    assert ringfinder("neo4j", "sync", "--unmasked", "--yes", "--purpose", "  ").code == 2
    asked = ringfinder("neo4j", "sync", "--unmasked")
    assert (asked.code, asked.err) == (2, told.err), "what lacks a purpose is refused before anything is asked"
    for answer in ("n\n", ""):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        told = ringfinder("neo4j", "sync", "--unmasked", "--purpose", WHY)
        assert (told.code, told.out) == (130, "")
        assert "Raw phones, accounts and IDs will stand in Neo4j" in told.err
    assert not list(everything(clear))
    assert not [one for one in journalled(site.path) if one.action == "neo4j unmasked"]


def test_unmasked_and_masked_again(
    site: Site, clear: Driver, ringfinder: Command, raw: dict[ColumnKind, set[str]], identifiers: set[str]
) -> None:
    projection = site.projection()
    assert ringfinder("neo4j", "sync").code == 0
    done = ringfinder("neo4j", "sync", "--unmasked", "--yes", "--purpose", WHY)
    assert done.code == 0, done.err
    (entry,) = [one for one in journalled(site.path) if one.action == "neo4j unmasked"]
    assert (entry.purpose, entry.object) == (WHY, projection.run_id)
    assert entry.details == {"scope": "linked", "requests": projection.nodes["SurrenderRequest"].num_rows}
    unmasked = read_graph(clear)
    assert unmasked.nodes.keys() == graph_of(projection).nodes.keys(), "keys are the same"
    for (label, key), (_, said) in unmasked.nodes.items():
        kind = next((kind for kind, name in VALUE_LABELS.items() if name == label), "")
        if kind:
            assert said["caption"] == said["value"]
            assert open_keyring(site.path).key(kind, str(said["value"])) == key
    standing = _standing(clear, raw, identifiers)
    assert {"phone", "id_no", "bank_account", "email", "address", "device", "ip"} <= {kind.value for kind in standing}
    assert not {ColumnKind.NAME, ColumnKind.TEXT} & standing.keys(), "names and texts never come along"
    assert ringfinder("neo4j", "check").code == 2
    again = ringfinder("neo4j", "sync", "--json")
    assert again.code == 0, again.err
    assert json.loads(again.out)["mode"] == "changed"
    assert read_graph(clear).differences(graph_of(projection)) == []
    assert _standing(clear, raw, identifiers) == {}
    (record,) = clear.execute_query("MATCH (n) WHERE n.value IS NOT NULL RETURN count(n) AS n").records
    assert record["n"] == 0
    assert len([one for one in journalled(site.path) if one.action == "neo4j unmasked"]) == 1


@pytest.mark.parametrize(
    ("kind", "table", "column"),
    [
        ("phone", "surrender_requests", "phone"),
        ("phone", "visits", "spokesperson_phone"),
        ("address", "surrender_requests", "address"),
        ("email", "surrender_requests", "email"),
        ("bank_account", "surrender_requests", "payout_account"),
        ("device", "surrender_requests", "device_id"),
        ("ip", "surrender_requests", "ip"),
        ("request", "surrender_requests", "request_id"),
        ("complaint", "complaints", "complaint_id"),
        ("visit", "visits", "visit_id"),
        ("policy", "policies", "policy_no"),
        ("agent", "agents", "agent_no"),
        ("branch", "policies", "branch_code"),
    ],
)
def test_a_key_finds_its_node(site: Site, clear: Driver, tables: Path, kind: str, table: str, column: str) -> None:
    nodes = graph_of(site.projection(Scope.ALL)).nodes
    label = VALUE_LABELS.get(kind) or {"request": "SurrenderRequest"}.get(kind, kind.capitalize())
    keyring = open_keyring(site.path)
    written = cells(tables, table, column)
    if kind in VALUE_LABELS:
        written = [cell for cell in written if normalize_value(ColumnKind(kind), cell)[0]]
    assert written
    for cell in written[:200]:
        assert (label, keyring.look_up(kind, cell)) in nodes, cell


def test_a_key_finds_persons_and_delegates(site: Site, tables: Path) -> None:
    nodes = graph_of(site.projection(Scope.ALL)).nodes
    keyring = open_keyring(site.path)
    persons = {keyring.look_up("person", cell): cell for cell in cells(tables, "persons", "person_id")}
    for (label, key), (_, said) in nodes.items():
        if label == "Person" and said["customer_numbers"][0] in persons.values():  # type: ignore[index]
            assert persons[key] == said["person_id"]
    delegates = {key for label, key in nodes if label == "Delegate"}
    by_id = {keyring.look_up("delegate", cell) for cell in cells(tables, "surrender_requests", "delegate_id_no")}
    assert delegates & by_id
    by_phone = {keyring.look_up("delegate", cell) for cell in cells(tables, "surrender_requests", "delegate_phone")}
    assert delegates <= by_id | by_phone


def test_the_command_prints_the_key_and_journals_it_without_the_value(
    site: Site, clear: Driver, ringfinder: Command, tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.sync(clear)
    record = clear.execute_query("MATCH (p:Phone)<-[:CONTACT_BY]-() RETURN p.key AS key LIMIT 1").records[0]
    keyring = open_keyring(site.path)
    phone = next(
        cell
        for cell in cells(tables, "surrender_requests", "phone")
        if normalize_value(ColumnKind.PHONE, cell)[0] and keyring.look_up("phone", cell) == record["key"]
    )
    told = ringfinder("neo4j", "key", "phone", phone, "--purpose", WHY)
    assert (told.code, told.out) == (0, f"{record['key']}\n")
    assert told.err == f"made with secret {keyring.key_id}\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(f" {phone[:3]}-{phone[3:7]} {phone[7:]}\n"))
    told = ringfinder("neo4j", "key", "phone", "-", "--purpose", WHY, "--json")
    assert json.loads(told.out) == {"kind": "phone", "key": record["key"], "key_id": keyring.key_id}
    entries = [one for one in journalled(site.path) if one.action == "neo4j key"]
    assert [(one.purpose, one.object) for one in entries] == [(WHY, f"phone {record['key']}")] * 2
    form, _ = normalize_value(ColumnKind.PHONE, phone)
    for file in (*site.path.glob("decisions.sqlite*"), *site.path.glob("journal*")):
        assert phone.encode() not in file.read_bytes()
        assert str(form).encode() not in file.read_bytes()


def test_a_new_secret_writes_everything_anew(
    site: Site, clear: Driver, ringfinder: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "secret"))
    site.sync(clear, Scope.FLAGGED)
    before = site.projection(Scope.FLAGGED)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert ringfinder("neo4j", "rotate").code == 130
    assert site.projection(Scope.FLAGGED).key_id == before.key_id
    told = ringfinder("neo4j", "rotate", "--yes")
    assert told.out.splitlines()[0] == f"replaced; the old one is kept in {tmp_path / 'secret.before'}"
    after = site.projection(Scope.FLAGGED)
    assert after.key_id != before.key_id
    done = ringfinder("neo4j", "sync", "--scope", "flagged", "--json")
    assert json.loads(done.out)["mode"] == "whole"
    now = read_graph(clear)
    assert now.differences(graph_of(after)) == []
    hashed = {label for label in before.nodes if label not in {"Ring", "Evidence", "Hypothesis", "Run"}}
    assert not {name for name in graph_of(before).nodes if name[0] in hashed} & now.nodes.keys()
    assert ringfinder("neo4j", "check").code == 0
