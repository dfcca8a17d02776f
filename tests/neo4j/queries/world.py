"""One small graph for all queries: two rings with what is around them, honest look-alikes, and nodes that know nothing.

Household h1 has two persons. Ring G1 hangs on the phone ph1 and the account ac1, ring G2 on the device dv1. The IP
address ip1 is in everything and joins nothing; the institution's address ad1 and the e-mail em1 are hubs.
"""

from __future__ import annotations

from datetime import date, datetime

from tests.neo4j.queries.harness import Graph

from ringfinder.neo4j.model import LABELS, TRIPLES


def day(number: int) -> date:
    """A day of March."""
    return date(2026, 3, number)


def at(number: int, hour: int = 9) -> datetime:
    """A moment of March."""
    return datetime(2026, 3, number, hour)


HOUSEHOLD = {"p1": "h1", "p2": "h1", "p3": "h3", "p4": "h4", "p5": "h5", "p6": "h6", "p7": "h7"}
APPLICANT = {"r1": "p1", "r2": "p2", "r3": "p3", "r4": "p4", "r5": "p5", "r6": "p6", "r7": "p7", "r9": "p5"}


def world() -> Graph:
    """Build it."""
    graph = Graph()
    _people_and_papers(graph)
    _values(graph)
    _rings(graph)
    return graph


def bare() -> Graph:
    """Nodes with nothing but key and caption: alone, and in every relationship that may be."""
    graph = Graph()
    for label in LABELS:
        graph.node(label, f"bare-{label}")
        graph.node(label, f"lonely-{label}")
    for triple in TRIPLES:
        graph.link(f"bare-{triple.start}", triple.relation, f"bare-{triple.end}")
    return graph


def _people_and_papers(graph: Graph) -> None:
    for person, household in HOUSEHOLD.items():
        graph.node(
            "Person",
            person,
            person_id=person.upper(),
            household=household,
            vulnerable="elderly" if person == "p3" else None,
        )
    graph.node("Household", "h1", persons=2)
    graph.link("p1", "MEMBER_OF", "h1")
    graph.link("p2", "MEMBER_OF", "h1")
    graph.link("p1", "RELATED_TO", "p2", relation="spouse")
    amounts: dict[str, dict[str, int]] = {
        "r1": {"cash_value": 100, "requested_amount": 300, "paid_amount": 250},
        "r3": {"requested_amount": 500},
        "r4": {"cash_value": 100, "requested_amount": 50, "agreed_amount": 180, "paid_amount": 80},
    }
    harm = {"r1": ["asks_more"], "r3": ["takeover", "asks_more"], "r4": ["third_party_payee"], "r6": []}
    for number, (request, person) in enumerate(APPLICANT.items(), start=1):
        graph.node(
            "SurrenderRequest",
            request,
            request_id=request.upper(),
            household=HOUSEHOLD[person],
            applied_at=at(10 + number),
            harm=harm.get(request),
            row=f"requests.csv:{number}",
            paid_at=at(25) if request == "r1" else None,
            **amounts.get(request, {}),
        )
        graph.link(person, "APPLIED_FOR", request)
    for number in range(1, 9):
        graph.node("Policy", f"po{number}", policy_no=f"PO{number}", issued_on=day(1), premium_paid=1000)
    for request, policy in {"r1": "po1", "r3": "po3", "r4": "po4", "r5": "po5"}.items():
        graph.link(request, "SURRENDERS", policy)
        graph.link(APPLICANT[request], "OWNS", policy)
    graph.link("po6", "REPLACES", "po1")
    # Two requests about one policy: its premium is one.
    graph.node("Policy", "po9", policy_no="PO9", premium_paid=1000)
    graph.link("r6", "SURRENDERS", "po9")
    graph.link("r7", "SURRENDERS", "po9")
    graph.node("Branch", "br1", branch_code="B1")
    graph.node("Agent", "ag1", agent_no="A1", hired_on=date(2020, 1, 1), left_on=day(13))
    graph.node("Agent", "ag2", agent_no="A2", hired_on=date(2020, 1, 1))
    graph.node("Agent", "ag3", agent_no="A3")
    graph.link("ag1", "MANAGED_BY", "ag2")
    for agent, policies in {"ag1": (1, 3, 4), "ag2": (5, 6, 7, 8)}.items():
        graph.link(agent, "AT_BRANCH", "br1")
        for number in policies:
            graph.link(f"po{number}", "SOLD_BY", agent)
    graph.node("Complaint", "c1", complaint_id="K1", received_at=at(9), closed_at=at(20), paid_extra=7, row="k.csv:1")
    graph.node("TextCluster", "t1", complaints=2)
    graph.link("p1", "COMPLAINED", "c1")
    graph.link("c1", "GOES_WITH", "r1")
    graph.link("c1", "ABOUT", "po1")
    graph.link("c1", "COPY_OF", "t1")
    graph.node("Visit", "v1", visit_id="V1", visited_at=at(8), party_size=3)
    graph.link("p3", "CAME", "v1")
    graph.link("v1", "ABOUT", "po3")
    graph.node("Projection", "projection", scope="all", state="complete")


def _values(graph: Graph) -> None:
    graph.node("Phone", "ph1", value_class="open", households=3, requests=6)
    graph.node("Phone", "ph2", value_class="agent", households=0, requests=1)
    graph.node("BankAccount", "ac1", value_class="open", households=3, requests=3)
    graph.node("Device", "dv1", value_class="open", households=2, requests=2)
    graph.node("IpAddress", "ip1", value_class="open", households=6, requests=7)
    graph.node("Address", "ad1", "Hub", "Public", value_class="institution", households=0, requests=3)
    graph.node("Email", "em1", "Hub", value_class="open", households=2, requests=2)
    graph.node("Delegate", "dl1", value_class="open", households=1, requests=1)
    for request in ("r1", "r2", "r3", "r4"):
        graph.link(request, "CONTACT_BY", "ph1", at=day(int(request[1])), counts=True)
    graph.link("r5", "CONTACT_BY", "ph1", at=day(1), counts=False)
    graph.link("r6", "CONTACT_BY", "ph1")  # nobody knows when, or whether it counts
    graph.link("r3", "CHANGED_TO", "ph1", at=day(2), counts=True)
    for request in ("r3", "r4", "r5"):
        graph.link(request, "PAYS_TO", "ac1", at=day(5), counts=True)
    for request in ("r6", "r7"):
        graph.link(request, "FROM_DEVICE", "dv1", at=day(6), counts=True)
    for request in ("r1", "r2", "r3", "r4", "r5", "r6", "r7"):
        graph.link(request, "FROM_IP", "ip1", at=day(6), counts=True)
    for request in ("r1", "r6", "r7"):
        graph.link(request, "CONTACT_BY", "ad1", at=day(7), counts=False)
    for request in ("r1", "r7"):
        graph.link(request, "CONTACT_BY", "em1", at=day(7), counts=True)
    graph.link("r3", "DELEGATED_TO", "dl1", at=day(7), counts=False)
    graph.link("r6", "CALLED_BACK_ON", "ph2", at=day(18), counts=False)
    graph.link("ag1", "ACTS_AS", "dl1")
    graph.link("ag1", "AGENT_PHONE", "ph2")
    graph.link("p4", "FILED", "ph1")
    graph.link("c1", "WRITTEN_WITH", "ph1")
    graph.link("v1", "SPOKEN_FOR_BY", "ph1")


def _rings(graph: Graph) -> None:
    for number, faded in enumerate(([], ["OLD"], ["OLDER", "G3"]), start=1):
        graph.node("Run", f"run-{number}", run_id=f"run-{number}", number=number, faded=faded, current=number == 3)
    graph.node(
        "Ring", "G1", "Flagged", ring_id="G1", tier="alert", score=9.5, kind="pressure", units=4, requests=5,
        first_run=1, at_risk=900, requested=200, agreed=80, paid=150, lineage="grew",
    )  # fmt: skip
    graph.node("Ring", "G2", ring_id="G2", tier="review", score=1.5, units=2, first_run=3, at_risk=10, paid=0)
    graph.node("Ring", "G3", ring_id="G3", tier="review", score=2.5, units=1, first_run=2)
    graph.node("Ring", "G4", ring_id="G4", tier="review")
    roles = {"r1": "member", "r2": "member", "r3": "member", "r4": "payee", "r5": "member"}
    weights = {"r1": 0.9, "r2": 0.8, "r3": 0.7, "r4": 0.6}
    for request, role in roles.items():
        since = 3 if request == "r5" else 1
        graph.link(request, "IN_RING", "G1", role=role, weight=weights.get(request), since=since)
    for request in ("r6", "r7"):
        graph.link(request, "IN_RING", "G2", role="member", weight=0.5, since=3)
    graph.link("r9", "IN_RING", "G3", role="member", weight=0.5, since=2)
    graph.link("G1", "SHARES", "ph1", members=4, holders=4, weight=0.9, without_score=2.5, without_units=3)
    graph.link("G1", "SHARES", "ac1", members=3, holders=3, weight=0.8)
    graph.link("G2", "SHARES", "dv1", members=2, holders=2, weight=0.7)
    graph.link("G3", "SHARES", "ac1", members=1, holders=3)
    graph.link("G1", "SHARES", "ip1", members=5)
    graph.link("G4", "SHARES", "ip1", members=1)
    graph.link("G1", "LINKED_TO", "G2", members=2)
    graph.link("G1", "INVOLVES", "ag1", role="agent", requests=3)
    for ring in ("G1", "G2", "G3", "G4"):
        graph.link(ring, "FOUND_IN", "run-3")
    for rank, weight in ((2, 1.25), (1, 4.5)):
        graph.node(
            "Evidence", f"e{rank}", indicator=f"i{rank}", rank=rank, weight=weight, zh="句。", en="So.",
            rows=["requests.csv:1"], row_count=1,
        )  # fmt: skip
        graph.link("G1", "HAS_EVIDENCE", f"e{rank}")
    graph.node("Hypothesis", "hy1", name="family", ruled_out=True)
    graph.node("Hypothesis", "hy2", name="employer", ruled_out=False)
    graph.link("G1", "TESTED", "hy1")
    graph.link("G1", "TESTED", "hy2")
