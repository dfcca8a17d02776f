"""Every pattern on a small graph: the planted rings, their honest look-alikes, and nodes that know nothing."""

from __future__ import annotations

import re

import pytest
from neo4j import Driver
from tests.neo4j.patterns import cases_agents, cases_letters, cases_shared
from tests.neo4j.patterns.harness import Case, declare, drawn, identities, load, names, plan, run

from ringfinder.neo4j.library import CypherFile
from ringfinder.neo4j.model import LABELS

CASES: tuple[Case, ...] = (*cases_shared.CASES, *cases_letters.CASES, *cases_agents.CASES)
PARTS = ("rows", "picture", "count")
FILES = [(name, part) for name in names() for part in PARTS]

_POOR_PLANS = {"CartesianProduct", "AllNodesScan"}
_MOST_NODES = 300


@pytest.fixture(params=CASES, ids=lambda case: case.pattern)
def case(request: pytest.FixtureRequest, driver: Driver, empty: None) -> Case:
    """A case whose graph is in the database."""
    found: Case = request.param
    found.graph.write(driver)
    return found


@pytest.fixture
def rows(case: Case) -> CypherFile:
    return load(case.pattern)


def test_every_pattern_has_a_case() -> None:
    assert sorted(case.pattern for case in CASES) == names()
    assert {load(name).typology for name in names()} == {f"T{number}" for number in range(1, 15)} - {"T13"}


def test_the_planted_are_found_and_nobody_else(driver: Driver, case: Case, rows: CypherFile) -> None:
    answer = run(driver, rows)
    assert identities(rows, answer) == list(case.found)
    assert {row["of"] for row in answer} == {len(case.found)}
    assert all(tuple(row.keys()) == columns(rows) for row in answer)


def test_every_finding_names_its_papers_and_where_they_were_handed_over(
    driver: Driver, case: Case, rows: CypherFile
) -> None:
    for row in run(driver, rows):
        papers = row["requests"] if "complaints" not in columns(rows) else row["complaints"]
        assert papers
        assert len(papers) == len(set(papers))
        assert 0 < len(row["rows"]) <= 20


def test_count_agrees_with_the_rows(driver: Driver, case: Case, rows: CypherFile) -> None:
    (count,) = run(driver, load(case.pattern, "count"))
    covered = {request for row in run(driver, rows) for request in row["requests"]}
    assert dict(count) == {
        "found": len(case.found),
        "compared_with": case.compared_with,
        "requests": len(covered),
    }
    assert len(covered) == case.covered
    assert count["found"] < count["compared_with"]


def test_picture_draws_the_findings_and_none_of_the_look_alikes(driver: Driver, case: Case) -> None:
    everything = drawn(run(driver, load(case.pattern, "picture")))
    assert frozenset().union(*case.drawn.values()) <= everything
    assert not everything & case.spared
    assert case.spared <= case.graph.nodes.keys()
    assert not {key for key in everything if key.startswith(("bare-", "lonely-"))}
    assert len(everything) <= _MOST_NODES


def test_picture_of_one_finding_draws_that_one(driver: Driver, case: Case, rows: CypherFile) -> None:
    picture = load(case.pattern, "picture")
    for row, identity in zip(run(driver, rows), case.found, strict=True):
        own = drawn(run(driver, picture, key=row["key"]))
        assert case.drawn[identity[-1]] <= own
        for other in case.found:
            if other != identity:
                assert not case.drawn[other[-1]] <= own
    assert not run(driver, picture, key="no such finding")


def test_lower_limit_gives_fewer_rows_of_as_many(driver: Driver, case: Case, rows: CypherFile) -> None:
    answer = run(driver, rows, limit=1)
    assert identities(rows, answer) == list(case.found[:1])
    assert [row["of"] for row in answer] == [len(case.found)]
    assert case.drawn[case.found[0][-1]] <= drawn(run(driver, load(case.pattern, "picture"), limit=1))


def test_other_thresholds_give_other_answers(driver: Driver, case: Case, rows: CypherFile) -> None:
    count = load(case.pattern, "count")
    for changed, found in case.changed:
        assert frozenset(identities(rows, run(driver, rows, **changed))) == found, changed
        assert run(driver, count, **changed)[0]["found"] == len(found), changed
        assert found != frozenset(case.found)


def test_every_threshold_is_changed_by_its_case() -> None:
    for case in CASES:
        tried = {name for changed, _ in case.changed for name in changed}
        # `alarm` says how grave a visit is, not whether it is one
        assert tried == load(case.pattern).values().keys() - {"limit", "alarm"}, case.pattern


def test_four_at_the_counter_are_an_alarm(driver: Driver, empty: None) -> None:
    (case,) = (case for case in CASES if case.pattern == "t12-collective-visit")
    case.graph.write(driver)
    rows = load(case.pattern)
    assert [row["level"] for row in run(driver, rows)] == ["alarm", "warn"]
    assert [row["level"] for row in run(driver, rows, alarm=5)] == ["warn", "warn"]


def test_a_book_is_what_stood_on_the_day_of_leaving(driver: Driver, empty: None) -> None:
    (case,) = (case for case in CASES if case.pattern == "t08-ex-agent-leak")
    case.graph.write(driver)
    (leak,) = (row for row in run(driver, load(case.pattern)) if row["agent_no"] == "leak")
    assert (leak["shown_by"], leak["book"], leak["surrendered"]) == (["rate"], 40, 20)
    assert leak["rate"] / leak["cohort_rate"] == leak["ratio"] > leak["ratio_low"] > 1


@pytest.mark.parametrize(("honest", "found"), [(5, ["striking"]), (60, [])])
def test_the_more_books_are_compared_the_more_a_rate_must_stand_out(
    driver: Driver, empty: None, honest: int, found: list[str]
) -> None:
    cases_agents.leavers(striking=9, honest=(4,) * honest).write(driver)
    assert [row["agent_no"] for row in run(driver, load("t08-ex-agent-leak"))] == found


def test_an_address_of_the_internet_is_weak_and_comes_last(driver: Driver, empty: None) -> None:
    (case,) = (case for case in CASES if case.pattern == "t07-shared-device")
    case.graph.write(driver)
    assert [(row["kind"], row["weak"]) for row in run(driver, load(case.pattern))] == [
        ("Device", False),
        ("IpAddress", True),
    ]


def test_whole_numbers_may_come_as_floats(driver: Driver, case: Case, rows: CypherFile) -> None:
    """Browser's `:param least => 3` may send 3.0."""
    floats = {name: float(value) for name, value in rows.values().items() if isinstance(value, int)}
    assert identities(rows, run(driver, rows, **floats)) == list(case.found)


@pytest.mark.parametrize(("name", "part"), FILES)
def test_nothing_is_found_in_nothing(driver: Driver, empty: None, name: str, part: str) -> None:
    answer = [dict(row) for row in run(driver, load(name, part))]
    assert answer == ([{"found": 0, "compared_with": 0, "requests": 0}] if part == "count" else [])


@pytest.mark.parametrize(("name", "part"), FILES)
def test_plan_is_sound_and_the_server_has_no_remarks(driver: Driver, empty: None, name: str, part: str) -> None:
    """No product, no scan of all nodes, nothing deprecated, and no name that the declaration does not know."""
    declare(driver)
    with driver.session() as session:
        operators, remarks = plan(session, load(name, part))
    assert not operators & _POOR_PLANS
    assert not remarks


def columns(pattern: CypherFile) -> tuple[str, ...]:
    return tuple(name for name, _ in pattern.returns)


@pytest.mark.parametrize("name", names())
def test_the_three_parts_find_by_the_same_text(name: str) -> None:
    finding, tail, rest = load(name, "count").statement.partition("\nWITH collect(used) AS found\n")
    assert tail
    assert rest.startswith("RETURN size(found) AS found,")
    for part in ("rows", "picture"):
        assert load(name, part).statement.startswith(finding + "\n")


@pytest.mark.parametrize(("name", "part"), FILES)
def test_header_says_what_the_file_is(name: str, part: str) -> None:
    pattern = load(name, part)
    assert (pattern.part, pattern.mode, pattern.category) == (part, "read", "patterns")
    assert pattern.typology == f"T{int(name[1:3])}"
    assert pattern.lead == (part == "rows")
    assert pattern.zh != pattern.en
    assert pattern.purpose_zh != pattern.purpose_en
    assert all(param.zh != param.en for param in pattern.params)
    assert set(re.findall(r"\$(\w+)", pattern.statement)) == set(pattern.values())
    assert not pattern.statement.endswith(";")
    assert max(map(len, pattern.statement.splitlines())) <= 120


def test_labels_in_words_are_declared() -> None:
    """A label in a list of texts is not checked by the server."""
    for name in names():
        for listed in re.findall(r"label IN \[(.+?)\]", load(name).statement):
            assert {label.strip("' ") for label in listed.split(",")} <= LABELS.keys()
