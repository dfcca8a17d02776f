"""Why was this not found: members, missed members, honest groups and values, as a user asks for them."""

import csv
import json
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.detection import request
from tests.e2e.run.conftest import Site
from tests.e2e.run.test_e2e_run_results import raw_values, shown_values
from tests.journals import journalled
from tests.results import Command

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
MAYBE = {"type": ["string", "null"]}


def exactly(**properties: Any) -> dict[str, Any]:
    """An object with these properties and no other."""
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


NUMBERS = {"type": "object", "additionalProperties": NUMBER}
REASON = exactly(
    name=TEXT,
    weight={"type": ["number", "null"]},
    counts=NUMBERS,
    texts={"type": "object", "additionalProperties": TEXT},
    zh=TEXT,
    en=TEXT,
)
ROW = exactly(table=TEXT, key=TEXT, file=TEXT, line={"type": "integer"})
JUDGED = {
    "kind": TEXT,
    "value": TEXT,
    "class": {
        "enum": ["open", "registry", "agent", "filed", "institution", "junk", "counter", "no_door", "unusable"],
    },
    "households": {"type": "integer"},
    "requests": {"type": "integer"},
    "probability": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "links": {"type": "boolean"},
    "rings": many(TEXT),
}
HELD = exactly(**JUDGED, places=many(exactly(source=TEXT, column=TEXT, row=ROW)), reason=REASON)
VALUE = exactly(
    **JUDGED,
    odds=NUMBERS,
    reasons=many(REASON),
    elsewhere={"type": "integer"},
    holders=many(
        exactly(
            request_id=TEXT,
            applicant_id=TEXT,
            name=MAYBE,
            applied_at=TEXT,
            sources=many(TEXT),
            left_out=MAYBE,
            ring_id=MAYBE,
        )
    ),
)
NEAR = exactly(
    ring_id=MAYBE,
    tier={"enum": ["alert", "review", None]},
    member={"type": "boolean"},
    households={"type": "integer"},
    score=NUMBER,
    q_value={"type": ["number", "null"]},
    odds=NUMBERS,
    reasons=many(REASON),
)
EPISODE = exactly(
    requests=many(exactly(request_id=TEXT, policy_no=TEXT, applicant_id=TEXT, applied_at=TEXT, row=ROW)),
    verdict=REASON,
    signs=many(REASON),
    context=many(REASON),
    values=many(HELD),
    nearest=many(NEAR),
    elsewhere={"type": "integer"},
)
ANSWER = exactly(
    run_id=TEXT,
    settings_hash=TEXT,
    notes=many(exactly(zh=TEXT, en=TEXT)),
    people=many(
        exactly(asked_as=TEXT, applicant_ids=many(TEXT), household=many(REASON), episodes=many(EPISODE)),
    ),
    values=many(VALUE),
    anchor=MAYBE,
)


@cache
def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def labels(portfolio: Path, name: str) -> list[dict[str, str]]:
    return table(portfolio.with_name(f"{portfolio.name}.labels") / f"{name}.csv")


def ask(ringfinder: Command, *arguments: str) -> dict[str, Any]:
    done = ringfinder("why", *arguments, "--json")
    assert done.code == 0, done.err
    said: dict[str, Any] = json.loads(done.out)
    jsonschema.Draft202012Validator(ANSWER).validate(said)
    return said


def only_episode(said: dict[str, Any]) -> dict[str, Any]:
    (person,) = said["people"]
    (episode,) = person["episodes"]
    found: dict[str, Any] = episode
    return found


def used_phone(portfolio: Path, among: set[str]) -> str:
    """The phone of `among` that most requests use."""
    counts = Counter(one["phone"] for one in table(portfolio / "surrender_requests.csv") if one["phone"] in among)
    assert counts
    return counts.most_common(1)[0][0]


def test_a_member_is_told_its_ring_and_the_values_it_hangs_by(site: Site, ringfinder: Command) -> None:
    ring = site.rings()[0]
    linked = {request for shared in ring.shared for request in shared.requests}
    member = next(one for one in ring.members if one.request_id in linked)
    said = ask(ringfinder, member.request_id)
    episode = only_episode(said)
    assert said["notes"] == []
    assert episode["verdict"]["name"] == "in_ring"
    assert episode["verdict"]["texts"] == {"ring": ring.ring_id}
    assert episode["verdict"]["counts"]["units"] == ring.units
    assert episode["nearest"][0]["score"] == pytest.approx(ring.score, abs=1e-4)
    mine = {one.key.kind for one in ring.shared if member.request_id in one.requests}
    assert mine <= {one["kind"] for one in episode["values"] if ring.ring_id in one["rings"]}
    assert any(one["links"] for one in episode["values"])


def test_a_missed_member_is_told_what_was_missing(site: Site, ringfinder: Command, portfolio: Path) -> None:
    found = {member.request_id for ring in site.rings() for member in ring.members}
    planted = [one["request_id"] for one in labels(portfolio, "labels") if one["ring_id"]]
    missed = [one for one in planted if one not in found]
    assert missed
    for one in missed[:3]:
        episode = only_episode(ask(ringfinder, one))
        assert episode["verdict"]["name"] in ("in_none", "in_group")
        assert episode["nearest"]
        for near in episode["nearest"]:
            names = {reason["name"] for reason in near["reasons"]}
            assert names & {"nearest", "too_small", "total_low", "score_low"}


def test_a_family_is_told_why_it_does_not_link(site: Site, ringfinder: Command, portfolio: Path) -> None:
    listed = {member.request_id for ring in site.rings() for member in ring.members}
    family = [one["request_id"] for one in labels(portfolio, "honest") if one["cause"] == "family"]
    said = ask(ringfinder, next(one for one in family if one not in listed))
    episode = only_episode(said)
    assert not any(one["links"] for one in episode["values"])
    assert all(one["reason"]["zh"] and one["reason"]["en"] for one in episode["values"])
    assert said["people"][0]["household"][0]["counts"]["persons"] >= 1


def test_an_agent_s_phone_never_links(site: Site, ringfinder: Command, portfolio: Path) -> None:
    phones = {one["phone"] for one in table(portfolio / "agents.csv") if one["phone"] and not one["left_on"]}
    phone = used_phone(portfolio, phones)
    (value,) = ask(ringfinder, f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}", "--kind", "phone")["values"]
    assert (value["class"], value["links"], value["reasons"][0]["name"]) == ("agent", False, "agent")
    assert {one["left_out"] for one in value["holders"]} == {"agent"}


def test_a_branch_line_is_on_the_registry(site: Site, ringfinder: Command, portfolio: Path) -> None:
    listed = {one["value"] for one in table(portfolio / "known_attributes.csv") if one["kind"] == "phone"}
    (value,) = ask(ringfinder, used_phone(portfolio, listed), "--kind", "phone")["values"]
    assert (value["class"], value["links"]) == ("registry", False)
    assert value["households"] > 2


def test_a_person_and_a_policy_are_resolved_too(site: Site, ringfinder: Command) -> None:
    member = site.rings()[0].members[0]
    (person,) = ask(ringfinder, member.applicant_id)["people"]
    assert person["asked_as"] == "person"
    assert member.applicant_id in person["applicant_ids"]
    requests = [one for episode in person["episodes"] for one in episode["requests"]]
    (asked,) = [one for one in requests if one["request_id"] == member.request_id]
    assert ask(ringfinder, asked["policy_no"], "--kind", "policy")["people"][0]["asked_as"] == "policy"


def test_a_value_typed_to_fill_a_field(ringfinder: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    rows = [request(number, phone="13912121212" if number < 5 else None) for number in range(40)]
    with (folder / "surrender_requests.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(tmp_path / "data"))
    assert ringfinder("load", folder).code == 0
    assert ringfinder("detect").code == 0
    (value,) = ask(ringfinder, "139 1212 1212", "--kind", "phone")["values"]
    assert (value["class"], value["requests"], value["reasons"][0]["name"]) == ("junk", 5, "junk")


def test_an_unknown_one_ends_with_near_ones(site: Site, ringfinder: Command, portfolio: Path) -> None:
    done = ringfinder("why", site.rings()[0].members[0].request_id + "0")
    assert done.code == 2
    assert f"request {site.rings()[0].members[0].request_id}" in done.err
    phone = used_phone(portfolio, {one["phone"] for one in table(portfolio / "surrender_requests.csv")} - {""})
    near = phone[:-2] + str((int(phone[-2]) + 1) % 10) + phone[-1]
    done = ringfinder("why", near, "--kind", "phone")
    assert done.code == 2
    assert phone not in done.err
    assert near not in done.err


def test_it_is_masked_in_both_languages_and_as_json(
    site: Site, ringfinder: Command, portfolio: Path, tmp_path: Path
) -> None:
    out = tmp_path / "said"
    out.mkdir()
    ring = site.rings()[0]
    family = [one["request_id"] for one in labels(portfolio, "honest") if one["cause"] == "family"]
    asked = [ring.members[0].request_id, family[0], ring.shared[0].key.value]
    for number, one in enumerate(asked):
        for name, options in {"zh": ("--lang", "zh"), "en": ("--lang", "en"), "json": ("--json",)}.items():
            done = ringfinder("why", one, *options)
            assert done.code == 0, done.err
            (out / f"{number}.{name}").write_text(done.out, encoding="utf-8")
    assert not shown_values(out, raw_values(portfolio))
    zh, en = ((out / f"0.{name}").read_text(encoding="utf-8") for name in ("zh", "en"))
    assert "不是结论" in zh
    assert "never verdicts" in en
    assert "Every value held" in en
    assert "留下的各个值" in zh


def test_what_is_revealed_is_journalled_before(site: Site, ringfinder: Command) -> None:
    ring = site.rings()[0]
    value = ring.shared[0].key.value
    assert ringfinder("why", value, "--reveal").code == 2
    assert not journalled(site.path)
    said = ask(ringfinder, value, "--reveal", "--purpose", "核查")
    assert value in [one["value"] for one in said["values"]]
    (entry,) = journalled(site.path)
    assert (entry.mac, entry.purpose) == (said["anchor"], "核查")
    for file in (*site.path.glob("decisions.sqlite*"), *site.path.glob("journal*")):
        assert value.encode() not in file.read_bytes()


def test_batches_that_the_run_has_not_seen_are_told(
    site: Site, ringfinder: Command, portfolio: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    lines = (portfolio / "surrender_requests.csv").read_text(encoding="utf-8").splitlines()
    name = lines[0].split(",").index('"request_id"')
    cells = lines[1].split(",")
    cells[name] = '"R000000001X"'
    (more / "surrender_requests.csv").write_text("\n".join([lines[0], ",".join(cells)]) + "\n", encoding="utf-8")
    assert ringfinder("load", more).code == 0
    ring = site.rings()[0]
    said = ask(ringfinder, ring.members[0].request_id)
    assert [("run-000001" in one["zh"], "detect again" in one["en"]) for one in said["notes"]] == [(True, True)]
    assert only_episode(said)["verdict"]["texts"] == {"ring": ring.ring_id}
    assert ringfinder("why", "R000000001X").code == 2


def test_facts_that_are_gone_are_told(site: Site, ringfinder: Command) -> None:
    shutil.rmtree(site.path / "runs")
    assert ringfinder("why", "R1").code == 3


def test_without_a_run_it_says_what_to_do(ringfinder: Command, tmp_path: Path) -> None:
    done = ringfinder("why", "R1", "--workspace", tmp_path / "none")
    assert done.code == 2
    assert "ringfinder load" in done.err
