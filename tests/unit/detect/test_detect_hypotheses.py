"""Each honest explanation both ruled out and standing, with its numbers in both languages."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.detection import Row, analysed, portfolio, request, town

from ringfinder.detect import detect
from ringfinder.detect.dossier import Archive, Dossier
from ringfinder.detect.hypotheses import TESTS, HonestLife
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Hypothesis

PHONE = "18812345671"


def ring(size: int = 12, people: int = 400) -> list[dict[str, str | None]]:
    return town(range(size), people, phone=PHONE)


def persons(surnames: str, size: int) -> list[Row]:
    return [{"person_id": f"C{n:04d}", "name": f"{surnames[n % len(surnames)]}小明"} for n in range(size)]


def family() -> Portfolio:
    return portfolio(surrender_requests=ring(4), persons=persons("王", 4))


def strangers() -> Portfolio:
    return portfolio(surrender_requests=ring(), persons=persons("王李张刘陈杨赵黄周吴徐孙", 12))


def helped_by_an_agent() -> Portfolio:
    rows = ring()
    for row in rows[:8]:
        row["delegate_phone"] = "18926497153"
    return portfolio(
        surrender_requests=rows, agents=[{"agent_no": "A", "phone": "18926497153", "hired_on": "2010-01-01"}]
    )


def poached() -> Portfolio:
    """Clients of one book who bought from newcomers of one manager: nobody presses, nobody gains by it."""
    rows = [request(n, **({"applied_at": "2025-06-15T10:00"} if n < 20 else {})) for n in range(400)]
    policies = [
        {
            "policy_no": f"L{n:04d}",
            "applicant_id": f"C{n:04d}",
            "issued_on": "2018-01-01",
            "agent_no": "A0" if n < 20 else f"A{n % 40}",
        }
        for n in range(400)
    ] + [
        {"policy_no": f"N{n:04d}", "applicant_id": f"C{n:04d}", "issued_on": "2025-07-01", "agent_no": f"B{n % 3}"}
        for n in range(20)
    ]
    agents = [{"agent_no": f"A{n}", "hired_on": "2010-01-01", "manager_no": "M1"} for n in range(40)]
    agents += [{"agent_no": f"B{n}", "hired_on": "2025-05-01", "manager_no": "M2"} for n in range(3)]
    return portfolio(surrender_requests=rows, policies=policies, agents=agents)


STANDING: dict[str, Callable[[], Portfolio]] = {
    "family": family,
    "agents_service": helped_by_an_agent,
    "crowd": poached,
}


def verdicts(data: Portfolio) -> dict[str, Hypothesis]:
    first = detect(data).rings[0]
    return {one.name: one for one in first.hypotheses}


def test_strangers_on_one_phone_rule_out_every_honest_explanation() -> None:
    found = verdicts(strangers())
    assert set(found) == set(TESTS)
    assert all(one.ruled_out for one in found.values())
    for one in found.values():
        said = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", one.en)}
        assert said <= {round(number, 2) for number in one.counts.values()}, one.en
        assert re.search("[一-鿿]", one.zh)
        assert not re.search("[一-鿿]", one.en)


@pytest.mark.parametrize("name", STANDING)
def test_an_explanation_that_fits_stands_and_says_so(name: str) -> None:
    ruled_out, standing = verdicts(strangers())[name], verdicts(STANDING[name]())[name]
    assert ruled_out.ruled_out
    assert not standing.ruled_out
    assert "cannot be ruled out" in standing.en
    assert "不能排除" in standing.zh
    assert "cannot be ruled out" not in ruled_out.en


def at_hand() -> tuple[HonestLife, Dossier]:
    """The ring of strangers before anything is said of it."""
    analysis = analysed(strangers())
    archive = Archive(analysis)
    return HonestLife(archive, np.ones(analysis.network.count, np.bool_)), archive.open(0)


def test_people_with_contacts_of_their_own_may_really_have_been_mis_sold() -> None:
    life, dossier = at_hand()
    none = np.empty(0, np.int64)
    assert TESTS["really_mis_sold"](life, dossier)[0]
    ruled_out, counts = TESTS["really_mis_sold"](life, replace(dossier, values=none, users=none))
    assert not ruled_out
    assert counts["own"] == counts["requests"] == 12


def test_a_phone_that_half_of_a_small_town_uses_may_be_chance() -> None:
    life, dossier = at_hand()
    assert TESTS["chance"](life, dossier)[0]
    life.network = replace(life.network, units=24)
    ruled_out, counts = TESTS["chance"](life, dossier)
    assert not ruled_out
    assert counts == {"members": 12.0, "holders": 12.0, "expected": 6.0}
