"""What was recorded with a request is known to later screenings, on both databases."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pytest

from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.index import open_index
from ringfinder.pipeline.intake import record, record_understood
from ringfinder.pipeline.load import load_folder
from ringfinder.pipeline.screening import catch_up, read_body, rows_of, screen
from ringfinder.screen.screener import Screener, Screening
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

pytestmark = pytest.mark.slow

Part = Mapping[str, str]
OWN, ACCOUNT = "13912345679", "6217000053149414636"
PERSON = {"person_id": "NEW-C", "name": "欧阳测试", "phone": "+86 139-1234-5679", "bank_account": ACCOUNT}
POLICY = {"policy_no": "NEW-P", "applicant_id": "NEW-C", "issued_on": "2020-01-05", "premium_paid": "9000.50"}
IDS = {"policy_no": "NEW-P", "applicant_id": "NEW-C"}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded") / "town"
    simulate("town", 800, 3, folder)
    return folder


@pytest.fixture
def workspace(url: str, tables: Path, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        load_folder(workspace, tables)
        detect_workspace(workspace)
        yield workspace


def keep(workspace: Workspace, request: Part, person: Part | None = None, policy: Part | None = None) -> None:
    body = {"request": request} | ({"person": person} if person else {}) | ({"policy": policy} if policy else {})
    record_understood(workspace, rows_of(body), "desk")


def asked(workspace: Workspace, number: str, **cells: str) -> dict[str, str]:
    latest = workspace.runs.find().as_of
    assert latest is not None
    return {"request_id": number, "applied_at": latest.isoformat(), **IDS, **cells}


def ring_phone(workspace: Workspace) -> tuple[str, str, dict[str, str]]:
    """A ring, a phone that it shares, and what presses in one of its requests."""
    table = workspace.portfolio().table("surrender_requests")
    for ring in workspace.runs.files(1).rings():
        for shared in ring.shared:
            if shared.key.kind == "phone" and len(shared.requests) > 3:
                row = table.filter(pc.equal(table["request_id"], shared.requests[0])).to_pylist()[0]
                money = {name: f"{row[name] / 100:.2f}" for name in ("cash_value", "requested_amount") if row[name]}
                return ring.ring_id, shared.key.value, {"kind": row["kind"], **money}
    raise AssertionError("no ring shares a phone")


def test_the_ids_alone_link_by_the_phone_of_the_person_who_was_recorded(workspace: Workspace) -> None:
    ring, phone, pressing = ring_phone(workspace)
    bare = asked(workspace, "LATER", **pressing)
    assert screen(workspace, bare).rings == ()
    first = asked(workspace, "FIRST", phone=phone, **pressing)
    assert screen(workspace, {"request": first, "person": PERSON, "policy": POLICY}).rings[0] == ring
    keep(workspace, first, PERSON, POLICY)
    found = screen(workspace, bare)
    assert (found.way, found.rings) == ("goes_on", (ring,))
    assert screen(workspace, bare | {"applicant_id": "ELSE", "policy_no": "ELSE"}).rings == ()
    assert screen(workspace, bare | {"applied_at": "2001-01-05"}).rings == (), "another episode, years away"


def same(one: Screening, other: Screening) -> bool:
    return replace(one, request_id="") == replace(other, request_id="")


def test_what_was_recorded_need_not_be_sent_again(workspace: Workspace) -> None:
    bare = asked(workspace, "LATER", phone=OWN, payout_account=ACCOUNT, payout_name="欧阳测试", kind="negotiated")
    sent = {"request": bare, "person": PERSON, "policy": POLICY}
    wanted, unknown = screen(workspace, sent), screen(workspace, bare)
    assert not same(wanted, unknown), "person and policy make a difference"
    assert {"not_linking_own"} <= {one.name for one in wanted.reasons}
    record(workspace, {"persons": [PERSON], "policies": [POLICY]}, "clerk")
    assert same(screen(workspace, bare), wanted)
    assert same(screen(workspace, sent), wanted)
    other = screen(workspace, {"request": bare, "person": PERSON | {"phone": "13811112222"}})
    assert [one.values[0].value for one in other.reasons if one.name == "not_linking_own"] == [ACCOUNT]
    corrected = PERSON | {"phone": "13811112222"}
    record(workspace, {"persons": [corrected]}, "clerk")
    assert same(screen(workspace, bare), screen(workspace, {"request": bare, "person": corrected, "policy": POLICY}))


def test_a_recorded_own_phone_links_nobody_who_shows_it_later(workspace: Workspace) -> None:
    keep(workspace, asked(workspace, "FIRST", phone=OWN), PERSON, POLICY)
    stranger = asked(workspace, "S", phone=OWN) | {"applicant_id": "S", "policy_no": "S"}
    told = screen(workspace, stranger).reasons
    assert [one.name for one in told if OWN in [key.value for key in one.values]] == [], "nobody else shows it"


def test_what_the_facts_hold_of_person_and_policy_need_not_be_sent(workspace: Workspace) -> None:
    facts = workspace.portfolio()
    persons = {one["person_id"]: one for one in facts.table("persons").to_pylist() if one["phone_nf"]}
    policy = next(one for one in facts.table("policies").to_pylist() if one["applicant_id"] in persons)
    person = persons[policy["applicant_id"]]
    bare = asked(workspace, "LATER", phone=person["phone"]) | {
        "applicant_id": person["person_id"],
        "policy_no": policy["policy_no"],
    }
    found = screen(workspace, bare)
    assert found.unknown == ()
    own = [one.values[0].value for one in found.reasons if one.name == "not_linking_own"]
    assert person["phone_nf"] in own
    sent = {"request": bare, "person": {"person_id": person["person_id"], "phone": person["phone"]}}
    assert same(screen(workspace, sent), found)


def test_one_screener_catches_up_as_another_that_begins_anew(workspace: Workspace) -> None:
    ring, phone, pressing = ring_phone(workspace)
    run = workspace.runs.find()
    long = Screener(open_index(workspace, run))
    later = read_body(asked(workspace, "LATER", **pressing))
    seen = []
    for number, request in enumerate(
        (asked(workspace, "A", phone=OWN), asked(workspace, "B", phone=phone, **pressing))
    ):
        keep(workspace, request, PERSON if number else None, POLICY)
        catch_up(workspace, run, long)
        fresh = Screener(open_index(workspace, run))
        catch_up(workspace, run, fresh)
        assert long.screen(later) == fresh.screen(later)
        seen.append(long.screen(later).rings)
    assert seen == [(), (ring,)]
