"""The tables of why: facts and inferences apart, explanations, evidence, rows; and all tables in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from ringfinder.report.lead.content import LeadReport, Term
from ringfinder.report.lead.entries import Statement
from ringfinder.report.lead.speech import utc
from ringfinder.report.lead.tables import (
    NUMBER,
    Column,
    Table,
    agents,
    associates,
    letters,
    members,
    people,
    policies,
    shared,
    timeline,
)
from ringfinder.report.words import TABLES, Words, words


def explanations(report: LeadReport) -> Table:
    """Honest explanations, and whether they were ruled out."""
    return Table(
        "explanations",
        ("正当解释的检验", "Honest explanations"),
        (
            Column(("结果", "outcome"), "words", 14),
            Column(("理由", "reason"), "words", 80),
        ),
        [
            (
                ("已排除", "ruled out") if one.ruled_out else ("未排除", "not ruled out"),
                (one.zh, one.en),
            )
            for one in report.explanations
        ],
    )


def evidence(report: LeadReport) -> Table:
    """The terms of the score."""
    return _terms("evidence", ("证据（按分量排列）", "Evidence, weightiest first"), report.evidence)


def for_members(report: LeadReport) -> Table:
    """What speaks for the members."""
    return _terms("for_members", ("对成员有利的情况", "What speaks for the members"), report.for_members)


def _terms(name: str, heading: Words, terms: Sequence[Term]) -> Table:
    return Table(
        name,
        heading,
        (
            Column(NUMBER, "count", 5),
            Column(("分量", "weight"), "weight", 8),
            Column(("证据", "evidence"), "words", 90),
            Column(("依据行", "rows"), "numbers", 24),
        ),
        [(one.number, one.weight, (one.zh, one.en), one.rows) for one in terms],
    )


def facts(report: LeadReport) -> Table:
    """What the insurer's own rows say."""
    heading = ("已核实的事实（保险公司数据所载）", "Verified: facts on record in the insurer's tables")
    return _statements("facts", heading, report.verified)


def inferences(report: LeadReport) -> Table:
    """What was inferred from them."""
    heading = ("未核实的事实（ringfinder 的推断）", "Unverified: what ringfinder infers")
    return _statements("inferences", heading, report.unverified)


def _statements(name: str, heading: Words, said: Sequence[Statement]) -> Table:
    return Table(
        name,
        heading,
        (Column(NUMBER, "count", 5), Column(("内容", "what"), "words", 100), Column(("依据行", "rows"), "numbers", 24)),
        [(number, (one.zh, one.en), one.rows) for number, one in enumerate(said, 1)],
    )


def files(report: LeadReport) -> Table:
    """The files that the rows came in, with their hashes."""
    count = Counter((one.table, one.file, one.batch or "", one.sha256 or "") for one in report.rows)
    return Table(
        "files",
        ("证据所在的文件", "Files of the evidence"),
        (
            Column(NUMBER, "count", 5),
            Column(("表", "table"), "words", 18),
            Column(("文件", "file"), "text", 28),
            Column(("批次", "batch"), "text", 18),
            Column(("文件的 SHA-256", "SHA-256 of the file"), "text", 66),
            Column(("引用行数", "rows named"), "count", 9),
        ),
        [
            (number, words(TABLES, table), file, batch, sha256 or None, rows)
            for number, ((table, file, batch, sha256), rows) in enumerate(sorted(count.items()), 1)
        ],
    )


def rows(report: LeadReport) -> Table:
    """The rows behind everything."""
    return Table(
        "rows",
        ("证据清单", "List of evidence"),
        (
            Column(NUMBER, "count", 5),
            Column(("表", "table"), "words", 18),
            Column(("键", "key"), "text", 14),
            Column(("文件", "file"), "text", 24),
            Column(("行", "line"), "count", 8),
            Column(("内容", "content"), "text", 120),
        ),
        [
            (
                one.number,
                words(TABLES, one.table),
                one.key,
                one.file,
                one.line,
                "; ".join(f"{name}={cell}" for name, cell in one.cells),
            )
            for one in report.rows
        ],
        note=(
            "文件的表头为第 1 行；文件的哈希见“证据所在的文件”。",
            "The header of a file is line 1; the hashes of the files stand in their own table.",
        ),
    )


def approvals(report: LeadReport) -> Table:
    """Who allowed the report to be unmasked."""
    return Table(
        "approvals",
        ("批准", "Approvals"),
        (
            Column(("批准人", "by"), "text", 16),
            Column(("角色", "role"), "text", 14),
            Column(("时间（UTC）", "at (UTC)"), "text", 20),
            Column(("接收方", "for"), "text", 24),
            Column(("有效至（UTC）", "until (UTC)"), "text", 20),
        ),
        [(one.name, one.role, utc(one.at), one.recipient, utc(one.expires_at)) for one in report.given.approvals],
    )


ALL: Mapping[str, Callable[[LeadReport], Table]] = {
    make.__name__: make
    for make in (
        approvals,
        facts,
        inferences,
        explanations,
        for_members,
        members,
        people,
        policies,
        shared,
        associates,
        timeline,
        letters,
        agents,
        evidence,
        files,
        rows,
    )
}
"""Every table by its name, in the order in which a report has them."""


def filled(report: LeadReport) -> Iterator[Table]:
    """The tables that have lines, in their order."""
    for make in ALL.values():
        table = make(report)
        if table.rows:
            yield table
