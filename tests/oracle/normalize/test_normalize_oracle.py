"""Checks against independent implementations: python-stdnum for IDs and Luhn, phonenumbers for phones."""

import random

import phonenumbers
import pyarrow as pa
from stdnum import luhn
from stdnum.cn import ric

from ringfinder.normalize import normalize_array, normalize_value
from ringfinder.records.kinds import ColumnKind, Remark

SIZE = 3000


def test_identity_check_agrees_with_stdnum() -> None:
    chance = random.Random(1)
    values = []
    for _ in range(SIZE):
        born = f"{chance.randint(1900, 2020)}{chance.randint(1, 13):02d}{chance.randint(1, 32):02d}"
        values.append(f"110105{born}{chance.randint(0, 999):03d}{chance.choice('0123456789X')}")
        good = values[-1][:17]
        values.append(good + ric.calc_check_digit(good))
    found = normalize_array(ColumnKind.ID_NO, pa.array(values)).forms.to_pylist()
    assert [form is not None for form in found] == [ric.is_valid(value) for value in values]
    assert any(found)
    assert not all(found)


def test_luhn_agrees_with_stdnum() -> None:
    chance = random.Random(2)
    values = ["62" + "".join(chance.choices("0123456789", k=chance.randint(11, 17))) for _ in range(SIZE)]
    remarks = normalize_array(ColumnKind.BANK_ACCOUNT, pa.array(values)).remarks
    assert [not mask & Remark.LUHN_FAILED for mask in remarks.tolist()] == [luhn.is_valid(value) for value in values]


def test_phones_are_the_national_numbers_of_phonenumbers() -> None:
    chance = random.Random(3)
    agreed = 0
    for _ in range(SIZE // 10):
        value = (
            chance.choice(["+86", "0086", ""])
            + chance.choice(["13", "15", "18"])
            + "".join(chance.choices("0123456789", k=9))
        )
        form, _ = normalize_value(ColumnKind.PHONE, value)
        parsed = phonenumbers.parse(value.replace("0086", "+86"), "CN")
        if form is not None and phonenumbers.is_valid_number(parsed):
            assert form == str(parsed.national_number)
            agreed += 1
    assert agreed > SIZE // 20
