"""What is planted is there: rings, their links and roles, the signals of a family and none beside them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime

import pyarrow as pa
import pytest

from ringfinder.normalize import normalize_array
from ringfinder.records.kinds import ColumnKind as K
from ringfinder.simulate import SCENARIOS

Rows = list[dict[str, str]]
Made = Callable[..., dict[str, Rows]]
WITH_RINGS = [name for name, one in SCENARIOS.items() if one.difficulty != "honest"]
SHOWN = (("phone", K.PHONE, "phone"), ("delegate_phone", K.PHONE, "phone"), ("address", K.ADDRESS, "address"),
         ("email", K.EMAIL, "email"), ("payout_account", K.BANK_ACCOUNT, "account"), ("device_id", K.DEVICE, "device"),
         ("delegate_id_no", K.ID_NO, "id"))  # fmt: skip


def _members(tables: dict[str, Rows]) -> dict[str, list[str]]:
    rings = defaultdict(list)
    for row in tables["labels"]:
        if row["ring_id"]:
            rings[row["ring_id"]].append(row["request_id"])
    return rings


@pytest.mark.parametrize("scenario", WITH_RINGS)
def test_rings_are_as_many_and_as_large_as_in_life(made: Made, scenario: str) -> None:
    rings = _members(made(scenario, 5000, 21))
    sizes = [len(members) for members in rings.values()]
    assert len(sizes) >= 8
    assert 0.025 <= sum(sizes) / 5000 <= 0.1
    assert min(sizes) >= 3
    assert max(sizes) <= 60


def test_the_quiet_families_hold_no_ring(made: Made) -> None:
    for scenario in ("quiet", "quiet_hard"):
        tables = made(scenario)
        assert not _members(tables)
        assert tables["roles"] == []
        assert len(tables["labels"]) == 3000


@pytest.mark.parametrize("scenario", ["town", "dirty", "overlap", "second_bite", "device_farm"])
def test_links_are_what_the_tables_show(made: Made, scenario: str) -> None:
    """Counted again from the written cells through their normal forms, which the simulator does not use."""
    tables = made(scenario)
    ring = {row["request_id"]: row["ring_id"] for row in tables["labels"]}
    requests = {row["request_id"]: row for row in tables["surrender_requests"] if ring[row["request_id"]]}
    cells = [(q, name, kind, row[column]) for column, kind, name in SHOWN for q, row in requests.items()]
    of_person = {row["applicant_id"]: q for q, row in requests.items()}
    cells += [
        (of_person[row["applicant_id"]], "phone", K.PHONE, row["sender_phone"])
        for row in tables["complaints"]
        if row["applicant_id"] in of_person
    ]
    holders = defaultdict(set)
    for kind in {kind for _, _, kind, _ in cells}:
        mine = [cell for cell in cells if cell[2] is kind and cell[3] and not cell[3].startswith("POS-")]
        forms = normalize_array(kind, pa.array([cell[3] for cell in mine], pa.string())).forms.to_pylist()
        for (request, name, _, _), form in zip(mine, forms, strict=True):
            if form:
                holders[ring[request], name, form].add(request)
    met: dict[str, set[str]] = defaultdict(set)
    for group in holders.values():
        for request in group:
            met[request] |= group
    stated = {row["request_id"]: int(row["links"]) for row in tables["labels"] if row["ring_id"]}
    same = [max(len(met[q]) - 1, 0) == links for q, links in stated.items()]
    # Some addresses written in haste come out as another place.
    assert sum(same) / len(same) > (0.85 if scenario == "dirty" else 0.96)
    assert all(row["links"] == "0" for row in tables["labels"] if not row["ring_id"])


@pytest.mark.parametrize("scenario", WITH_RINGS)
def test_most_members_can_be_reached_and_some_leave_no_trace(made: Made, scenario: str) -> None:
    links = [int(row["links"]) for row in made(scenario, 5000, 21)["labels"] if row["ring_id"]]
    assert sum(one >= 2 for one in links) / len(links) >= 0.55
    assert 0 in links


def test_roles_name_people_and_accounts_of_the_tables(made: Made) -> None:
    tables = made("leak")
    accounts = {row["payout_account"] for row in tables["surrender_requests"]}
    delegates = {row["delegate_id_no"] for row in tables["surrender_requests"]}
    agents = {row["agent_no"] for row in tables["agents"]}
    there = {"payee": accounts, "delegate": delegates, "agent": agents}
    assert {row["role"] for row in tables["roles"]} == set(there)
    assert all(row["value"] in there[row["role"]] for row in tables["roles"])
    rings = set(_members(tables))
    assert {row["ring_id"] for row in tables["roles"]} <= rings
    assert {row["role"] for row in tables["labels"]} <= {
        "",
        "member",
        "organiser_candidate",
        "delegate",
        "payee",
        "agent",
    }
    assert len({row["role"] for row in made("mixed", 5000, 21)["labels"]}) >= 3


def _concentrated(rings: dict[str, list[str]], of: dict[str, str], least: float) -> float:
    """Share of the rings of five and more of which so many members have one value in common."""
    large = [members for members in rings.values() if len(members) >= 5]
    tops = [max(Counter(of[q] for q in members if of.get(q)).values(), default=0) / len(members) for members in large]
    return sum(top >= least for top in tops) / max(len(tops), 1)


@pytest.mark.parametrize("scenario", WITH_RINGS)
def test_a_family_shows_the_signals_it_declares_and_not_those_it_does_not(made: Made, scenario: str) -> None:
    tables, signals = made(scenario, 5000, 21), SCENARIOS[scenario].signals
    rings = _members(tables)
    members = {q for group in rings.values() for q in group}
    policies = {row["policy_no"]: row for row in tables["policies"]}
    agent, early, letter = {}, {}, {}
    for row in tables["surrender_requests"]:
        policy = policies[row["policy_no"]]
        agent[row["request_id"]] = policy["agent_no"]
        held = datetime.fromisoformat(row["applied_at"]) - datetime.fromisoformat(policy["issued_on"])
        early[row["request_id"]] = 20 <= held.days <= 430
    of_policy = {row["policy_no"]: row["request_id"] for row in tables["surrender_requests"]}
    for row in tables["complaints"]:
        if row["policy_no"] and "案由" in row["text"]:
            letter[of_policy[row["policy_no"]]] = row["text"].rpartition("案由")[2]
    rate = sum(early[q] for q in members) / len(members)
    base = sum(value for q, value in early.items() if q not in members) / (len(early) - len(members))
    # In a mixed family a quarter of the rings write policies to surrender them; elsewhere all or none do.
    least = 0.03 if SCENARIOS[scenario].difficulty == "mixed" and "lag" in signals else 0.08
    assert (rate > base + least) == ("lag" in signals), (rate, base)
    one_book = _concentrated(rings, agent, 0.6)
    assert one_book < 0.2 or "agent" in signals
    assert one_book > 0.4 or "agent" not in signals or SCENARIOS[scenario].difficulty == "mixed"
    assert (_concentrated(rings, letter, 0.15) > 0.2) == ("text" in signals)


def test_a_third_of_the_families_lack_each_of_agent_lag_and_text() -> None:
    for signal in ("agent", "lag", "text"):
        without = [name for name in WITH_RINGS if signal not in SCENARIOS[name].signals]
        assert 3 * len(without) >= len(WITH_RINGS), signal


@pytest.mark.parametrize("scenario", ["town", "mixed", "small", "overlap"])
def test_harm_shows_on_members_far_more_than_on_others(made: Made, scenario: str) -> None:
    tables = made(scenario, 5000, 21)
    ring = {row["request_id"]: row["ring_id"] for row in tables["labels"]}
    for harmed in (
        lambda row: row["kind"] == "negotiated",
        lambda row: float(row["requested_amount"]) > 1.02 * float(row["cash_value"]),
    ):
        share = {
            inside: [harmed(row) for row in tables["surrender_requests"] if bool(ring[row["request_id"]]) is inside]
            for inside in (True, False)
        }
        assert sum(share[True]) / len(share[True]) > 0.35
        assert sum(share[False]) / len(share[False]) < 0.15


def test_ids_and_order_say_nothing_about_truth(made: Made) -> None:
    """Ranks of members by id and by row against a fair draw: |z| stays small."""
    tables = made("mixed", 5000, 21)
    member = {row["request_id"] for row in tables["labels"] if row["ring_id"]}
    requests = tables["surrender_requests"]
    orders = {
        "rows": [row["request_id"] for row in requests],
        "labels": [row["request_id"] for row in tables["labels"]],
        **{
            column: [row["request_id"] for row in sorted(requests, key=lambda row: row[column])]
            for column in ("request_id", "policy_no", "applicant_id")
        },
        **{
            column: [row["request_id"] for row in sorted(requests, key=lambda row: row[column]) if row[column]]
            for column in ("email", "device_id", "payout_account", "ip")
        },
    }
    orders["device_id"] = [q for q in orders["device_id"] if not q.startswith("POS")]
    for name in ("rows", "labels", "request_id", "policy_no", "applicant_id", "email", "payout_account"):
        order = orders[name]
        inside = [place for place, q in enumerate(order) if q in member]
        n, m = len(order), len(inside)
        # Items are shared by about six members each, so ranks of values come in lumps.
        lumps = 6 if name in ("email", "payout_account") else 1
        spread = math.sqrt((n * n - 1) / 12 / m * (n - m) / (n - 1) * lumps)
        assert abs(sum(inside) / m - (n - 1) / 2) / spread < 4.5, name


def test_no_two_rings_work_alike(made: Made) -> None:
    """Habits vary around those of the family: how many members negotiate."""
    tables = made("town", 5000, 21)
    kinds = {row["request_id"]: row["kind"] for row in tables["surrender_requests"]}
    pressed = [
        sum(kinds[q] == "negotiated" for q in members) / len(members)
        for members in _members(tables).values()
        if len(members) >= 12
    ]
    assert len(pressed) >= 5
    assert max(pressed) - min(pressed) > 0.25


@pytest.mark.parametrize("scenario", ["town", "drip"])
def test_the_calendar_does_not_tell_members_from_others(made: Made, scenario: str) -> None:
    """Weekends are as empty for rings and honest groups as for everybody else."""
    tables = made(scenario, 5000, 21)
    member = {row["request_id"] for row in tables["labels"] if row["ring_id"]}
    group = {row["request_id"] for row in tables["honest"]}
    weekend: dict[str, list[bool]] = defaultdict(list)
    for row in tables["surrender_requests"]:
        who = "ring" if row["request_id"] in member else "group" if row["request_id"] in group else "alone"
        weekend[who].append(datetime.fromisoformat(row["applied_at"]).weekday() >= 5)
    share = {who: sum(found) / len(found) for who, found in weekend.items()}
    assert 0.05 < share["alone"] < 0.15
    assert abs(share["ring"] - share["alone"]) < 0.05
    assert abs(share["group"] - share["alone"]) < 0.05
