"""Reading rings and labels: what is accepted, and how damage is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringfinder.errors import InputError
from ringfinder.evaluate import read_found, read_truth

RINGS = "ring_id,score,tier,flagged,q_value\nRF-A,2.5,alert,true,0.01\nRF-B,1.5,review,false,\n"
MEMBERS = "ring_id,request_id,applicant_id,role,weight\nRF-A,q1,p1,member,1\nRF-B,q2,p2,payee,0.5\n"


def out(tmp_path: Path, rings: str = RINGS, members: str = MEMBERS, encoding: str = "utf-8-sig") -> Path:
    (tmp_path / "rings.csv").write_text(rings, encoding=encoding)
    (tmp_path / "ring_members.csv").write_text(members, encoding=encoding)
    return tmp_path


def labels(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_rings_and_members(tmp_path: Path, encoding: str) -> None:
    found = read_found(out(tmp_path, encoding=encoding))
    assert [(r.ring_id, r.score, r.flagged, r.q_value, r.roles) for r in found.rings] == [
        ("RF-A", 2.5, True, 0.01, {"q1": "member"}),
        ("RF-B", 1.5, False, None, {"q2": "payee"}),
    ]
    assert found.warnings == ()


@pytest.mark.parametrize(("cell", "flagged"), [("true", True), ("True", True), ("1", True), ("", False), ("0", False)])
def test_spellings_of_flagged(tmp_path: Path, cell: str, flagged: bool) -> None:  # noqa: FBT001 - a test's parameter
    found = read_found(out(tmp_path, rings=f"ring_id,score,flagged\nRF-A,1,{cell}\n"))
    assert found.rings[0].flagged is flagged


def test_without_the_column_every_ring_is_flagged(tmp_path: Path) -> None:
    assert read_found(out(tmp_path, rings="ring_id,score\nRF-A,1\n")).rings[0].flagged


def test_the_quote_of_a_formula_safe_cell_is_taken_off(tmp_path: Path) -> None:
    members = "ring_id,request_id\nRF-A,'=q1\nRF-A,'-7\nRF-A,'plain\n"
    assert set(read_found(out(tmp_path, members=members)).rings[0].roles) == {"=q1", "-7", "'plain"}


def test_rows_without_a_request_are_no_members(tmp_path: Path) -> None:
    members = MEMBERS + "RF-A,,,delegate,\n"
    assert read_found(out(tmp_path, members=members)).rings[0].roles == {"q1": "member"}


@pytest.mark.parametrize("order", [("member", "organiser_candidate"), ("organiser_candidate", "member")])
def test_a_request_in_two_roles_keeps_the_heavier_whatever_the_order(tmp_path: Path, order: tuple[str, str]) -> None:
    members = "ring_id,request_id,role\n" + "".join(f"RF-A,q1,{role}\n" for role in order)
    assert read_found(out(tmp_path, members=members)).rings[0].roles == {"q1": "organiser_candidate"}


def test_odd_rows_are_told(tmp_path: Path) -> None:
    found = read_found(out(tmp_path, members=MEMBERS.replace("RF-B,", "RF-C,")))
    assert [ring.ring_id for ring in found.rings] == ["RF-A"]
    assert len(found.warnings) == 2


def test_a_header_without_rows_is_no_ring(tmp_path: Path) -> None:
    found = read_found(out(tmp_path, rings="ring_id,score\n", members="ring_id,request_id\n"))
    assert found.rings == ()


@pytest.mark.parametrize(
    ("rings", "members", "told"),
    [
        ("", MEMBERS, "rings.csv lacks the column ring_id"),
        ("ring_id,tier\nRF-A,alert\n", MEMBERS, "rings.csv lacks the column score"),
        (RINGS, "", "ring_members.csv lacks the column ring_id"),
        (RINGS, "ring_id,applicant_id\n", "ring_members.csv lacks the column request_id"),
        ("ring_id,score\nRF-A,high\n", MEMBERS, "line 2: score is no finite number"),
        ("ring_id,score\nRF-A,nan\n", MEMBERS, "line 2: score is no finite number"),
        ("ring_id,score\nRF-A,\n", MEMBERS, "line 2: score is no finite number"),
        ("ring_id,score\nRF-A,1\nRF-A,2\n", MEMBERS, "line 3: ring_id appears a second time"),
        ("ring_id,score\n,1\n", MEMBERS, "line 2: ring_id is empty"),
        ("ring_id,score\nRF-A,1,9\n", MEMBERS, "line 2: 3 cells under 2 headers"),
        ("ring_id,score,score\nRF-A,1,9\n", MEMBERS, "the column score appears 2 times"),
        ("ring_id,score,q_value\nRF-A,1,x\n", MEMBERS, "line 2: q_value is no finite number"),
        ('ring_id,score\nRF-A,"' + "9" * 200_000 + '"\n', MEMBERS, "line 2: score is no finite number"),
    ],
)
def test_damage_is_told_with_its_place(tmp_path: Path, rings: str, members: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        read_found(out(tmp_path, rings, members))
    assert caught.value.remedy


def test_missing_folder_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        read_found(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"rings\.csv is not a file"):
        read_found(tmp_path)
    with pytest.raises(InputError, match="is not a file"):
        read_truth(tmp_path)


def test_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes("request_id,ring_id\n申请,环\n".encode("gb18030"))
    with pytest.raises(InputError, match="not a CSV file in UTF-8"):
        read_truth(path)


def test_truth(tmp_path: Path) -> None:
    text = "request_id,ring_id,role,links\nq1,R1,member,0\nq2,R1,,\nq3,,organiser_candidate,4\nq1,R1,member,0\n"
    truth = read_truth(labels(tmp_path, text))
    assert truth.ring_of == {"q1": "R1", "q2": "R1", "q3": ""}
    assert truth.role_of == {"q1": "member"}
    assert truth.links_of == {"q1": 0}
    assert not truth.names_members_only


def test_truth_without_rings_warns(tmp_path: Path) -> None:
    assert read_truth(labels(tmp_path, "request_id,ring_id\n")).warnings
    assert read_truth(labels(tmp_path, "request_id,ring_id\nq1,\n")).warnings
    assert not read_truth(labels(tmp_path, "request_id,ring_id\nq1,R1\n")).warnings


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "lacks the column request_id"),
        ("request_id\nq1\n", "lacks the column ring_id"),
        ("request_id,ring_id\n,R1\n", "line 2: request_id is empty"),
        ("request_id,ring_id\nq1,R1\nq1,R2\n", "line 3: the request was already listed"),
        ("request_id,ring_id,links\nq1,R1,many\n", "line 2: links is no whole number"),
    ],
)
def test_damaged_truth(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_truth(labels(tmp_path, text))
