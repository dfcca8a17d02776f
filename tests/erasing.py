"""A simulated portfolio with one ring member whose values are like nobody else's, spread over everything kept."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.intake import record
from ringfinder.pipeline.load import load_folder
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

NAME, PHONE, EMAIL, ACCOUNT = "欧阳测试甲", "13987650123", "ouyang.jia@planted.example", "6222021234567890128"
ADDRESS = "上海市浦东新区栽种路88号7幢901室"


@dataclass(frozen=True)
class Planted:
    """The subject: a customer number, a second one of the same ID, all of them, the ID, policies and requests."""

    number: str
    second: str
    numbers: frozenset[str]
    id_no: str
    policies: tuple[str, ...]
    requests: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What nothing may hold afterwards."""
        named = (NAME, PHONE, EMAIL, ACCOUNT, ADDRESS, "139-8765-0123", "１３９８７６５０１２３")
        return (*sorted(self.numbers), self.id_no, *self.policies, *self.requests, *named)


Rows = list[dict[str, str]]


def _read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def plant(folder: Path, requests: int = 1000, seed: int = 3) -> Planted:
    """Simulate a portfolio into `folder`, and make one member of a planted ring unlike anybody."""
    simulate("town", requests, seed, folder)
    with (folder.parent / f"{folder.name}.labels" / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        ringed = [row["request_id"] for row in csv.DictReader(file) if row["ring_id"]]
    tables = {path.stem: _read(path) for path in folder.glob("*.csv")}
    owner = {row["request_id"]: row["applicant_id"] for row in tables["surrender_requests"]}
    person = {row["person_id"]: row for row in tables["persons"]}
    number = next(owner[one] for one in ringed if person[owner[one]]["id_no"])
    me = person[number]
    me |= {"name": NAME, "phone": PHONE, "email": EMAIL, "bank_account": ACCOUNT, "address": ADDRESS}
    second = "ZWEITNUMMER77"
    tables["persons"].append({**me, "person_id": second})
    _spread(tables, number)
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", rows)
    mine = frozenset(row["person_id"] for row in tables["persons"] if row["id_no"] == me["id_no"])
    return Planted(
        number,
        second,
        mine,
        me["id_no"],
        tuple(row["policy_no"] for row in tables["policies"] if row["applicant_id"] in mine),
        tuple(row["request_id"] for row in tables["surrender_requests"] if row["applicant_id"] in mine),
    )


def _spread(tables: dict[str, Rows], number: str) -> None:
    """Let the rows of others name the subject: as delegate, payee, sender, kin, and in their own words."""
    others = [row for row in tables["surrender_requests"] if row["applicant_id"] != number]
    others[0] |= {"delegate_name": NAME, "delegate_phone": "139-8765-0123"}
    others[1] |= {"payout_account": ACCOUNT, "payout_name": NAME}
    others[2]["reason"] = f"由{NAME}代办，电话１３９８７６５０１２３"
    letters = [row for row in tables["complaints"] if row["applicant_id"] not in ("", number)]
    letters[0]["text"] = f"本人委托{NAME}（139 8765 0123）办理。"
    letters[1] |= {"sender_name": NAME, "sender_phone": PHONE, "sender_address": ADDRESS}
    kin = dict.fromkeys(tables["relations"][0], "") | {
        "person_id": others[3]["applicant_id"],
        "related_person_id": number,
        "relation": "sibling",
    }
    tables["relations"].append(kin)
    insured = next(row for row in tables["policies"] if row["applicant_id"] not in ("", number))
    insured["insured_id"] = number


def fill(workspace: Workspace, folder: Path, planted: Planted) -> None:
    """Load, detect, record, reject: let the workspace hold the subject wherever something is kept."""
    load_folder(workspace, folder)
    detect_workspace(workspace)
    bad = folder.parent / "bad"
    bad.mkdir()
    lines = [
        f"R-BAD{n},P-BAD{n},{who},soon,{phone}" for n, (who, phone) in enumerate([(planted.number, PHONE), ("C9", "")])
    ]
    text = "\n".join(["request_id,policy_no,applicant_id,applied_at,phone", *lines]) + "\n"
    (bad / "surrender_requests.csv").write_text(text, encoding="utf-8")
    load_folder(workspace, bad)
    row = {"request_id": "R-IN1", "policy_no": planted.policies[0], "applicant_id": planted.number}
    record(workspace, {"surrender_requests": [row | {"applied_at": "2025-06-01", "phone": PHONE}]}, "desk")
    workspace.compact()
    call = {"callback_id": "CB-IN1", "policy_no": planted.policies[0], "called_at": "2025-06-02", "number": PHONE}
    other = {"request_id": "R-IN2", "policy_no": "P-OTHER", "applicant_id": "C-OTHER", "applied_at": "2025-06-01"}
    other |= {"delegate_name": NAME, "delegate_id_no": planted.id_no, "reason": f"{NAME}陪同"}
    record(workspace, {"callbacks": [call], "surrender_requests": [other]}, "desk")
    detect_workspace(workspace)
    for place, name in (
        ("uploads", "extract.csv"),
        ("neo4j/snapshot", "held.json"),
        ("runs/run-000001/index", "people"),
    ):
        (workspace.path / place).mkdir(parents=True, exist_ok=True)
        (workspace.path / place / name).write_text(json.dumps(planted.words, ensure_ascii=False), encoding="utf-8")
    pq.write_table(pa.table({"name": [NAME]}), workspace.path / "uploads" / "extract.parquet")


def files_with(folder: Path, words: tuple[str, ...]) -> dict[str, list[str]]:
    """Files that hold a word in their bytes or, decompressed, in a cell; independent of how the program searches."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += "\n".join(map(repr, pq.read_table(path).to_pylist())).encode()
        texts = [(word, (word, json.dumps(word)[1:-1])) for word in words]
        held = [
            word
            for word, spelled in texts
            if any(one.encode(code, "ignore") in content for one in spelled for code in ("utf-8", "gb18030"))
        ]
        if held:
            found[str(path.relative_to(folder))] = held
    return found
