"""What names a person is found in a text however it is spaced, and never inside another number."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfinder.pipeline.erasing.texts import ERASED, Words

WORDS = Words(["13912345679", "11010119900307109X", "KH-0042", "P1"], ["欧阳测试", "某路88号7幢901", "甲"])


@pytest.mark.parametrize(
    "text",
    [
        "电话13912345679。",
        "139 1234 5679",
        "139-1234-5679",
        "+86 139 1234 5679",
        "008613912345679",
        "１３９１２３４５６７９",
        "证件11010119900307109x号",
        "customer kh-0042 came",
        "与欧阳测试女士同来",
        "住某路88号7幢901室",
    ],
)
def test_it_is_found_and_taken_out(text: str) -> None:
    assert WORDS.inside(text)
    tidy = WORDS.without(text)
    assert ERASED in tidy
    assert not WORDS.inside(tidy)


@pytest.mark.parametrize(
    "text", ["", "239123456790", "139123456790", "1391234567", "KH-00421", "XKH-0042", "P1 is short", "甲方", "欧阳"]
)
def test_something_else_is_left_alone(text: str) -> None:
    assert not WORDS.inside(text)
    assert WORDS.without(text) == text


def test_json_is_searched_behind_its_escapes_and_left_alone_otherwise() -> None:
    said = {"who": "欧阳测试", "rows": ["139 1234 5679", 7], "欧阳测试": None}
    tidy = json.loads(WORDS.without_in_json(json.dumps(said)))
    assert tidy == {"who": ERASED, "rows": [ERASED, 7], ERASED: None}
    other = '{"a":1,  "b": "\\u7532"}'
    assert WORDS.without_in_json(other) == other
    assert WORDS.without_in_json("no json, 13912345679") == f"no json, {ERASED}"


def test_without_words_nothing_is_found() -> None:
    assert not Words([], []).inside("13912345679")
    assert Words([], []).without("13912345679") == "13912345679"


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_word_of_its_own_is_found_in_any_text(before: str, after: str) -> None:
    text = f"{before} 13912345679 {after}"
    assert WORDS.inside(text)
    assert "13912345679" not in WORDS.without(text).replace(" ", "") or "13912345679" in f"{before}{after}"
