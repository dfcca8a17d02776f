"""Every total is the sum of the rows that it is of, counted once more in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counted import ask, facts, facts_of, policy

from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.pipeline.statistics import Statistician
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.statistics.facts import DIMENSIONS
from ringfinder.statistics.period import Period, parse_period
from ringfinder.statistics.rings import RunRings
from ringfinder.statistics.summary import PeriodStatistics, period_statistics, tables_of
from ringfinder.store import Workspace

PERIOD = parse_period("2026-Q1")
Rows = list[dict[str, str | None]]

some = st.sampled_from
maybe = st.none()
DAYS = some(["2025-12-31", "2026-01-01", "2026-02-14", "2026-03-31", "2026-04-01"])
MONEY = maybe | some(["0.00", "50.00", "100.00", "250.55", "99999.99"])


@st.composite
def portfolios(draw: st.DrawFn) -> tuple[Rows, Rows, Rows, RunRings]:
    """Requests, policies and complaints with gaps, and rings among the requests."""
    requests = []
    for number in range(draw(st.integers(1, 12))):
        paid = draw(MONEY)
        row = ask(
            number,
            draw(DAYS),
            policy_no=f"L{draw(st.integers(0, 9))}",
            applicant_id=f"C{draw(st.integers(0, 5))}",
            kind=draw(maybe | some(["surrender", "negotiated", "partial", "cooling_off"])),
            channel=draw(maybe | some(["counter", "app"])),
            branch_code=draw(maybe | some(["B1", "B2"])),
            cash_value=draw(MONEY),
            requested_amount=draw(MONEY),
            agreed_amount=draw(MONEY),
            paid_amount=paid,
            paid_at=None if paid is None else draw(maybe | DAYS),
            reason=draw(maybe | some(["急用", "误导", "other 13812345678"])),
            desk_outcome=draw(maybe | some(["insisted", "persuaded"])),
            complaint_id=draw(maybe | some(["K0", "K1"])),
        )
        requests.append(row)
    policies = [
        policy(
            number,
            product_code=draw(maybe | some(["P1", "P2"])),
            channel=draw(maybe | some(["agency", "online"])),
            branch_code=draw(maybe | some(["B1", "B2", "B3"])),
            agent_no=draw(maybe | some(["A1", "A2"])),
            ended_on=draw(maybe | some(["2025-06-01", "2026-02-20"])),
            premium_paid=draw(MONEY),
        )
        for number in range(draw(st.integers(0, 8)))
    ]
    complaints: Rows = [
        {
            "complaint_id": f"K{number}",
            "received_at": draw(DAYS),
            "policy_no": draw(maybe | some(["L0", "L1"])),
            "applicant_id": draw(maybe | some(["C0", "C1"])),
            "source": draw(maybe | some(["regulator", "web"])),
            "regulator_ref": draw(maybe | some(["J1", "J2"])),
            "text": draw(maybe | some(["退钱", "全额退保"])),
        }
        for number in range(draw(st.integers(0, 6)))
    ]
    ring = {f"R{number}": draw(some(["RF-A", "RF-B"])) for number in draw(st.sets(st.integers(0, 11), max_size=5))}
    run = RunRings("run-000001", {"RF-A": "alert", "RF-B": "review"}, {"RF-A": "poach", "RF-B": "arbitrage"}, ring)
    return requests, policies, complaints, run


def within(day: str | None, period: Period = PERIOD) -> bool:
    return day is not None and period.first <= date.fromisoformat(day[:10]) <= period.last


def fen(text: str | None) -> int | None:
    return None if text is None else round(float(text) * 100)


def table(found: PeriodStatistics, name: str) -> list[dict[str, Any]]:
    (one,) = (each for each in tables_of(found) if each.name == name)
    return list(one.records())


def by_hand(requests: Rows, policies: Rows) -> dict[str, dict[str | None, Counter[str]]]:
    """Counts and money of the requests of the period by each dimension."""
    held = {row["policy_no"]: row for row in policies}
    found: dict[str, dict[str | None, Counter[str]]] = {name: defaultdict(Counter) for name in DIMENSIONS}
    for row in requests:
        if not within(row["applied_at"]):
            continue
        own = held.get(row["policy_no"], {})
        places = {
            "branch": row["branch_code"] or own.get("branch_code"),
            "sales_channel": own.get("channel"),
            "request_channel": row["channel"],
            "product": own.get("product_code"),
            "agent": own.get("agent_no"),
            "month": str(row["applied_at"])[:7],
        }
        paid, cash = fen(row["paid_amount"]), fen(row["cash_value"])
        counts = Counter(
            requests=1,
            negotiated=int(row["kind"] == "negotiated"),
            kind_known=int(row["kind"] is not None),
            paid_amount=paid or 0,
            requested_amount=fen(row["requested_amount"]) or 0,
        )
        if paid is not None and cash is not None:
            counts.update(settled=1, paid_above=int(paid > cash), settled_paid=paid, settled_cash_value=cash)
        for dimension, value in places.items():
            found[dimension][value].update(counts)
    return found


@given(portfolios())
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_every_part_is_counted_as_by_hand_and_parts_add_up(given_rows: tuple[Rows, Rows, Rows, RunRings]) -> None:
    requests, policies, complaints, run = given_rows
    read = facts(surrender_requests=requests, policies=policies, complaints=complaints)
    found = period_statistics(read, PERIOD, run)
    rows = table(found, "totals")
    (whole,) = (row for row in rows if row["dimension"] == "period")
    expected = by_hand(requests, policies)
    for dimension in DIMENSIONS:
        own = [row for row in rows if row["dimension"] == dimension]
        for row in own:
            hand = expected[dimension].get(row["value"], Counter[str]())
            for name in ("requests", "negotiated", "kind_known", "settled", "paid_above", "paid_amount"):
                assert row[name] in (hand[name], None), (dimension, row["value"], name)
        for name, total in whole.items():
            apart = (name == "policies_in_force" and dimension == "month") or (
                name.startswith("policies_") and dimension == "request_channel"
            )
            if name not in ("dimension", "value") and total is not None and not apart:
                assert sum(row[name] for row in own) == total, (dimension, name)
    if read.portfolio.has("surrender_requests", "paid_amount") and whole["settled_paid"] is not None:
        assert whole["settled_paid"] - whole["settled_cash_value"] == whole["paid_minus_cash_value"]
    came = [row for row in complaints if within(row["received_at"])]
    if complaints:
        assert whole["complaints"] + whole["complaints_repeated"] == len(came)


@given(portfolios())
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_stakes_reasons_and_refunds_add_up(given_rows: tuple[Rows, Rows, Rows, RunRings]) -> None:
    requests, policies, complaints, run = given_rows
    read = facts(surrender_requests=requests, policies=policies, complaints=complaints)
    found = period_statistics(read, PERIOD, run)
    asked = [row for row in requests if within(row["applied_at"])]
    by_tier, by_kind = table(found, "exposure"), table(found, "rings")
    assert sum(row["requests"] for row in by_tier) == len(asked)
    assert sum(row["requests"] for row in table(found, "reasons")) == len(asked)
    for name in ("requested", "agreed", "paid"):
        above = [
            max((fen(row[f"{name}_amount"]) or 0) - (fen(row["cash_value"]) or 0), 0)
            for row in asked
            if row[f"{name}_amount"] is not None and row["cash_value"] is not None
        ]
        assert sum(row[name] for row in by_tier) == sum(above)
    ringed = [row for row in by_tier if row["tier"] in ("alert", "review")]
    for name in ("rings", "requests", "at_risk", "requested", "agreed", "paid"):
        assert sum(row[name] for row in by_kind) == sum(row[name] for row in ringed)
    paid = [
        row for row in requests if (fen(row["paid_amount"]) or 0) > 0 and within(row["paid_at"] or row["applied_at"])
    ]
    refunds = table(found, "refunds")
    assert refunds[0]["refunds"] == len(paid)
    assert refunds[0]["paid"] == sum(fen(row["paid_amount"]) or 0 for row in paid)
    assert all(row["refunds"] <= len(paid) for row in refunds if row["finding"] != "extra_paid")
    for rate in found.rates:
        assert rate.numerator >= 0
        assert rate.measure == "complaint_ratio" or rate.numerator <= rate.denominator


@given(portfolios(), some(["B1", "B2"]))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_a_branch_sees_what_it_would_have_counted_alone(
    given_rows: tuple[Rows, Rows, Rows, RunRings], branch: str
) -> None:
    requests, policies, complaints, _ = given_rows
    tables = {"surrender_requests": requests, "policies": policies, "complaints": complaints}
    bound = period_statistics(facts_of(tables, {branch}), PERIOD)
    whole = period_statistics(facts_of(tables), PERIOD)
    own = [row for row in table(whole, "totals") if (row["dimension"], row["value"]) == ("branch", branch)]
    (seen,) = (row for row in table(bound, "totals") if row["dimension"] == "period")
    for name in ("requests", "negotiated", "paid_amount", "complaints", "paid_minus_cash_value"):
        assert seen[name] in (own[0][name] if own else 0, None)
    for row in table(bound, "totals"):
        assert row["dimension"] != "branch" or row["value"] == branch


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("statistics")
    simulate("town", 2000, 3, folder / "town")
    with Workspace.open(Settings(folder / "data")) as workspace:
        load_folder(workspace, folder / "town")
        detect_workspace(workspace)
        yield workspace


def test_a_simulated_portfolio_adds_up_to_its_rings_and_tables(simulated: Workspace) -> None:
    counter = Statistician(simulated)
    found = counter.period("1990-01-01..2099-12-31")
    portfolio = simulated.portfolio()
    rows = table(found, "totals")
    whole = rows[0]
    assert whole["requests"] == len(portfolio.table("surrender_requests"))
    assert whole["complaints"] + whole["complaints_repeated"] == len(portfolio.table("complaints"))
    for dimension in DIMENSIONS:
        for name in ("requests", "negotiated", "paid_amount", "complaints", "paid_minus_cash_value"):
            assert sum(row[name] for row in rows if row["dimension"] == dimension) == whole[name]
    heads = simulated.runs.files(1).heads().to_pylist()
    for row in table(found, "exposure"):
        own = [head for head in heads if head["tier"] == row["tier"]]
        if row["tier"] != "none":
            assert (row["rings"], row["requests"]) == (len(own), sum(head["requests"] for head in own))
            for name in ("at_risk", "requested", "agreed", "paid"):
                assert row[name] == sum(head[name] for head in own), "as the rings themselves say"
    months = [counter.period(f"2025-{month:02d}") for month in range(1, 13)]
    assert (
        sum(table(one, "totals")[0]["requests"] for one in months)
        == table(counter.period("2025"), "totals")[0]["requests"]
    )
    assert portfolio.as_of is not None
    assert counter.period().period.first <= portfolio.as_of.date() <= counter.period().period.last
    for head in heads[:3]:
        alone = counter.refunds(ring=head["ring_id"]).found
        sums = {one.finding: one for one in found.refunds.of_rings if one.ring_id == head["ring_id"]}
        assert sums["paid_above"].refunds == next(one for one in alone.sums if one.finding == "paid_above").refunds
        assert sum(one.paid_minus_cash_value or 0 for one in alone.rows if "paid_above" in one.findings) == head["paid"]
