"""What masking shows, and what it must never show."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ringfinder.normalize.masking import mask, mask_numbers
from ringfinder.records.rings import AttributeKey
from ringfinder.report.masking import Masker

DIGITS = st.text("0123456789", min_size=1)
MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
ID_NO = st.from_regex(r"[1-6][0-9]{16}[0-9X]", fullmatch=True)
ACCOUNT = st.from_regex(r"[0-9]{8,22}", fullmatch=True)
EMAIL = st.from_regex(r"[a-z0-9._-]{1,20}@(qq|163|gmail|zhangsan|some-company)\.(com|cn)", fullmatch=True)
ADDRESS = st.builds(
    lambda place, road, number, rest: f"{place}{road}{number}号{rest}",
    st.sampled_from(["江苏省南京市玄武区", "上海市浦东新区", "南京", "", "内蒙古自治区锡林郭勒盟东乌珠穆沁旗"]),
    st.sampled_from(["中山路", "人民街", "幸福小区", "科技园区", "永丰村"]),
    st.integers(1, 9999),
    st.sampled_from(["", "3栋402", "5栋2单元1101"]),
)
IP = st.from_regex(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}", fullmatch=True)
MARK = st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)

# Of each kind: values, how many raw characters may show in all, and how many of them in one piece.
KINDS = {
    "phone": (MOBILE, 7, 4),
    "id_no": (ID_NO, 5, 3),
    "bank_account": (ACCOUNT, 8, 4),
    "email": (EMAIL, 2, 1),
    "device": (MARK, 4, 2),
    "waybill": (MARK, 4, 2),
    "something_new": (MARK, 4, 2),
    "delegate": (st.one_of(MOBILE, ID_NO), 7, 4),
}
PROVIDER = re.compile(r"@(?:qq|163|gmail)[.](?:com|cn)$")


@pytest.mark.parametrize("kind", KINDS)
def test_a_masked_value_shows_few_characters(kind: str) -> None:
    values, in_all, in_one = KINDS[kind]

    @given(values)
    def holds(value: str) -> None:
        shown = PROVIDER.sub("", mask(kind, value)).replace("@", "")
        pieces = [piece for piece in shown.split("****") if piece]
        assert "****" in mask(kind, value)
        assert sum(map(len, pieces)) <= in_all
        assert all(len(piece) <= in_one for piece in pieces)
        assert mask(kind, value) != value

    holds()


@given(st.sampled_from([*KINDS, "address", "ip", "name"]), st.text(min_size=1, max_size=60))
@example("phone", "1")
@example("ip", "fe80::1")
@example("email", "@")
@example("name", "欧阳修")
@example("address", "9")
def test_whatever_stands_in_a_column_most_of_it_is_hidden(kind: str, value: str) -> None:
    shown = mask(kind, value).replace("*", "")
    assert len(shown) <= max(32, len(value) // 2)
    if len(value) > 40:
        assert value not in mask(kind, value)
    assert not re.search("[0-9]{9}", shown)


@given(ADDRESS)
def test_an_address_is_shown_down_to_its_district_at_most(value: str) -> None:
    shown = mask("address", value)
    assert not re.search("[0-9号栋]|路|街|村|小区|园区|单元", shown)
    assert shown.endswith("****")


@given(IP)
def test_half_an_ip_address_is_shown(value: str) -> None:
    assert mask("ip", value) == ".".join(value.split(".")[:2]) + ".*.*"


def test_the_usual_forms() -> None:
    assert mask("phone", "13812340000") == "138****0000"
    assert mask("phone", "01062345678") == "010****78"
    assert mask("id_no", "44030519860723233X") == "440****3X"
    assert mask("bank_account", "6217000053149414636") == "6217****4636"
    assert mask("email", "c35723706@qq.com") == "c****@qq.com"
    assert mask("email", "boss@zhangsan.cn") == "b****@z****"
    assert mask("address", "江苏省南京市玄武区中山路12号3栋402") == "江苏省南京市玄武区****"
    assert mask("address", "上海市浦东新区和平路334号") == "上海市浦东新区****"
    assert mask("address", "广东省东莞市元美路8号") == "广东省东莞市****"
    assert mask("ip", "114.22.3.4") == "114.22.*.*"
    assert mask("name", "张三丰") == "张*"
    assert mask("phone", "") == ""


KEYS = st.lists(st.builds(AttributeKey, st.sampled_from(["phone", "delegate", "email"]), MOBILE | EMAIL), max_size=12)


@given(KEYS)
def test_two_values_never_have_one_name_and_one_value_has_one(keys: list[AttributeKey]) -> None:
    masker = Masker(keys, reveal=False)
    by_kind = {(key.kind, key.value): masker.show(key) for key in keys}
    for one, name in by_kind.items():
        for other, other_name in by_kind.items():
            if one[1] != other[1]:
                assert name != other_name
            elif one[0] == other[0]:
                assert name == other_name
    assert all(key.value not in masker.show(key) for key in keys)
    assert [Masker(keys, reveal=True).show(key) for key in keys] == [key.value for key in keys]


@given(KEYS)
def test_names_follow_the_order_of_the_output_alone(keys: list[AttributeKey]) -> None:
    assert [Masker(keys, reveal=False).show(key) for key in keys] == [
        Masker([*keys, *keys[::-1]], reveal=False).show(key) for key in keys
    ]


def test_a_value_that_looks_like_a_place_in_the_sentence_is_not_filled_again() -> None:
    keys = [AttributeKey("device", "{1}"), AttributeKey("device", "secret-device-7")]
    masker = Masker(keys, reveal=True)
    assert masker.fill("{0} and {1}, {7}", keys) == "{1} and secret-device-7, {7}"


@given(st.text(st.sampled_from("0123456789ab@. 号"), max_size=40))
def test_no_long_number_is_left_in_free_text(text: str) -> None:
    assert not re.search("[0-9]{5}", mask_numbers(text))


@given(st.text(st.characters(exclude_categories=["Nd"])))
def test_text_without_numbers_stays(text: str) -> None:
    assert mask_numbers(text) == text
