"""Values are judged by what their users show, and profiles are learnt from the judged."""

import numpy as np
from tests.detection import analysed, portfolio, request, town

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.judge import PROFILES
from ringfinder.detect.signs import HELD_UNKNOWN, SIZES

PHONE, OTHER = "18812345671", "18826497153"


def mobile(number: int) -> str:
    return f"188{(number + 1) * 7919 * 104729 % 10**8:08d}"


def value_of(analysis: Analysis, text: str) -> float:
    at = analysis.network.values.text.to_pylist().index(text)
    return float(analysis.judgement.value[at])


def test_a_phone_of_harmed_users_is_a_rings_and_one_of_others_is_not() -> None:
    rows = town(range(12), phone=PHONE)
    for row in rows[20:32]:
        row["phone"] = OTHER
    analysis = analysed(portfolio(surrender_requests=rows))
    assert value_of(analysis, PHONE) > 0.95
    assert value_of(analysis, OTHER) < 0.1


def test_a_portfolio_without_harm_accepts_nothing() -> None:
    rows = [request(number, phone=mobile(number // 6), payout_account=None) for number in range(600)]
    analysis = analysed(portfolio(surrender_requests=rows))
    assert len(analysis.judgement.value) > 90
    assert (analysis.judgement.value < 0.5).all()
    assert not analysis.founds.any()
    assert analysis.groups.count == 0


def test_what_every_request_shows_says_nothing() -> None:
    rows = [request(n, phone=mobile(n // 6), kind="negotiated", requested_amount="5000") for n in range(300)]
    analysis = analysed(portfolio(surrender_requests=rows))
    assert analysis.judgement.profile.ring["claim"].tolist() == analysis.judgement.profile.others["claim"].tolist()
    assert not analysis.judgement.pressure.any()
    assert analysis.groups.count == 0


def test_profiles_start_as_shares_and_move_to_the_data() -> None:
    for name, shares in PROFILES.items():
        assert len(shares) == SIZES[name]
        assert abs(sum(shares) - 1) < 1e-9, name
    rows = town(range(40), 800)
    for number in range(40):
        rows[number]["phone"] = mobile(number // 8)
    learnt = analysed(portfolio(surrender_requests=rows)).judgement.profile.ring["claim"]
    negotiated = sum(PROFILES["claim"][6:])
    assert learnt.sum() == 1.0 or abs(learnt.sum() - 1) < 1e-9
    assert learnt[6] > PROFILES["claim"][6] + 0.1, "all that these members show: most is asked, without a complaint"
    assert learnt[6:].sum() > negotiated


def test_a_holding_that_is_unknown_is_neutral(analysis: Analysis) -> None:
    of = analysis.signs.episode
    ratio = np.log(analysis.judgement.profile.ring["held"] / analysis.judgement.profile.others["held"])
    assert ratio[HELD_UNKNOWN] != 0, "the shares alone would tell something"
    premium = np.log(analysis.judgement.profile.ring["premium"] / analysis.judgement.profile.others["premium"])
    unknown = (of["held"] == HELD_UNKNOWN) & (of["premium"] == 0)
    np.testing.assert_allclose(
        analysis.judgement.commission[unknown], np.full(int(unknown.sum()), np.clip(premium[0], -2.5, 3.5))
    )


def test_a_shared_payee_is_no_harm_of_the_account_that_is_shared() -> None:
    account = "6217000053149414636"
    rows = [request(n) for n in range(400)]
    for row in rows[:8]:
        row |= {"payout_account": account, "payout_name": "王五"}
    persons = [{"person_id": f"C{n:04d}", "name": "张三"} for n in range(400)]
    analysis = analysed(portfolio(surrender_requests=rows, persons=persons))
    assert not analysis.signs.request["payee"].any()
    assert value_of(analysis, account) < 0.5
