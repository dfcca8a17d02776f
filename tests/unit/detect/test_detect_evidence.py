"""Evidence: parts that add up, numbers that are the fields, two languages, rows that exist."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.detection import portfolio, town

from ringfinder.detect import detect
from ringfinder.detect.analysis import Analysis
from ringfinder.detect.evidence import PARTS
from ringfinder.detect.indicators import INDICATORS, sentences, templates
from ringfinder.records.portfolio import FILE, LINE, Portfolio
from ringfinder.records.rings import Detection, Evidence

CHINESE = re.compile("[一-鿿]")
NUMBER = re.compile(r"(?<![{\d.])\d+(?:\.\d+)?(?![}\d])")
CONSTANT = {"collective_visit": {3.0, 4.0}}
"""Numbers of the rules themselves that a sentence may name."""


def every(detection: Detection) -> Iterator[Evidence]:
    for ring in detection.rings:
        yield from ring.evidence


def test_parts_add_up_to_the_total(analysis: Analysis, detection: Detection) -> None:
    expected = sorted(analysis.terms.total[(analysis.groups.units >= 3) & (analysis.terms.total > 0)].tolist())
    found = sorted(sum(term.weight for term in ring.evidence if term.indicator in PARTS) for ring in detection.rings)
    assert len(found) > 5
    assert found == pytest.approx(expected, abs=1e-9)
    for ring in detection.rings:
        total = sum(term.weight for term in ring.evidence if term.indicator in PARTS)
        assert ring.score <= total + 1e-9


def test_terms_come_by_falling_weight(detection: Detection) -> None:
    for ring in detection.rings:
        weights = [term.weight for term in ring.evidence]
        assert weights == sorted(weights, reverse=True)


def places(number: str) -> int:
    """Digits after the point."""
    return len(number.partition(".")[2])


def test_every_number_of_a_sentence_is_a_field(detection: Detection) -> None:
    seen = set()
    for term in every(detection):
        seen.add(term.indicator)
        assert CHINESE.search(term.zh), term.zh
        assert not CHINESE.search(term.en), term.en
        fields = {*term.counts.values(), *term.baseline.values(), *CONSTANT.get(term.indicator, set())}
        for sentence in (term.zh, term.en):
            for number in NUMBER.findall(sentence):
                assert any(round(field, places(number)) == float(number) for field in fields), (sentence, number)
    assert len(seen) > 12, "the portfolio shows most indicators"


@pytest.mark.parametrize("name", sorted(INDICATORS))
def test_every_number_that_changes_changes_both_sentences(name: str) -> None:
    zh, en = templates(INDICATORS[name])
    fields = sorted(set(re.findall(r"{(\w+)}", zh + en)) - {"named"})
    numbers = {field: float(place + 10) for place, field in enumerate(fields)}
    usual = sentences(name, numbers, {}, 1)
    for field in fields:
        changed = sentences(name, numbers | {field: 77.0}, {}, 1)
        assert changed[0] != usual[0], f"{field} is not in the Chinese sentence"
        assert changed[1] != usual[1], f"{field} is not in the English sentence"


def test_a_changed_portfolio_changes_the_sentence() -> None:
    told = []
    for size in (9, 12):
        found = detect(portfolio(surrender_requests=town(range(size), phone="18812345671")))
        told.append({term.indicator: (term.zh, term.en) for term in found.rings[0].evidence})
    for name in ("pressure", "shared_phone", "harm_negotiated", "burst"):
        assert told[0][name][0] != told[1][name][0]
        assert told[0][name][1] != told[1][name][1]


def test_the_rows_behind_a_term_exist(mixed: Portfolio, detection: Detection) -> None:
    keys = {"surrender_requests": "request_id", "visits": "visit_id", "data_access": "policy_no"}
    lines: dict[str, set[tuple[str, str, int]]] = {}
    for table, key in keys.items():
        rows = mixed.table(table).select([key, FILE, LINE]).to_pydict()
        lines[table] = set(zip(rows[key], rows[FILE], rows[LINE], strict=True))
    for ring in detection.rings:
        members = {one.request_id for one in ring.members}
        for term in ring.evidence:
            for row in term.rows:
                assert (row.key, row.file, row.line) in lines[row.table]
                assert row.table != "surrender_requests" or row.key in members


def test_counts_are_of_the_rows_that_are_named(detection: Detection) -> None:
    for term in every(detection):
        if "shown" in term.counts and term.indicator not in {"collective_visit", "looked_up"}:
            assert len(term.rows) == term.counts["shown"], term.indicator
        if "shown" in term.counts and "requests" in term.counts:
            assert term.counts["shown"] <= term.counts["requests"]


def test_what_speaks_for_the_members_has_a_negative_weight(detection: Detection) -> None:
    honest = {"clean_requests", "own_letter", "earlier_claims", "recorded_kin", "one_shared_thing"}
    weights = [term.weight for term in every(detection) if term.indicator in honest]
    assert weights
    assert all(weight <= 0 for weight in weights)


def test_without_a_table_the_sentences_of_its_signs_are_not_there(mixed: Portfolio) -> None:
    bare = replace(mixed, tables={name: rows for name, rows in mixed.tables.items() if name != "callbacks"})
    said = {term.indicator for term in every(detect(bare))}
    assert said
    assert not said & {"harm_callback", "own_letter"}
