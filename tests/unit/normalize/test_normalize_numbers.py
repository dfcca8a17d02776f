"""Phones, IDs, accounts, e-mails and marks: each rule of the contract with its example."""

import pyarrow as pa
import pytest

from ringfinder.normalize import normalize_array, normalize_value
from ringfinder.records.kinds import SHARED_KINDS, ColumnKind, Remark

K = ColumnKind


@pytest.mark.parametrize(
    ("kind", "written", "form", "remark"),
    [
        (K.PHONE, " 139 1234-5679 ", "13912345679", Remark.NONE),
        (K.PHONE, "+86 139-1234-5679", "13912345679", Remark.NONE),
        (K.PHONE, "008613912345679", "13912345679", Remark.NONE),
        (K.PHONE, "8613912345679", "13912345679", Remark.NONE),
        (K.PHONE, "１３９１２３４５６７９", "13912345679", Remark.NONE),
        (K.PHONE, "13912345679.0", "13912345679", Remark.NONE),
        (K.PHONE, "(010)6234 5679", "01062345679", Remark.NONE),
        (K.PHONE, "+86 10 62345679", "01062345679", Remark.NONE),
        (K.PHONE, "010-62345679转801", "01062345679", Remark.EXTENSION_DROPPED),
        (K.PHONE, "0571-87654322-12", "057187654322", Remark.EXTENSION_DROPPED),
        (K.PHONE, "95519", "95519", Remark.NONE),
        (K.PHONE, "400-820-8888", "4008208888", Remark.NONE),
        (K.PHONE, "800 810 8888", "8008108888", Remark.NONE),
        (K.PHONE, "13800000000", None, Remark.PLACEHOLDER),
        (K.PHONE, "11111111111", None, Remark.PLACEHOLDER),
        (K.PHONE, "12345678", None, Remark.PLACEHOLDER),
        (K.PHONE, "138****0000", None, Remark.MASKED),
        (K.PHONE, "1.39E+10", None, Remark.SPREADSHEET),
        (K.PHONE, "1391234567", None, Remark.DAMAGED),
        (K.PHONE, "13912345679 13812345679", None, Remark.DAMAGED),
        (K.ID_NO, "110105198506066912", "110105198506066912", Remark.NONE),
        (K.ID_NO, "1101 0519 8506 0669 12", "110105198506066912", Remark.NONE),
        (K.ID_NO, "110105850606691", "110105198506066912", Remark.UPGRADED),
        (K.ID_NO, "51010719610912008x", "51010719610912008X", Remark.NONE),
        (K.ID_NO, "110105198506066913", None, Remark.CHECK_FAILED),
        (K.ID_NO, "110105198513066912", None, Remark.CHECK_FAILED),
        (K.ID_NO, "110105198506066000", None, Remark.SPREADSHEET),
        (K.ID_NO, "4.40E+17", None, Remark.SPREADSHEET),
        (K.ID_NO, "11010519********12", None, Remark.MASKED),
        (K.ID_NO, "E12345678", None, Remark.DAMAGED),
        (K.BANK_ACCOUNT, "6217 0000 5314 9414 636", "6217000053149414636", Remark.NONE),
        (K.BANK_ACCOUNT, "6217000053149414637", "6217000053149414637", Remark.LUHN_FAILED),
        (K.BANK_ACCOUNT, "0200012345", "0200012345", Remark.NONE),
        (K.BANK_ACCOUNT, "6.217E+18", None, Remark.SPREADSHEET),
        (K.BANK_ACCOUNT, "0000000000000", None, Remark.PLACEHOLDER),
        (K.BANK_ACCOUNT, "工商银行", None, Remark.DAMAGED),
        (K.EMAIL, " Wang@QQ.com ", "wang@qq.com", Remark.NONE),
        (K.EMAIL, "ｗａｎｇ＠qq.com", "wang@qq.com", Remark.NONE),
        (K.EMAIL, "wang@@qq.com", None, Remark.DAMAGED),
        (K.EMAIL, "无", None, Remark.PLACEHOLDER),
        (K.EMAIL, "w***@qq.com", None, Remark.MASKED),
        (K.DEVICE, " D028E63EC96 ", "d028e63ec96", Remark.NONE),
        (K.DEVICE, "unknown", None, Remark.PLACEHOLDER),
        (K.IP, "10.0.0.1", "10.0.0.1", Remark.NONE),
        (K.IP, "0-0-0-0", None, Remark.PLACEHOLDER),
        (K.WAYBILL, "SF1234567890123", "sf1234567890123", Remark.NONE),
    ],
)
def test_rules_of_the_contract(kind: ColumnKind, written: str, form: str | None, remark: Remark) -> None:
    found, remarks = normalize_value(kind, written)
    assert found == form
    assert remark in remarks
    if remark is Remark.NONE:
        assert remarks is Remark.NONE


@pytest.mark.parametrize("kind", SHARED_KINDS)
def test_missing_stays_missing_without_a_remark(kind: ColumnKind) -> None:
    found = normalize_array(kind, pa.array([None, "", "  "], pa.string()))
    assert found.forms.to_pylist() == [None, None, None]
    if kind is not K.ADDRESS:
        assert found.remarks.tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", SHARED_KINDS)
def test_an_empty_array_is_an_empty_array(kind: ColumnKind) -> None:
    found = normalize_array(kind, pa.array([], pa.string()))
    assert len(found.forms) == len(found.remarks) == 0


def test_a_kind_without_a_normal_form_is_refused() -> None:
    with pytest.raises(KeyError):
        normalize_value(K.MONEY, "1")
