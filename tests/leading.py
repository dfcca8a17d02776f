"""What tests of lead reports share: a small site that the simulator made, its raw values, and a report of odd texts."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.lead import lead_of
from ringfinder.pipeline.load import load_folder
from ringfinder.pipeline.stored import find_ring
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.rings import Money
from ringfinder.records.tables import TABLES
from ringfinder.report.lead import Approval, Given, LeadReport
from ringfinder.report.lead.content import Explanation, RunFacts, Term
from ringfinder.report.lead.entries import (
    Agent,
    Associate,
    Event,
    EvidenceRow,
    Letter,
    Member,
    Person,
    PolicyMoney,
    SharedValue,
    Statement,
    Totals,
)
from ringfinder.settings import Settings
from ringfinder.simulate.portfolio import simulate
from ringfinder.store import Workspace

RING = "RF-NDVA7IQF"
"""Of nine requests, with copied letters, callbacks, contact changes and possible organisers."""

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
GIVEN = Given(
    "RF-2026-000007",
    "某市公安局",
    "移送线索",
    (Approval("王主任", "compliance", NOON, "某市公安局", NOON.replace(day=15)),),
)


@dataclass(frozen=True)
class Site:
    """A made-up portfolio, and the workspace in which its rings were found."""

    portfolio: Path
    workspace: Path

    def report(self, *, masked: bool = True, given: Given = GIVEN, ring: str = RING) -> LeadReport:
        """The report of a ring."""
        with Workspace.open(Settings(self.workspace)) as workspace:
            run = workspace.runs.find()
            return lead_of(workspace, run, find_ring(workspace, run, ring), [], masked=masked, given=given)

    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of a file as they were handed over."""
        with (self.portfolio / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def make_site(folder: Path) -> Site:
    """Simulate, load and detect."""
    simulate("mixed", 400, 1, folder / "portfolio")
    with Workspace.open(Settings(folder / "workspace")) as workspace:
        load_folder(workspace, folder / "portfolio")
        detect_workspace(workspace)
    return Site(folder / "portfolio", folder / "workspace")


def personal(site: Site, report: LeadReport) -> dict[str, set[str]]:
    """Every personal cell of the rows behind a report, as it was handed over, by kind."""
    found: dict[str, set[str]] = {}
    for table in TABLES.values():
        lines = {row.line for row in report.rows if row.table == table.name}
        for line, row in enumerate(site.table(table.name) if lines else (), 2):
            if line not in lines:
                continue
            for column in table.columns:
                cell = row.get(column.name, "")
                if column.personal and cell:
                    kind = row[column.variant_of] if column.kind is ColumnKind.VARIANT else column.kind.value
                    found.setdefault(kind, set()).add(cell)
    return found


def unpacked(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Every text in the files, those inside of packages too."""
    for name, content in files.items():
        if name.endswith((".docx", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                for part in packed.namelist():
                    yield f"{name}/{part}", packed.read(part).decode("utf-8", "replace")
        else:
            yield name, content.decode()


def odd_report(text: str) -> LeadReport:
    """A report in which every text that comes from outside is the given one."""
    said = Statement("said", f"说 {text}", f"said {text}", {"count": 1.0}, rows=(1,))
    start = datetime(2026, 3, 2, 9, 30)
    return LeadReport(
        given=replace(GIVEN, number=text, recipient=text, purpose=text),
        masked=False,
        ring_id="RF-AAAAAAAA",
        run=RunFacts("run-000001", start, None, None, "0123", "0", (text,), 10),
        tier="alert",
        kind="shared_contact",
        score=1.5,
        q_value=None,
        zh="一句",
        en="a sentence",
        requests=1,
        households=1,
        first_at=start,
        last_at=start,
        source=(said,),
        people=(_person(text, said),),
        members=(Member(1, text, 1, text, text, "member", 1.0, start, text, text, text, text, (1,), 1),),
        policies=(_money(text, start),),
        totals=Totals(1, 300, 200, 500, 0, -7, -207),
        exposure=Money(1, 2, 3, 4),
        shared=(SharedValue(1, "phone", text, 1, 1, 1, 1, start, start, 0.5, (1,)),),
        associates=(Associate("delegate", "delegate", text, 2),),
        timeline=(Event(start, "request", f"申请 {text}", f"request {text}", 1, 1, 1),),
        periods=(("2026-03-02", 1),),
        letters=(Letter(1, (text, text), (1,), 2, start, start, text, (1,)),),
        agents=(Agent(text, text, text, text, start, None, 1, left_first=False, row=1),),
        verified=(said,),
        unverified=(said,),
        explanations=(Explanation("family", ruled_out=True, zh="并非", en="not so", counts={"units": 1.0}),),
        for_members=(),
        evidence=(Term(1, "shared_phone", 2.5, text, text, {"members": 1.0}, {}, (("phone", text),), (1,)),),
        rows=(EvidenceRow(1, "surrender_requests", text, text, 2, "b", "0" * 64, (("phone", text), ("reason", text))),),
        limits=(said,),
    )


def _person(text: str, said: Statement) -> Person:
    return Person(
        number=1,
        applicant_ids=(text,),
        household=1,
        name=text,
        id_no=text,
        birth_date="1970-01-01",
        gender="F",
        phone=text,
        address=text,
        email=text,
        bank_account=text,
        vulnerable=text,
        role="member",
        possibly_exploited=True,
        signs=(said,),
        row=1,
    )


def _money(text: str, start: datetime) -> PolicyMoney:
    return PolicyMoney(
        member=1,
        request_id=text,
        policy_no=text,
        first=True,
        product_code=text,
        issued_on=start,
        agent_no=text,
        premium_paid=300,
        policy_cash_value=200,
        cash_value=200,
        requested=500,
        agreed=None,
        paid=-7,
        paid_at=start,
        difference=-207,
        payout_account=text,
        payout_name=text,
        row=1,
    )
