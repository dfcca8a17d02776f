"""Lines of a screen: their width in two scripts, and one language or both."""

import pytest
from rich.cells import cell_len

from ringfinder.demo.page import WIDTH, Page, wrapped

ZH = "41 件申请中有 32 件为协议退保或要求超过现金价值；其他申请中这一比例为 0.06。" * 3
EN = "32 of 41 requests are negotiated or ask for more than the cash value; among all others the share is 0.06. " * 3


@pytest.mark.parametrize("text", [ZH, EN.strip(), f"{ZH}{EN}".strip()])
def test_lines_are_no_wider_than_asked_and_lose_nothing(text: str) -> None:
    lines = wrapped(text, 40)
    assert all(cell_len(line) <= 40 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert not any(line.startswith(("，", "。", "；")) for line in lines)


def test_a_short_pair_shares_a_line_and_a_long_one_does_not() -> None:
    page = Page("both")
    page.say("短", "short")
    page.say(ZH[:60], EN[:90])
    assert [line.text for line in page.lines] == ["  短 · short", f"  {ZH[:60]}", f"  {EN[:90].strip()}"]


@pytest.mark.parametrize(("language", "expected"), [("zh", ["题", "", "1 一"]), ("en", ["title", "", "1 one"])])
def test_sections_are_numbered_after_the_title(language: str, expected: list[str]) -> None:
    page = Page(language)
    page.heading("题", "title")
    page.heading("一", "one")
    assert [line.text for line in page.lines] == expected


def test_columns_stand_below_one_another_in_two_scripts() -> None:
    page = Page("both")
    page.rows([("电话 phone", "1"), ("households", "123")])
    assert len({cell_len(line.text) for line in page.lines}) == 1


def test_the_width_is_about_a_hundred() -> None:
    assert 100 <= WIDTH <= 115
