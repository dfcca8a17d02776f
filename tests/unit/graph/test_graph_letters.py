"""Which complaint texts are copies of one letter."""

import random
import time

import numpy as np
import pyarrow as pa
import pytest

from ringfinder.graph.letters import LetterLimits, letter_clusters

LAW = "根据《中华人民共和国保险法》第一百一十六条,保险公司及其工作人员不得欺骗投保人、被保险人或者受益人。"
FORM = "【投诉登记】投诉机构:保险公司;投诉事项:人身保险;投诉内容:{};投诉人承诺所述内容真实,愿意承担相应法律责任。"
NOTE = "转办单:请你公司依法处理并于规定时限内答复投诉人。"
LETTER = (
    "本人于{year}年通过业务员{agent}投保,保单号{policy},年缴保费{fee}元。业务员代抄风险提示语句并代签名,"
    "隐瞒退保损失,未告知现金价值表,未进行录音录像,请责令全额退还保费{fee}元并书面答复。"
)


def own_words(chance: random.Random, letters: int = 60) -> str:
    """A text that shares nothing with another one but by chance."""
    return "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(letters))


def others(chance: random.Random, count: int = 300) -> list[str | None]:
    """What a portfolio holds besides: it tells common wording from rare."""
    wrap = ("{}", FORM, NOTE + "{}", LAW + "{}")
    return [wrap[number % len(wrap)].format(own_words(chance)) for number in range(count)]


def clusters(*texts: str | None) -> list[int]:
    """Clusters of the texts in the midst of others."""
    found = letter_clusters(pa.array([*texts, *others(random.Random(5))], pa.string()))
    return [int(number) for number in found[: len(texts)]]


def filled(chance: random.Random) -> str:
    return LETTER.format(
        year=chance.randrange(2010, 2024),
        agent=chance.choice("赵钱孙李周吴郑王") + own_words(chance, 2),
        policy=chance.randrange(10**9),
        fee=chance.randrange(1000, 90000),
    )


def test_a_template_with_other_slots_is_one_letter() -> None:
    chance = random.Random(1)
    copies = [filled(chance) for _ in range(30)]
    assert len(set(copies)) == 30
    found = clusters(*copies, *(NOTE + copy for copy in copies[:5]), *(FORM.format(copy) for copy in copies[5:10]))
    assert len(set(found)) == 1
    assert found[0] >= 0


def test_copies_that_differ_in_numbers_and_signs_alone_are_one_letter() -> None:
    one = own_words(random.Random(2))
    first, second = clusters(f"{one[:30]},{one[30:]}。", f" {one[:30]} 123.5 {one[30:]}!20240501")
    assert first == second >= 0


def test_wide_and_narrow_letters_are_the_same() -> None:
    narrow = "".join(chr(ord("A") + number % 26) for number in range(40))
    wide = "".join(chr(ord(letter) + 0xFF21 - ord("A")) for letter in narrow)
    first, second = clusters(narrow, wide)
    assert first == second >= 0


def test_two_letters_that_quote_the_same_law_are_two() -> None:
    chance = random.Random(4)
    one, other = (own_words(chance, 50) for _ in range(2))
    found = clusters(*(LAW + text + own_words(chance, 3) for text in (one, other) for _ in range(5)))
    assert len(set(found[:5])) == 1
    assert len(set(found[5:])) == 1
    assert found[0] != found[5]


@pytest.mark.parametrize("wrap", [FORM, NOTE + "{}", NOTE + FORM, LAW + NOTE + "{}"])
def test_own_words_in_the_same_form_are_no_letter(wrap: str) -> None:
    chance = random.Random(6)
    texts = [wrap.format(own_words(chance, 45)) for _ in range(60)]
    assert len(set(clusters(*texts))) == 60


def test_what_the_whole_table_says_is_weighed_by_how_many_say_it() -> None:
    chance = random.Random(7)
    shared = own_words(chance, 60)
    pair = [shared + own_words(chance, 15) for _ in range(2)]
    few = clusters(*pair)
    assert few[0] == few[1]
    everybody = [shared + own_words(chance, 15) for _ in range(400)]
    many = letter_clusters(pa.array([*pair, *everybody]))
    assert many[0] != many[1]


def test_a_chain_between_two_letters_is_cut() -> None:
    chance = random.Random(8)
    start, end = own_words(chance, 120), own_words(chance, 120)
    steps = [start[: 120 - cut] + end[120 - cut :] for cut in range(0, 121, 12)]
    copies = [text for text in (start, end) for _ in range(4)]
    texts = [*steps, *(text + own_words(chance, 4) for text in copies)]
    assert clusters(*texts)[0] != clusters(*texts)[len(steps) - 1]
    alone = letter_clusters(pa.array([*texts, *others(chance)]), LetterLimits(core=0.0))
    assert alone[0] == alone[len(steps) - 1], "without the guard the steps tie both ends"


def test_missing_and_short_texts_have_no_cluster() -> None:
    short = "要求退保" * 9
    found = clusters(None, "", "。。。", "12345" * 40, "退", short, short, own_words(random.Random(9), 40))
    assert found[:-1] == [-1] * 7
    assert found[-1] >= 0
    tiny = letter_clusters(pa.array(["", "退", "退保", "退保费", "退保费"]), LetterLimits(shortest=0))
    assert tiny.tolist() == [-1, -1, -1, 0, 0]


@pytest.mark.parametrize("texts", [[], [None, None]])
def test_an_empty_table(texts: list[str | None]) -> None:
    for column in (pa.array(texts, pa.string()), pa.chunked_array([pa.array(texts, pa.string())])):
        assert letter_clusters(column).tolist() == [-1] * len(texts)
    assert letter_clusters(pa.chunked_array([], pa.string())).tolist() == []


def test_numbers_leave_no_gap_and_equal_texts_share_theirs() -> None:
    chance = random.Random(10)
    texts = [own_words(chance) for _ in range(40)]
    found = letter_clusters(pa.array([*texts, None, *texts]))
    assert sorted(set(found.tolist())) == list(range(-1, 40))
    assert found[:40].tolist() == found[41:].tolist()


def test_ten_thousand_equal_texts_are_quick() -> None:
    chance = random.Random(11)
    one = filled(chance)
    started = time.process_time()
    found = letter_clusters(pa.array([one] * 10_000 + [filled(chance) for _ in range(50)]))
    assert time.process_time() - started < 2
    assert len(set(found.tolist())) == 1


def test_ten_thousand_copies_with_other_slots_are_quick() -> None:
    chance = random.Random(12)
    started = time.process_time()
    copies = [filled(chance) for _ in range(10_000)]
    found = letter_clusters(pa.array([*copies, *others(chance, 20_000)]))[: len(copies)]
    assert time.process_time() - started < 10
    assert np.bincount(found).max() > 0.9 * len(copies)
