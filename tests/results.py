"""What tests of the result files share: rings made by hand, and what a command printed and wrote."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ringfinder.cli.root import run
from ringfinder.records.portfolio import Tally
from ringfinder.records.rings import (
    Associate,
    AttributeKey,
    Central,
    Change,
    Coverage,
    Detection,
    Evidence,
    Hypothesis,
    Lineage,
    LineageStatus,
    LinkedRing,
    Member,
    Money,
    Ring,
    Role,
    RowRef,
    SharedValue,
    Tier,
    Without,
)
from ringfinder.report.results import Account

START = datetime(2026, 3, 2, 9, 30)
PHONE = AttributeKey("phone", "13812340000")
ALIKE = AttributeKey("phone", "13856780000")
PAYEE = AttributeKey("bank_account", "6217000053149414636")
DELEGATE = AttributeKey("delegate", "44030519860723233X")


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Outcome]
"""Runs the command line with the given arguments."""


def in_process(capfd: pytest.CaptureFixture[str]) -> Command:
    """The command line inside this process, which saves its start; errors end as they do for a user."""

    def start(*arguments: str | Path) -> Outcome:
        capfd.readouterr()
        code = run([*map(str, arguments)])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        assert "this is a bug" not in err, err
        return Outcome(code, out, err)

    return start


@dataclass(frozen=True)
class Results:
    """A folder that a run wrote."""

    folder: Path
    outcome: Outcome

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def evidence(self) -> list[dict[str, Any]]:
        with (self.folder / "evidence.jsonl").open(encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def coverage(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads((self.folder / "coverage.json").read_text(encoding="utf-8"))
        return said


def make_member(number: int, *, day: int = 0, role: Role = Role.MEMBER, prefix: str = "R") -> Member:
    """The request `number`, a day after the start."""
    key = f"{prefix}{number:05d}"
    row = RowRef("surrender_requests", key, "surrender_requests.csv", number + 2)
    return Member(key, f"P{number:05d}", role, 1.0, row, START + timedelta(days=day))


def make_ring(
    ring_id: str = "RF-AAAAAAAA",
    size: int = 4,
    *,
    score: float = 12.5,
    tier: Tier = Tier.ALERT,
    keys: tuple[AttributeKey, ...] = (PHONE, ALIKE, PAYEE),
    prefix: str = "R",
) -> Ring:
    """A ring in which everybody shares the first of `keys`, and every other member the rest."""
    members = tuple(make_member(number, day=number, prefix=prefix) for number in range(size))
    users = [members if place == 0 else members[::2] for place in range(len(keys))]
    shared = tuple(
        SharedValue(key, len(mine), len(mine) + 1, START, START, 2.25, tuple(one.request_id for one in mine))
        for key, mine in zip(keys, users, strict=True)
    )
    rows = tuple(member.row for member in members)
    slots = "、".join(f"{{{place}}}" for place in range(len(keys)))
    return Ring(
        ring_id=ring_id,
        score=score,
        tier=tier,
        q_value=0.012,
        kind="shared_contact",
        members=members,
        applicants=size,
        units=size,
        first_at=START,
        last_at=START + timedelta(days=size - 1),
        money=Money(at_risk=1234567, requested=200001, agreed=5, paid=0),
        evidence=(
            Evidence("kinship", -0.75, {"members": 1.0}, {}, "1 人有亲属记录。", "1 of them has recorded kin."),
            Evidence(
                "shared_phone",
                9.125,
                {"members": float(size), "values": 2.0},
                {"rate": 0.0312500001},
                f"{size} 人共用 {slots}。",
                f"{size} people share {slots}.",
                keys,
                rows,
            ),
        ),
        shared=shared,
        associates=(Associate(Role.DELEGATE, DELEGATE, 3),),
        hypotheses=(
            Hypothesis("family", ruled_out=True, counts={"related": 0.0}, zh="无亲属记录。", en="No recorded kin."),
            Hypothesis("employer", ruled_out=False, counts={"same": 2.0}, zh="2 人同单位。", en="2 share an employer."),
        ),
        without=tuple(Without(key, score - 4.5 * place - 1, size - place) for place, key in enumerate(keys)),
        central=(
            *(Central(key, 0.625) for key in keys[:1]),
            Central(AttributeKey("applicant", members[0].applicant_id), 0.125),
        ),
        changes=(
            Change("payee_is_kin", {"related": 2.0}, zh="若 2 人为亲属，则不再预警。", en="If 2 were kin: no alarm."),
        ),
        linked=(LinkedRing("RF-ZZZZZZZZ", keys[:1], 2),),
        lineage=Lineage(LineageStatus.GREW, ("RF-YYYYYYYY",), 0.75),
    )


def make_detection(*rings: Ring) -> Detection:
    """A run with these rings, of which one kind of evidence was off."""
    return Detection(
        rings=rings,
        coverage=(
            Coverage("shared_phone", on=True, zh="共用电话：有", en="shared phones: from requests.phone"),
            Coverage("devices", on=False, zh="设备：缺少 device_id", en="devices: device_id was not handed over"),
        ),
        settings_hash="0123456789abcdef",
        requests=1000,
        timings={"network": 0.123},
    )


ACCOUNT = Account(
    tallies=(Tally("surrender_requests", "surrender_requests.csv", 1003, 1000, 2, 1),),
    batch_id="feedfacefeedface",
    as_of=datetime(2026, 6, 30, 18, 0),
    warnings=("persons.csv: column email is empty",),
    other_values={"surrender_requests.kind": {"退保险": 3, "13812340000": 1}},
)
