"""Sentences of a report: what the insurer's rows say, what is only inferred, and what was not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ringfinder.detect.coverage import coverage
from ringfinder.detect.indicators import written
from ringfinder.records.rings import LineageStatus, Role
from ringfinder.report.lead.content import (
    RunFacts,
    Term,
)
from ringfinder.report.lead.entries import (
    Agent,
    Member,
    Person,
    PolicyMoney,
    SharedValue,
    Statement,
    Totals,
)
from ringfinder.report.lead.names import Cells, Names
from ringfinder.report.lead.reading import Joined, RingFacts
from ringfinder.report.lead.rows import RowBook
from ringfinder.report.words import LINEAGES, RING_KINDS, ROLES, TIERS, VALUE_KINDS, Words, words
from ringfinder.report.written import rounded, thousands

_TWO = 2


def amount(fen: int) -> str:
    """Fen as yuan for people, also below zero."""
    return f"-{thousands(-fen)}" if fen < 0 else thousands(fen)


def statement(
    name: str,
    zh: str,
    en: str,
    counts: Mapping[str, float] | None = None,
    *,
    money: Mapping[str, int] | None = None,
    texts: Mapping[str, str | Words] | None = None,
    rows: Sequence[int] = (),
) -> Statement:
    """A sentence with its fields filled in; a text may be one word in Chinese and another one in English."""
    counts, money, texts = counts or {}, money or {}, texts or {}
    numbers = {key: written(number) for key, number in counts.items()} | {
        key: amount(fen) for key, fen in money.items()
    }
    both = {key: text if isinstance(text, tuple) else (text, text) for key, text in texts.items()}
    named = [{key: text[place] for key, text in both.items()} for place in range(2)]
    kept = {key: text for key, text in texts.items() if isinstance(text, str)}
    return Statement(
        name, zh.format(**numbers, **named[0]), en.format(**numbers, **named[1]), counts, money, kept, tuple(rows)
    )


@dataclass(frozen=True)
class Told:
    """What the sentences are about."""

    facts: RingFacts
    book: RowBook
    names: Names
    run: RunFacts
    people: tuple[Person, ...]
    members: Sequence[Member]
    policies: Sequence[PolicyMoney]
    totals: Totals
    shared: Sequence[SharedValue]
    agents: Sequence[Agent]
    evidence: Sequence[Term]


def source(told: Told) -> Iterator[Statement]:
    """Where the lead comes from."""
    run = told.run
    yield statement(
        "source",
        "本线索由 ringfinder 比对保险公司自有数据得出（运行 {run}，退保申请 {requests} 件），并非举报或投诉的结论。",
        "ringfinder found this lead by comparing the insurer's own tables ({run}, {requests} surrender requests); it "
        "is no outcome of a tip-off or a complaint.",
        {"requests": float(run.requests)},
        texts={"run": run.run_id},
    )
    if run.as_of:
        yield statement(
            "as_of",
            "所依据的事项截至 {as_of}，此后发生者不在其内。",
            "It rests on what had happened by {as_of}; nothing later is in it.",
            texts={"as_of": run.as_of.isoformat(sep=" ", timespec="minutes")},
        )
    lineage = told.facts.ring.lineage
    if lineage and lineage.status is not LineageStatus.BORN and lineage.before:
        yield statement(
            "lineage",
            "与上次运行相比：{status}，来自 {before}（人员相似度 {likeness}）。",
            "Since the run before it has {status}, from {before} (likeness of people {likeness}).",
            {"likeness": rounded(lineage.likeness, 2)},
            texts={"status": words(LINEAGES, lineage.status.value), "before": ", ".join(lineage.before)},
        )


def verified(told: Told) -> Iterator[Statement]:
    """What stands in the insurer's own rows."""
    yield from _requests(told)
    yield from _shared(told)
    yield from _complaints(told)
    yield from _changes(told)
    yield from _callbacks(told)
    yield from _agents(told)


def _requests(told: Told) -> Iterator[Statement]:
    ring, totals = told.facts.ring, told.totals
    yield statement(
        "requests",
        "{people} 名投保人在 {first} 至 {last} 期间就 {policies} 张保单提出 {requests} 件退保申请。",
        "From {first} to {last}, {people} policyholders made {requests} surrender requests about {policies} policies.",
        {
            "people": float(len(told.people)),
            "policies": float(totals.policies),
            "requests": float(len(told.members)),
        },
        texts={"first": ring.first_at.date().isoformat(), "last": ring.last_at.date().isoformat()},
        rows=[member.row for member in told.members],
    )
    asked = [
        row
        for row in told.facts.requests
        if row and (row["kind"] == "negotiated" or _more(row["requested_amount"], row["cash_value"]))
    ]
    if asked:
        yield statement(
            "above_cash_value",
            "{shown} 件申请登记为协议退保，或要求的金额高于现金价值。",
            "{shown} request(s) are recorded as negotiated or ask for more than the cash value.",
            {"shown": float(len(asked))},
            rows=told.book.of("surrender_requests", asked),
        )
    paid = [one for one in told.policies if one.paid is not None]
    if paid:
        yield statement(
            "paid",
            "{shown} 件申请已付款，共 {paid} 元。",
            "{shown} request(s) were paid, {paid} yuan in all.",
            {"shown": float(len(paid))},
            money={"paid": totals.paid},
            rows=told.book.numbers(told.facts.ring.members[one.member - 1].row for one in paid),
        )
    others = [
        row for row, person in zip(told.facts.requests, told.facts.persons, strict=True) if other_payee(row, person)
    ]
    if others:
        yield statement(
            "third_payee",
            "{shown} 件申请登记的收款户名不是投保人姓名。",
            "{shown} request(s) name an account holder whose name is not the applicant's.",
            {"shown": float(len(others))},
            rows=told.book.of("surrender_requests", [row for row in others if row]),
        )


def other_payee(request: Cells | None, person: Cells | None) -> bool:
    """Whether the money goes to a name that is not the applicant's; both names must be known and whole."""
    if not request or not person or not request["payout_name"] or not person["name"]:
        return False
    names = request["payout_name"], person["name"]
    return names[0] != names[1] and not any("*" in name for name in names)


def _more(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one > other


def _shared(told: Told) -> Iterator[Statement]:
    for one, shared in zip(told.shared, told.facts.ring.shared, strict=True):
        behind = told.facts.places.get(shared.key, ())
        rows = told.book.numbers(behind) or tuple(told.members[number - 1].row for number in one.members)
        texts: dict[str, str | Words] = {"kind": words(VALUE_KINDS, one.kind), "value": one.value}
        zh, en = "", ""
        if one.first_at and one.last_at:
            texts |= {"first": one.first_at.date().isoformat(), "last": one.last_at.date().isoformat()}
            zh, en = "，首次 {first}，最近 {last}", ", first on {first}, last on {last}"
        yield statement(
            "shared_value",
            "{kind} {value} 出现在 {people} 名投保人的 {requests} 件申请或其投诉、变更、回访、缴费记录中" + zh + "。",
            "The {kind} {value} stands in {requests} requests of {people} policyholders or in the complaints, changes, "
            "callbacks and premium records that go with them" + en + ".",
            {"people": float(one.people), "requests": float(one.requests)},
            texts=texts,
            rows=rows,
        )


def _complaints(told: Told) -> Iterator[Statement]:
    found = [one.cells for one in told.facts.around["complaints"]]
    if found:
        yield statement(
            "complaints",
            "与这些申请或保单相关的投诉 {complaints} 件，其中监管转办 {regulator} 件，要求全额退保 {full} 件。",
            "{complaints} complaint(s) go with these requests or policies: {regulator} came through the regulator, "
            "{full} demand the full premium.",
            {
                "complaints": float(len(found)),
                "regulator": float(_with(found, "source", "regulator")),
                "full": float(_with(found, "demand", "full_refund")),
            },
            rows=told.book.of("complaints", found),
        )


def _changes(told: Told) -> Iterator[Statement]:
    found = told.facts.around["contact_changes"]
    if found:
        yield statement(
            "contact_changes",
            "申请之前的半年内，{people} 名投保人的联系方式或账户变更过 {changes} 次。",
            "In the half year before, contacts or accounts of {people} policyholder(s) were changed {changes} time(s).",
            {"people": float(len(_people(told, found))), "changes": float(len(found))},
            rows=told.book.of("contact_changes", [one.cells for one in found]),
        )


def _callbacks(told: Told) -> Iterator[Statement]:
    found = [one.cells for one in told.facts.around["callbacks"]]
    if found:
        yield statement(
            "callbacks",
            "就这些保单回访 {calls} 次：{not_own} 次称信件非本人所写，{own} 次确认为本人所写，{fee} 次称曾向他人付费。",
            "{calls} callback(s) were made about these policies: {not_own} said that the letter is not their own, "
            "{own} that it is, {fee} that they paid somebody.",
            {
                "calls": float(len(found)),
                "not_own": float(_with(found, "letter_is_own", "n")),
                "own": float(_with(found, "letter_is_own", "y")),
                "fee": float(_with(found, "paid_a_fee", "y")),
            },
            rows=told.book.of("callbacks", found),
        )


def _agents(told: Told) -> Iterator[Statement]:
    for one in told.agents:
        if one.policies < _TWO:
            continue
        texts = {"agent": one.agent_no}
        zh, en = "", ""
        if one.left_on:
            texts["left"] = one.left_on.date().isoformat()
            zh, en = "，该业务员已于 {left} 离职", ", who left on {left}"
        rows = [policy.row for policy in told.policies if policy.agent_no == one.agent_no and policy.row]
        yield statement(
            "agent",
            "{policies} 张保单出自业务员 {agent}" + zh + "。",
            "{policies} policies are from the book of agent {agent}" + en + ".",
            {"policies": float(one.policies)},
            texts=texts,
            rows=tuple(dict.fromkeys([*rows, *([one.row] if one.row else [])])),
        )


def _with(found: Sequence[Cells], column: str, value: str) -> int:
    return sum(row[column] == value for row in found)


def _people(told: Told, found: Sequence[Joined]) -> set[int]:
    return {told.members[place].person for one in found for place in one.members}


def unverified(told: Told) -> Iterator[Statement]:
    """What ringfinder infers; nobody has checked it."""
    ring = told.facts.ring
    yield statement(
        "one_ring",
        "这些申请看来由同一批人推动：{tier}，{kind}，评分 {score}（证据之和，不是概率）。",
        "These requests seem to be driven by the same people: {tier}, {kind}, score {score} (a sum of evidence, no "
        "probability).",
        {"score": rounded(ring.score, 2)},
        texts={"tier": words(TIERS, ring.tier.value), "kind": words(RING_KINDS, ring.kind)},
        rows=[member.row for member in told.members],
    )
    for role in Role:
        count = sum(person.role == role.value for person in told.people) if role is not Role.MEMBER else 0
        if count:
            yield statement(
                f"role_{role.value}",
                "{count} 名投保人的本人信息为其他成员所用，可能是{role}，也可能被冒用。",
                "What is on file of {count} policyholder(s) is used by other members: {role}, or somebody whose name "
                "is used.",
                {"count": float(count)},
                texts={"role": words(ROLES, role.value)},
                rows=[member.row for member in told.members if member.role == role.value],
            )
    for one in ring.associates:
        rows = told.book.numbers(told.facts.places.get(one.key, ()))
        if one.key.kind == "agent":
            rows = tuple(line.row for line in told.policies if line.agent_no == one.key.value and line.row)
        yield statement(
            "associate",
            "{role} {value} 与其中 {requests} 件申请有关。",
            "The {role} {value} has to do with {requests} of the requests.",
            {"requests": float(one.requests)},
            texts={"role": words(ROLES, one.role.value), "value": told.names.masker.show(one.key)},
            rows=rows,
        )
    for term in told.evidence:
        if term.weight > 0:
            yield Statement(
                f"term_{term.indicator}", term.zh, term.en, {**term.baseline, **term.counts}, rows=term.rows
            )
    for link in ring.linked:
        yield statement(
            "linked",
            "{requests} 件申请用到另一条线索 {ring} 的信息。",
            "{requests} request(s) show values of another lead, {ring}.",
            {"requests": float(link.members)},
            texts={"ring": link.ring_id},
        )


def limits(told: Told) -> Iterator[Statement]:
    """What the report is not, and what was not known when it was made."""
    yield statement(
        "lead",
        "本报告是供人工核查的线索，不是结论。成员往往是受害者。",
        "This report is a lead for people to check, never a verdict. Members are often victims.",
    )
    yield statement(
        "right",
        "退保是投保人的权利，不得据此阻止或拖延任何退保。",
        "Surrender is a right of the policyholder: nothing here may block or delay one.",
    )
    yield statement(
        "rows_only",
        "“数据所载事实”只表示保险公司自己的数据如此记载，未另向任何人核实。",
        "“Facts on record” means that the insurer's own tables say so; nobody was asked about them.",
    )
    standing = sum(not one.ruled_out for one in told.facts.ring.hypotheses)
    if standing:
        yield statement(
            "standing",
            "有 {count} 种正当解释未能排除（见“正当解释的检验”）。",
            "{count} honest explanation(s) could not be ruled out (see “Honest explanations”).",
            {"count": float(standing)},
        )
    yield from _unknown(told)
    for one in coverage(told.facts.network.portfolio):
        if not one.on:
            yield Statement(f"off_{one.evidence}", f"{one.zh}。", f"{one.en}.")


def _unknown(told: Told) -> Iterator[Statement]:
    requests = told.facts.requests
    for name, count, zh, en in (
        (
            "gone",
            sum(row is None for row in requests),
            "{count} 件申请已不在数据中，只余编号。",
            "{count} request(s) are no longer in the tables; only their numbers are left.",
        ),
        (
            "no_policy",
            sum(policy is None for policy in told.facts.policies),
            "{count} 件申请的保单资料未提供。",
            "The policies of {count} request(s) were not handed over.",
        ),
        (
            "no_cash_value",
            sum(row is not None and row["cash_value"] is None for row in requests),
            "{count} 件申请未登记现金价值，无法比较退款与现金价值。",
            "{count} request(s) have no cash value, so that their refunds cannot be compared with it.",
        ),
        (
            "not_called",
            len(told.people) - len(_people(told, told.facts.around["callbacks"])),
            "{count} 名投保人尚无回访记录。",
            "{count} policyholder(s) have not been called back so far.",
        ),
    ):
        if count:
            yield statement(name, zh, en, {"count": float(count)})
