"""Sentences about a ring: all sections, both languages, numbers that follow the fields, values masked."""

import re
from dataclasses import replace
from datetime import timedelta

from tests.results import PHONE, START, make_member, make_ring

from ringfinder.records.rings import Lineage, LineageStatus, Ring
from ringfinder.report.explanation import SECTIONS, explain_ring
from ringfinder.report.masking import Masker
from ringfinder.report.timeline import bars, timeline

CHINESE = re.compile("[\u4e00-\u9fff]")


def said(ring: Ring, section: str, *, reveal: bool = False) -> list[tuple[str, str]]:
    found = explain_ring(ring, Masker.of([ring], reveal=reveal))
    return [(one.zh, one.en) for one in found if one.section == section]


def test_every_section_is_told_in_its_order_and_in_both_languages() -> None:
    ring = make_ring()
    found = explain_ring(ring, Masker.of([ring], reveal=False))
    order = list(dict.fromkeys(one.section for one in found))
    assert order == list(SECTIONS)
    for one in found:
        assert CHINESE.search(one.zh), one
        assert not CHINESE.search(one.en + one.note_en), one


def test_the_summary_sentence_comes_first() -> None:
    assert said(make_ring(), "summary")[0] == (
        "4名互不相关的投保人，2部电话，1个收款账户，历时4天",
        "4 unrelated people, 2 phones, 1 payee account, 4 days",
    )


def test_reasons_are_in_order_with_their_baseline_and_what_speaks_for_members_stands_apart() -> None:
    ring = make_ring()
    found = explain_ring(ring, Masker.of([ring], reveal=False))
    (reason,) = [one for one in found if one.section == "reasons"]
    assert reason.weight == 9.125
    assert reason.rows == 4
    assert reason.note_en == "applicants 4, values 2; compared with: usual share 3.1 %"
    (against,) = [one for one in found if one.section == "for_members"]
    assert (against.en, against.weight) == ("1 of them has recorded kin.", -0.75)


def test_a_changed_figure_changes_its_sentence() -> None:
    ring = make_ring()
    without = replace(ring.without[0], score=7.25, units=2)
    assert said(ring, "without")[0] != said(replace(ring, without=(without,)), "without")[0]
    assert "score 7.2 (was 12.5), 2 households" in said(replace(ring, without=(without,)), "without")[0][1]
    central = replace(ring.central[0], share=0.3)
    assert said(replace(ring, central=(central,)), "central")[0][1] == (
        "phone 138****0000: on 30% of the shortest paths between members"
    )


def test_values_are_masked_unless_revealed() -> None:
    ring = make_ring()
    for section in SECTIONS:
        assert PHONE.value not in str(said(ring, section))
    assert PHONE.value in str(said(ring, "without", reveal=True))


def test_hypotheses_say_whether_they_were_ruled_out_and_none_is_said_too() -> None:
    assert [en for _, en in said(make_ring(), "hypotheses")] == [
        "ruled out: No recorded kin.",
        "not ruled out: 2 share an employer.",
    ]
    assert "None was tested" in said(replace(make_ring(), hypotheses=()), "hypotheses")[0][1]


def test_lineage_names_where_a_ring_comes_from() -> None:
    assert said(make_ring(), "lineage")[0][1] == "grew: from RF-YYYYYYYY (likeness of people 0.75)"
    assert said(replace(make_ring(), lineage=Lineage(LineageStatus.BORN)), "lineage") == [("新出现", "born")]
    assert said(replace(make_ring(), lineage=None), "lineage") == []


def spread(*days: int) -> Ring:
    return replace(make_ring(), members=tuple(make_member(n, day=day) for n, day in enumerate(days)))


def test_a_timeline_counts_by_day_week_or_month_and_shows_what_is_empty() -> None:
    assert timeline(spread(0, 0, 2)) == [("2026-03-02", 2), ("2026-03-03", 0), ("2026-03-04", 1)]
    weeks = timeline(spread(0, 40))
    assert weeks[0] == ("2026-03-02", 1)
    assert weeks[-1] == ("2026-04-06", 1)
    assert len(weeks) == 6
    months = timeline(spread(0, 400))
    assert (months[0], months[-1], len(months)) == (("2026-03", 1), ("2027-04", 1), 14)
    assert timeline(replace(make_ring(), members=(replace(make_member(1), applied_at=None),))) == []
    for ring in (spread(0, 1, 2), spread(0, 100, 199), spread(0, 500, 999)):
        assert sum(count for _, count in timeline(ring)) == 3


def test_bars_are_as_long_as_their_counts_and_no_longer_than_a_line() -> None:
    assert bars(spread(0, 0, 2)) == ["2026-03-02  ██ 2", "2026-03-03  ", "2026-03-04  █ 1"]
    many = bars(spread(*[0] * 900, 1))
    assert max(map(len, many)) < 60
    assert many[1].endswith("█ 1"), "one is never nothing"
    assert START + timedelta(days=1) == make_member(1, day=1).applied_at
