"""`ringfinder check`: everything the pre-flight tells, and that it changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.results import Command

from ringfinder.errors import SurroundingsError
from ringfinder.store import Workspace


def told(ringfinder: Command, folder: Path, *options: str) -> dict[str, Any]:
    done = ringfinder(*options, "check", folder, "--json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_it_tells_rows_rejects_fill_and_placeholders_of_each_table(ringfinder: Command, folder: Path) -> None:
    tables = {one["table"]: one for one in told(ringfinder, folder)["tables"]}
    requests = tables["surrender_requests"]
    assert (requests["read"], requests["rejected"]) == (32, 1)
    assert requests["fill"]["delegate_id_no"] == pytest.approx(1 / 31)
    assert requests["remarks"]["phone: placeholder"] == 1
    assert tables["persons"]["fill"]["id_no"] == pytest.approx(2 / 30)


def test_it_tells_how_many_requests_have_a_known_policy_and_person(ringfinder: Command, folder: Path) -> None:
    found = told(ringfinder, folder)
    assert found["known"] == {"policy": pytest.approx(30 / 31), "person": pytest.approx(30 / 31)}
    assert found["oddities"]["a request whose policy is unknown"] == 1


def test_it_tells_the_most_shared_values_masked_and_suspects_among_them(ringfinder: Command, folder: Path) -> None:
    (phone,) = [one for one in told(ringfinder, folder)["shared"] if one["kind"] == "phone"]
    assert (phone["requests"], phone["suspect"]) == (30, True)
    assert "5180" not in phone["value"]
    assert "13951807264" not in ringfinder("check", folder).out


def test_it_tells_doubles_of_customers_and_what_is_no_table(ringfinder: Command, folder: Path) -> None:
    found = told(ringfinder, folder)
    assert found["doubles"]["same ID"] == 1
    assert any("notes.txt" in warning for warning in found["warnings"])


def test_an_applicant_who_is_their_own_delegate_is_odd_but_no_error(ringfinder: Command, folder: Path) -> None:
    requests = folder / "surrender_requests.csv"
    text = requests.read_text(encoding="utf-8").replace("13951807264,\n", "13951807264,11010119900307109X\n", 1)
    requests.write_text(text, encoding="utf-8")
    assert told(ringfinder, folder)["oddities"]["an applicant who is their own delegate"] == 1


def test_it_tells_which_evidence_is_off_and_what_it_lacks(ringfinder: Command, folder: Path) -> None:
    evidence = {name: (on, why) for name, on, why in told(ringfinder, folder)["evidence"]}
    assert evidence["shared phones"][0]
    on, why = evidence["contact takeover"]
    assert not on
    assert "contact_changes" in why


def test_it_tells_what_changed_against_what_is_loaded(ringfinder: Command, folder: Path) -> None:
    assert ringfinder("load", folder).code == 0
    persons = folder / "persons.csv"
    persons.write_text(persons.read_text(encoding="utf-8").replace("P9,", "P9,440305198607232330") + "P77,\n")
    changes = told(ringfinder, folder)["changes"]
    assert changes["persons"] == {"new": 1, "changed": 1, "same": 29}
    assert changes["policies"] == {"new": 0, "changed": 0, "same": 30}


def test_it_writes_nothing(ringfinder: Command, folder: Path, tmp_path: Path) -> None:
    assert ringfinder("check", folder).code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"tables"}
    assert ringfinder("load", folder).code == 0

    def state() -> dict[str, bytes]:
        inside = sorted(path for path in tmp_path.rglob("*") if path.is_file())
        # SQLite keeps its shared memory beside an open database; it holds no facts.
        return {str(path): path.read_bytes() for path in inside if not path.name.endswith(("-shm", "-wal"))}

    before = state()
    assert ringfinder("check", folder).code == 0
    assert state() == before


def test_a_workspace_out_of_order_does_not_stop_it(
    ringfinder: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ringfinder("load", folder).code == 0

    def fail(*_: object) -> None:
        raise SurroundingsError("the workspace is on a disk that may only be read", remedy="mend it")

    monkeypatch.setattr(Workspace, "open", fail)
    found = told(ringfinder, folder)
    assert found["changes"] == {}
    assert any("may only be read" in warning for warning in found["warnings"])


def test_people_read_the_same(ringfinder: Command, folder: Path) -> None:
    out = ringfinder("check", folder).out
    for said in ("32 rows, 1 to be rejected", "known policy: 96.8%", "most shared values", "off contact takeover"):
        assert said in out
    assert "line 33 applied_at" in out
