"""A site with runs whose rings are made by hand, and the people who ask for, approve, make and send reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from tests.results import make_ring

from ringfinder.identity import Principal, Role, Users
from ringfinder.records.rings import Lineage, LineageStatus, Ring
from ringfinder.registers import Kind, Reports
from ringfinder.registers.numbering import Number
from ringfinder.report.bundle import Asked, Cover
from ringfinder.store import Run, Workspace
from ringfinder.store.run_files import MEMBER_SCHEMA, write_rings

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
RING, OTHER = "RF-AAAAAAAA", "RF-BBBBBBBB"
BUREAU = "Financial bureau"
ADMIN = Principal("", "operator:me", frozenset({Role.ADMIN}))
CONTENT: Mapping[str, bytes] = {"lead.json": b'{"ring":"RF-AAAAAAAA"}\n', "tables/members.csv": b"a,b\r\n1,2\r\n"}


@dataclass(frozen=True)
class People:
    """Users by what they are there for; `ann` and `bob` are both compliance, `eve` and `fay` both AML."""

    ann: Principal
    bob: Principal
    rev: Principal
    inv: Principal
    aud: Principal
    desk: Principal
    eve: Principal
    fay: Principal


def add_people(site: Workspace) -> People:
    """Make the users."""
    users = Users(site)
    roles = {
        "ann": Role.COMPLIANCE,
        "bob": Role.COMPLIANCE,
        "rev": Role.REVIEWER,
        "inv": Role.INVESTIGATOR,
        "aud": Role.AUDITOR,
        "desk": Role.DESK,
        "eve": Role.AML,
        "fay": Role.AML,
    }
    made = {name: users.create(name, by=ADMIN, roles=[role]) for name, role in roles.items()}
    return People(**{name: user.principal("key") for name, user in made.items()})


def ring_of(name: str, size: int = 4, *, score: float = 12.5, before: Sequence[str] = (), merged: bool = False) -> Ring:
    """A ring whose members are named after its size, so that a larger one has the members of a smaller one."""
    status = LineageStatus.MERGED if merged else LineageStatus.CONTINUED
    return replace(make_ring(name, size, score=score, prefix=name[-1]), lineage=Lineage(status, tuple(before), 1.0))


def add_run(site: Workspace, *rings: Ring) -> Run:
    """Store a run with these rings as the current one."""
    rows: list[dict[str, Any]] = [
        {
            "ring_id": ring.ring_id,
            "request_id": member.request_id,
            "applicant_id": member.applicant_id,
            "applied_at": member.applied_at,
            "role": member.role.value,
            "weight": 1.0,
            "batch_id": "feedfacefeedface",
        }
        for ring in rings
        for member in ring.members
    ]
    with site.runs.recording(5) as recording:
        number = recording.number
        run = Run(
            number=number,
            started_at=NOW,
            finished_at=NOW,
            as_of=datetime(2026, 6, 30, 18, 0),
            known_at=None,
            window_months=24,
            settings_hash="0123456789abcdef",
            settings={"version": 1},
            code_version="0",
            compared_with=number - 1 or None,
            requests=1000,
            alert_rings=len(rings),
            review_rings=0,
            member_requests=len(rows),
            faded_rings=0,
        )
        table = pa.Table.from_pylist(rows, MEMBER_SCHEMA)
        write_rings(recording.aside, rings, [("一句", "a sentence")] * len(rings), table, [])
        recording.commit(run, [ring.ring_id for ring in rings])
    return site.runs.find()


def content(cover: Cover) -> Mapping[str, bytes]:
    """A report's files, alike whatever its number."""
    return {**CONTENT, "cover.txt": ",".join(one.approved_name for one in cover.approvals).encode()}


def lead(run: Run, **changed: Any) -> Asked:
    """A masked lead report."""
    usual = Asked(Kind.LEAD, RING, run, BUREAU, "zh", configuration={"lead schema": "1"})
    return replace(usual, **changed)


def left_over(folder: Path) -> list[str]:
    """What lies in a folder beside its bundles, hidden files first of all."""
    return sorted(path.name for path in folder.iterdir())


def number(place: int, series: str = "RF") -> str:
    """A number of this year."""
    return str(Number(series, (datetime.now(UTC) + timedelta(hours=8)).year, place))


def numbers(site: Workspace, by: Principal) -> list[str]:
    """Numbers of all reports that somebody may know of."""
    return sorted(one.number for one in Reports(site).listed(by))


def nothing_left(site: Workspace, out: Path, *bundles: str) -> None:
    """There is nothing in a folder but bundles, and no note of a report in the making."""
    assert left_over(out) == sorted(bundles)
    assert list((site.path / "reports").glob("*.json")) == []
