"""Laws of keys: one for every written form of a value, another for another value, kind or secret."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ringfinder.errors import InputError
from ringfinder.neo4j.keys import ID_KINDS, VALUE_KINDS, Keyring
from ringfinder.normalize import normalize_value
from ringfinder.records.kinds import ColumnKind

KEYRING = Keyring(b"k" * 32)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
MOBILES = st.builds(
    lambda head, tail: head + tail,
    st.sampled_from(["139", "158", "177", "188", "199"]),
    st.text("0123456789", min_size=8, max_size=8),
).filter(lambda phone: bool(normalize_value(ColumnKind.PHONE, phone)[0]))


@given(
    phone=MOBILES,
    prefix=st.sampled_from(["", "+86", "+86 ", "0086", "86", "(+86)", "+86-"]),
    gap=st.sampled_from(["", " ", "-"]),
    wide=st.booleans(),
    end=st.sampled_from(["", ".0", " ", "\n"]),
)
def test_every_written_form_of_a_phone_has_one_key(phone: str, prefix: str, gap: str, end: str, *, wide: bool) -> None:
    written = prefix + gap.join((phone[:3], phone[3:7], phone[7:])) + end
    assert KEYRING.look_up("phone", written.translate(WIDE) if wide else written) == KEYRING.key("phone", phone)
    assert KEYRING.look_up("delegate", written) == KEYRING.key("delegate", phone), "a delegate without an ID"


@given(
    place=st.integers(11, 82),
    day=st.dates(date(1930, 1, 1), date(1999, 12, 31)),
    number=st.integers(0, 9_999_999),
    short=st.booleans(),
    lower=st.booleans(),
)
def test_every_written_form_of_a_delegates_id_has_one_key(
    place: int, day: date, number: int, *, short: bool, lower: bool
) -> None:
    begin = f"{place}{number // 1000:04d}{day:%Y%m%d}{number % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    whole = begin + "10X98765432"[sum(int(digit) * by for digit, by in zip(begin, weights, strict=True)) % 11]
    assume(normalize_value(ColumnKind.ID_NO, whole)[0])
    written = f"{begin[:6]}{begin[8:]}" if short else whole.lower() if lower else whole
    assert KEYRING.look_up("delegate", written) == KEYRING.key("delegate", whole)


@given(one=MOBILES, other=MOBILES)
def test_two_phones_have_two_keys_which_tell_nothing(one: str, other: str) -> None:
    assume(one != other)
    keys = {KEYRING.look_up("phone", one), KEYRING.look_up("phone", other)}
    assert len(keys) == 2
    assert all(len(key) == 32 and set(key) <= set("0123456789abcdef") for key in keys)
    assert not any(one in key for key in keys)


@given(text=st.text(min_size=1, max_size=40))
def test_another_kind_or_secret_is_another_key(text: str) -> None:
    kinds = (*VALUE_KINDS, *ID_KINDS)
    assert len({KEYRING.key(kind, text) for kind in kinds}) == len(kinds)
    other = Keyring(b"o" * 32)
    assert other.key("phone", text) != KEYRING.key("phone", text)
    assert Keyring(b"k" * 32).key("phone", text) == KEYRING.key("phone", text)


@given(text=st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip())))
def test_a_number_is_found_with_blanks_around_it(text: str) -> None:
    for kind in ID_KINDS:
        assert KEYRING.look_up(kind, f" {text}\n") == KEYRING.key(kind, text.strip())


@given(written=st.text(max_size=30))
def test_what_has_no_normal_form_has_no_key_and_is_not_repeated(written: str) -> None:
    for kind in VALUE_KINDS:
        columns = [ColumnKind.PHONE, ColumnKind.ID_NO] if kind == "delegate" else [ColumnKind(kind)]
        forms = [form for column in columns if (form := normalize_value(column, written)[0])]
        if forms:
            assert KEYRING.look_up(kind, written) == KEYRING.key(kind, forms[0])
        else:
            with pytest.raises(InputError, match=f"^that is no usable {kind}$"):
                KEYRING.look_up(kind, written)
