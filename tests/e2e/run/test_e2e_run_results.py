"""The result files of one real run, held to their contract."""

import csv
import io
import json
import re
import stat
from collections import Counter
from pathlib import Path

import jsonschema
import pyarrow as pa
import pyarrow.csv
from tests.journals import journalled
from tests.results import Command, Results

from ringfinder import journal_file
from ringfinder.normalize import normalize_array
from ringfinder.records.rings import Role
from ringfinder.records.tables import TABLES
from ringfinder.report.evidence import evidence_schema
from ringfinder.report.output import REJECTS, RESULT_FILES

RINGS = (
    "ring_id,score,tier,flagged,q_value,kind,requests,applicants,units,first_at,last_at,"
    "money_at_risk,money_requested,money_agreed,money_paid"
)
MEMBERS = "ring_id,request_id,applicant_id,role,weight"
TEXT = {column: pa.string() for table in TABLES.values() for column in table.by_name}
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
PERSONAL = {
    "surrender_requests": (
        "phone",
        "address",
        "payout_account",
        "email",
        "delegate_id_no",
        "delegate_phone",
        "device_id",
    ),
    "persons": ("id_no", "phone", "address", "email", "bank_account"),
}


def test_every_file_is_there_for_its_owner_alone(results: Results) -> None:
    names = {path.name for path in results.folder.iterdir()}
    assert names == {*RESULT_FILES, REJECTS}
    assert stat.S_IMODE(results.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((results.folder / REJECTS).stat().st_mode) == 0o700
    for name in RESULT_FILES:
        assert stat.S_IMODE((results.folder / name).stat().st_mode) == 0o600, name


def test_tables_are_utf_8_with_a_mark_and_windows_line_ends(results: Results) -> None:
    for name, header in (("rings.csv", RINGS), ("ring_members.csv", MEMBERS)):
        raw = (results.folder / name).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf" + header.encode() + b"\r\n"), name
        assert raw.endswith(b"\r\n")
        assert raw.count(b"\n") == raw.count(b"\r\n")


def test_rings_are_ranked_and_well_formed(results: Results) -> None:
    rings = results.rows("rings.csv")
    assert rings, "the town has planted rings; a run that lists none shows nothing"
    scores = [float(ring["score"]) for ring in rings]
    assert scores == sorted(scores, reverse=True)
    for ring in rings:
        assert re.fullmatch(r"RF-[A-Z2-7]{8}", ring["ring_id"])
        assert ring["tier"] in ("alert", "review")
        assert ring["flagged"] == ("true" if ring["tier"] == "alert" else "false")
        assert ring["q_value"] == "" or 0 <= float(ring["q_value"]) <= 1
        assert MOMENT.fullmatch(ring["first_at"])
        assert MOMENT.fullmatch(ring["last_at"])
        assert ring["first_at"] <= ring["last_at"]
        assert 0 < int(ring["units"]) <= int(ring["applicants"]) <= int(ring["requests"])
        for name in ("at_risk", "requested", "agreed", "paid"):
            assert re.fullmatch(r"[0-9]+[.][0-9]{2}", ring[f"money_{name}"])
    assert len({ring["ring_id"] for ring in rings}) == len(rings)


def test_a_request_is_in_at_most_one_ring(results: Results) -> None:
    members = results.rows("ring_members.csv")
    requests = [member["request_id"] for member in members]
    assert len(set(requests)) == len(requests)
    counts = Counter(member["ring_id"] for member in members)
    assert counts == {ring["ring_id"]: int(ring["requests"]) for ring in results.rows("rings.csv")}
    assert {member["role"] for member in members} <= set(Role)
    assert all(0 <= float(member["weight"]) <= 1 for member in members)


def test_evidence_follows_the_published_schema_and_agrees_with_the_tables(results: Results) -> None:
    lines = results.evidence()
    validator = jsonschema.Draft202012Validator(evidence_schema())
    for line in lines:
        validator.validate(line)
    rings = results.rows("rings.csv")
    assert [line["ring_id"] for line in lines] == [ring["ring_id"] for ring in rings]
    for line, ring in zip(lines, rings, strict=True):
        assert line["money"]["at_risk"] == ring["money_at_risk"]
        assert f"{line['score']:.4f}" == ring["score"]
        assert line["evidence"], "a ring without a reason must not be listed"
        assert len(line["members"]) == int(ring["requests"])


def test_evidence_points_at_rows_that_are_there(results: Results, portfolio: Path) -> None:
    rows = {}
    for path in portfolio.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows[path.name] = list(csv.reader(file))
    checked = 0
    for line in results.evidence():
        referred = [member["row"] for member in line["members"]]
        referred += [row for term in line["evidence"] for row in term["rows"]]
        for row in referred:
            assert row["key"] in rows[row["file"]][row["line"] - 1], row
            checked += 1
    assert checked > 10


def test_no_personal_value_is_in_any_file(results: Results, portfolio: Path) -> None:
    assert not shown_values(results.folder, raw_values(portfolio))


def test_revealed_values_are_shown_and_journalled(portfolio: Path, ringfinder: Command, tmp_path: Path) -> None:
    out, workspace = tmp_path / "out", tmp_path / "site"
    done = ringfinder(
        "--workspace", workspace, "run", portfolio, "--out", out, "--reveal", "--purpose", "核查线索\u2028第二行"
    )
    assert done.code == 0
    assert len(shown_values(out, raw_values(portfolio))) >= 5
    said = json.loads((out / "journal.jsonl").read_text(encoding="utf-8"))
    (entry,) = journalled(workspace)
    assert (said["actor"], said["action"], said["purpose"], said["subject"], said["details"]) == (
        *(entry.actor, entry.action, entry.purpose, entry.object, entry.details),
    )
    assert (entry.action, entry.purpose) == ("reveal", "核查线索\u2028第二行")
    assert not shown_values(workspace, raw_values(portfolio))
    (anchor,) = re.findall(r"journalled as ([0-9a-f]{64})", done.out)
    assert journal_file.verify(out / "journal.jsonl", anchor) is None
    again = ringfinder("run", portfolio, "--out", out)
    assert again.code == 0, "a folder with a journal is still ours"
    assert not shown_values(out, raw_values(portfolio)), "the next run masks what the one before revealed"
    assert (out / "journal.jsonl").exists()


def raw_values(portfolio: Path) -> set[str]:
    """Personal values as they were handed over, and their normal forms."""
    raw: set[str] = set()
    for table, columns in PERSONAL.items():
        facts = pa.csv.read_csv(portfolio / f"{table}.csv", convert_options=pa.csv.ConvertOptions(column_types=TEXT))
        for column in columns:
            forms = normalize_array(TABLES[table].by_name[column].kind, facts[column]).forms
            raw |= {value for value in (*facts[column].to_pylist(), *forms.to_pylist()) if value and len(value) >= 6}
    return raw


def shown_values(folder: Path, raw: set[str]) -> set[str]:
    """Raw values that stand in a file of `folder`."""
    text = "\n".join(path.read_text("utf-8-sig", "replace") for path in folder.iterdir() if path.is_file())
    numbers = set(re.findall(r"[0-9A-Za-z@._:+-]{6,}", text))
    return {value for value in raw if (value in numbers if value.isascii() else value in text)}


def test_the_account_balances_and_says_which_evidence_was_on(results: Results, portfolio: Path) -> None:
    said = results.coverage()
    assert {entry["file"] for entry in said["files"]} == {path.name for path in portfolio.glob("*.csv")}
    for entry in said["files"]:
        assert set(entry) == {"table", "file", "read", "loaded", "rejected", "merged"}
        assert entry["read"] == entry["loaded"] + entry["rejected"] + entry["merged"]
        with (portfolio / entry["file"]).open(encoding="utf-8-sig", newline="") as file:
            assert entry["read"] == sum(1 for _ in csv.reader(file)) - 1
    assert said["evidence"]
    for one in said["evidence"]:
        assert isinstance(one["on"], bool)
        assert one["zh"]
        assert one["en"]
    rings = Counter(ring["tier"] for ring in results.rows("rings.csv"))
    assert said["rings"] == {"alert": rings["alert"], "review": rings["review"]}
    assert said["requests"] == 2000
    assert said["masked"] is True


def test_the_summary_tells_the_account_the_rings_and_where_to_look(results: Results) -> None:
    said = results.outcome.out
    assert re.search(r"surrender_requests.csv +2,000 +2,000 +0 +0", said)
    first = results.evidence()[0]
    assert first["ring_id"] in said
    assert (first["summary_zh"] in said) != (first["summary_en"] in said), "one language at a time"
    assert "index.html" in said
    assert "never verdicts" in said


def test_the_same_tables_give_the_same_files(
    results: Results, portfolio: Path, ringfinder: Command, tmp_path: Path
) -> None:
    done = ringfinder("run", portfolio, "--out", tmp_path / "again", "--json")
    assert done.code == 0
    for name in RESULT_FILES:
        assert (tmp_path / "again" / name).read_bytes() == (results.folder / name).read_bytes(), name


def test_rows_and_files_in_another_order_give_the_same_rings(
    results: Results, portfolio: Path, ringfinder: Command, tmp_path: Path
) -> None:
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    for path in portfolio.glob("*.csv"):
        header, *lines = path.read_text(encoding="utf-8-sig").splitlines()
        half = len(lines) // 2
        for part, chosen in (("2", lines[:half][::-1]), ("1", lines[half:][::-1])):
            (shuffled / f"{path.stem}-{part}.csv").write_text("\n".join([header, *chosen]) + "\n", encoding="utf-8")
    assert ringfinder("run", shuffled, "--out", tmp_path / "out").code == 0
    for name in ("rings.csv", "ring_members.csv"):
        assert _lines(tmp_path / "out" / name) == _lines(results.folder / name)


def _lines(path: Path) -> list[list[str]]:
    return sorted(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
