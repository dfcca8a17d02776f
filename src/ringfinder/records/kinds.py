"""What a column holds: decides how a cell is parsed, normalised, masked and compared."""

from __future__ import annotations

from enum import IntFlag, StrEnum


class ColumnKind(StrEnum):
    """The kind of a column of the contract."""

    KEY = "key"  # an opaque identifier
    CODE = "code"  # an opaque code that is not the key of anybody (branch, product, operator)
    CHOICE = "choice"  # one of a listed set; anything else loads as `other`
    TEXT = "text"
    NAME = "name"
    DATE = "date"
    MONEY = "money"
    INTEGER = "integer"
    PHONE = "phone"
    ID_NO = "id_no"
    BANK_ACCOUNT = "bank_account"
    EMAIL = "email"
    ADDRESS = "address"
    DEVICE = "device"
    IP = "ip"
    WAYBILL = "waybill"
    VARIANT = "variant"  # a contact value whose kind stands in another column of its row


SHARED_KINDS: tuple[ColumnKind, ...] = (
    ColumnKind.PHONE,
    ColumnKind.ID_NO,
    ColumnKind.BANK_ACCOUNT,
    ColumnKind.EMAIL,
    ColumnKind.ADDRESS,
    ColumnKind.DEVICE,
    ColumnKind.IP,
    ColumnKind.WAYBILL,
)
"""Kinds that have a normal form and can be shared by several people."""

PERSONAL_KINDS = frozenset({*SHARED_KINDS, ColumnKind.NAME, ColumnKind.VARIANT, ColumnKind.TEXT})
"""Kinds whose values are masked unless somebody with a purpose asks to see them."""


class Remark(IntFlag):
    """What was noticed while a value was brought to its normal form (a bit mask, 16 bits)."""

    NONE = 0
    MASKED = 1  # written with stars: kept for display, never linked
    PLACEHOLDER = 2  # a value people type to fill a field (13800000000, 同上)
    DAMAGED = 4  # not a value of its kind at all
    CHECK_FAILED = 8  # check digit or birth date of an ID does not agree
    LUHN_FAILED = 16  # a card-length number without a valid Luhn digit (passbook, corporate account)
    SPREADSHEET = 32  # scientific notation or digits lost by a spreadsheet
    UPGRADED = 64  # a 15-digit ID written as 18 digits
    EXTENSION_DROPPED = 128  # a landline's extension was left out
    CITY_ASSUMED = 256  # province or city filled in from the gazetteer
    NO_DOOR = 512  # an address without a door number: links weakly, never alone
    CITY_ONLY = 1024  # an address that names no place inside a city


def remark_names(mask: int) -> list[str]:
    """Names of the bits set in `mask`, lower case, in the order of the flags."""
    return [flag.name.lower() for flag in Remark if flag.value & mask and flag.name]
