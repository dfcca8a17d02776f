"""From numbers to what stands in the tables: names, phones, addresses, written neatly or not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.simulate.places import DISTRICTS, ESTATES, ROADS, Addresses
from ringfinder.simulate.world import Bools, Ints

SURNAMES = tuple("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余")
GIVEN = tuple("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红")
DOMAINS = ("qq.com", "163.com", "126.com", "sina.com", "outlook.com")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECKS = np.array(list("10X98765432"))


def blank(values: pa.Array, there: Bools) -> pa.Array:
    """Null where a value is missing."""
    return pc.if_else(pa.array(there), values, pa.scalar(None, pa.string()))


def pick(words: tuple[str, ...], places: Ints) -> pa.Array:
    """Words by place."""
    return pa.array(words).take(pa.array(places))


def numbers(values: Ints) -> pa.Array:
    """Numbers as text; negative means missing."""
    return blank(pa.array(values).cast(pa.string()), values >= 0)


def names(surname: Ints, given: Ints) -> pa.Array:
    """Names of two or three characters."""
    first, second = pick(GIVEN, given % 30), pick(GIVEN, given // 30)
    second = pc.if_else(pa.array(given % 5 == 0), "", second)
    return pc.binary_join_element_wise(pick(SURNAMES, surname), first, second, "")


def identities(district: Ints, born: Ints, serial: Ints, woman: Bools) -> pa.Array:
    """ID numbers of 18 digits with a valid check digit."""
    day = (np.datetime64("2024-01-01") + born).astype("datetime64[D]").astype(str)
    place = 110101 + district * 10007 % 500000
    order = serial % 499 * 2 + np.where(woman, 0, 1)
    body = pc.binary_join_element_wise(
        pa.array(place).cast(pa.string()),
        pc.replace_substring(pa.array(day), "-", ""),
        pc.utf8_lpad(pa.array(order).cast(pa.string()), 3, "0"),
        "",
    )
    data = body.buffers()[2]
    digits = np.frombuffer(data, np.uint8)[: 17 * len(body)].reshape(-1, 17).astype(np.int64) - ord("0")
    return pc.binary_join_element_wise(body, pa.array(_ID_CHECKS[digits @ _ID_WEIGHTS % 11]), "")


def emails(places: Ints) -> pa.Array:
    """Mailboxes by place; negative means missing."""
    safe = scattered(places)
    letter = pick(tuple(_LETTERS), safe % 26)
    number = pa.array(safe // 26 + 1000).cast(pa.string())
    return blank(pc.binary_join_element_wise(letter, number, "@", pick(DOMAINS, safe % 5), ""), places >= 0)


def scattered(values: Ints) -> Ints:
    """Numbers whose order says nothing, one to one below 4,294,967,291; 0 where negative."""
    return np.where(values >= 0, (values + 1) * 2654435761 % 4294967291, 0)


def addresses(table: Addresses, places: Ints, style: Ints) -> pa.Array:
    """Addresses by place in the table; `style` chooses how the door is written (0 is the usual way)."""
    safe = np.maximum(places, 0)
    district, road, number, estate, building, unit, room = table.parts[safe].T
    regions = tuple("".join(parts) for parts in DISTRICTS)
    short = tuple(parts[0].rstrip("省市") + parts[1].rstrip("市") + parts[2] for parts in DISTRICTS)
    region = pc.if_else(pa.array(style % 3 == 2), pick(short, district), pick(regions, district))
    where = [region, pick(ROADS, road), pa.array(number).cast(pa.string()), "号", pick(ESTATES, estate)]
    b, u, r = (pa.array(part).cast(pa.string()) for part in (building, unit, room))
    doors = (
        pc.binary_join_element_wise(b, "栋", u, "单元", r, "室", ""),
        pc.binary_join_element_wise(b, u, r, "-"),
        pc.binary_join_element_wise(b, "号楼", u, "单元", r, ""),
        pc.binary_join_element_wise(b, "幢", u, "-", r, "室", ""),
    )
    door = doors[0]
    for way in (1, 2, 3):
        door = pc.if_else(pa.array(style % 4 == way), doors[way], door)
    written = pc.binary_join_element_wise(*where, door, "")
    known = np.isin(safe, np.array(sorted(table.named), np.int64))
    if known.any():
        rows = np.flatnonzero(known)
        plain = pc.binary_join_element_wise(
            *[part if isinstance(part, str) else part.take(pa.array(rows)) for part in where[:4]], ""
        )
        named = pa.array(
            [f"{text}{table.named[int(safe[row])]}" for text, row in zip(plain.to_pylist(), rows, strict=True)]
        )
        written = pc.replace_with_mask(written, pa.array(known), named)
    return blank(written, places >= 0)


def phones(values: Ints, style: Ints) -> pa.Array:
    """Phones as written: plain, with spaces, with a country code, full-width, with a trailing `.0`."""
    plain = numbers(values)
    plain = pc.if_else(
        pa.array((values > 0) & (values // 10**9 == 57)), pc.binary_join_element_wise("0", plain, ""), plain
    )
    head, middle, tail = (pc.utf8_slice_codeunits(plain, *cut) for cut in ((0, 3), (3, 7), (7, None)))
    ways = (
        pc.binary_join_element_wise(head, middle, tail, " "),
        pc.binary_join_element_wise("+86 ", plain, ""),
        pc.binary_join_element_wise(head, middle, tail, "-"),
        pc.binary_join_element_wise(plain, ".0", ""),
    )
    written = plain
    for way, text in enumerate(ways, 1):
        written = pc.if_else(pa.array(style == way), text, written)
    return written


def moments(days: npt.NDArray[np.floating]) -> pa.Array:
    """Days since the first as local times to the minute; NaN means missing."""
    missing = np.isnan(days)
    minutes = (np.where(missing, 0, days) * 1440).astype(np.int64)
    stamps = (np.datetime64("2024-01-01T00:00") + minutes).astype(str)
    return blank(pa.array(stamps), ~missing)


def dates(days: Ints) -> pa.Array:
    """Days since the first as dates; 10**6 or more means never."""
    never = days >= 10**6
    stamps = (np.datetime64("2024-01-01") + np.where(never, 0, days)).astype("datetime64[D]").astype(str)
    return blank(pa.array(stamps), ~never)


def money(yuan: npt.NDArray[np.floating]) -> pa.Array:
    """Yuan with two places; NaN means missing."""
    missing = np.isnan(yuan)
    fen = pa.array(np.round(np.where(missing, 0, yuan) * 100).astype(np.int64))
    whole, rest = pc.divide(fen, 100), pc.subtract(fen, pc.multiply(pc.divide(fen, 100), 100))
    text = pc.binary_join_element_wise(whole.cast(pa.string()), pc.utf8_lpad(rest.cast(pa.string()), 2, "0"), ".")
    return blank(text, ~missing)
