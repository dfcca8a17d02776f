"""Chinese addresses (data contract, "Normal forms"; docs/decisions/0010).

An address is a region, a way to the house, and a door. The region is looked up in the gazetteer; the
way loses its street office or town where a road with a number follows; the door is brought to one
form, ``12栋3单元402``, from any way to write it. What no rule knows stays as it is: two addresses that
are written differently stay different rather than be joined by a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.normalize.numerals import COUNTED, NUMERAL, simplified, with_digits
from ringfinder.normalize.regions import HEAD, SHORT_HEAD, region_of
from ringfinder.normalize.text import (
    BoolArray,
    RemarkArray,
    blank_where,
    change_where,
    mask,
    masked,
    matches,
    note,
    remarks_of,
    replaced,
)
from ringfinder.records.kinds import Remark

_UNUSUAL = r"[^0-9a-z\x{4E00}-\x{9FFF} #()*,./:-]"
_NOISE = r"[\s,，、。.;；:：()（）\[\]【】{}<>《》\"'“”‘’|_!]+"
_DASHES = "[—–‐‑−~～]+"
_POSTCODE_FIRST = r"^[0-9]{6}([^0-9号弄栋\-])"
_POSTCODE_LAST = "(?:邮政编码|邮编)[0-9]{6}$"
_NUMERALS = f"{NUMERAL}(?:{COUNTED})|[栋幢座元号楼层院-]{NUMERAL}+$"
_NOWHERE = "^(?:同上|同身份证.*|同户籍.*|无|没有|不详|未知|暂无|空|none|null|n/?a|[-*?]+|中国)$"
_COUNTRY = "^(?:中国|中华人民共和国)"

_BUILDING = (
    ("(^|[^0-9a-z])#([0-9]+)(?:栋|幢|座|号楼|楼)?", r"\1\2栋"),
    ("([0-9]+)(?:号楼|栋楼|幢楼|#楼|#|幢|座)", r"\1栋"),
    ("([a-z])(?:座|幢|栋|号楼)", r"\1栋"),
)
_DOORS = (
    # 3-2单元-501, 8-1-1204 after a number of the street, a yard or an estate
    ("([0-9]+)-([0-9]+)单元-?([0-9]+)", r"\1栋\2单元\3"),
    ("([^0-9a-z-])([0-9]{1,3}|[a-z])-([0-9]{1,2})-([0-9]{1,5}[a-z]?)(室|户|房|号房|号)?$", r"\1\2栋\3单元\4"),
    ("([0-9]+|[a-z])栋-?([0-9]{1,2})-([0-9]{1,5}[a-z]?)(室|户|房|号房|号)?$", r"\1栋\2单元\3"),
    ("([^0-9a-z-])([0-9]{1,3}|[a-z])-([0-9]{1,5}[a-z]?)(室|户|房|号房|号)?$", r"\1\2栋\3"),
    ("(栋|单元|层|号|院)-([0-9])", r"\1\2"),
)
_FLOOR = re.compile("([0-9]+)(?:层|楼|f)-?([0-9]+)([a-z]?)(?:室|户|房|号房|号)?$")
_FLOOR_WORD = "([0-9]+)(?:楼|f)([0-9]+)"
_ROOM = "((?:栋|单元|层|号|厦|场|院|座|楼|心|园|苑|城|府|庭|湾|里|村|区)[0-9]+[a-z]?)(?:号房|室|户|房)$"
_ROOM_NUMBER = "((?:栋|单元|层)[0-9]+[a-z]?)号$"
_TOWN = (
    "^[^0-9]{1,8}?(?:街道办事处|街道|镇|乡)([^0-9]{2,}?(?:路|街|巷|弄|胡同|大道|段|里)(?:[0-9].*|[^0-9]{1,2}[0-9].*))$"
)


# Of such a form it is plain that every rule leaves it alone.
_SETTLED = (
    r"^[\x{4E00}-\x{9FFF}]+(?:[0-9]{1,3}[路街巷段])?[0-9]+(?:号院|号|弄|支弄)[\x{4E00}-\x{9FFF}]{0,12}"
    r"(?:(?:[0-9]{1,3}|[a-z])栋)?(?:[0-9]{1,2}单元)?(?:[0-9]{1,5})?$"
)
_NUMBERED = "[镇乡座幢楼户房层第零〇一二两三四五六七八九十百千]|街道|邮编|邮政|中国|市辖区|号楼"
_UNSETTLED = f"室|{_NUMBERED}"
_MOST_PASSES = 6

# As most addresses are written: of the rules for the way and the door only the last one, 室, has work.
_NEAT = (
    r"^[\x{4E00}-\x{9FFF}]+[0-9]+(?:号院|号|弄|支弄)[\x{4E00}-\x{9FFF}]{0,12}"
    r"(?:(?:(?:[0-9]{1,3}|[a-z])栋)(?:[0-9]{1,2}单元)?|[0-9]{1,2}单元)[0-9]{1,5}室?$"
)
_NOT_NEAT = f"{_NUMBERED}|^同|中华人民共和国"


def addresses(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """Normal forms of addresses; the same place in any way to write it has the same form."""
    written, _ = simplified()
    neat = matches(values, _NEAT) & ~matches(values, f"{_NOT_NEAT}|[{written}]")
    if not neat.any():
        return _thoroughly(values)
    forms, assumed = _neatly(values.filter(pa.array(neat)))
    remarks = remarks_of(len(values))
    remarks[neat] = assumed
    if neat.all():
        return forms, remarks
    rest, remarks[~neat] = _thoroughly(values.filter(pa.array(~neat)))
    # Places in the neat ones and, behind them, in the others.
    place = np.where(neat, np.cumsum(neat) - 1, len(forms) + np.cumsum(~neat) - 1)
    return pa.concat_arrays([forms, rest]).take(pa.array(place)), remarks


def _neatly(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """What all rules would make of neat addresses: the region in full, and no 室 behind the number."""
    regions, rest, assumed = _split(values)
    remarks = remarks_of(len(values))
    note(remarks, assumed, Remark.CITY_ASSUMED)
    return pc.binary_join_element_wise(regions, pc.utf8_rtrim(rest, "室"), ""), remarks


def _thoroughly(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """Normal forms by all rules.

    One pass brings nearly all to a form that no rule changes. What is not plainly of that kind is
    passed through again until it settles, so that a normal form is always its own normal form.
    """
    forms, remarks = _once(values)
    doubtful = ~matches(forms, _SETTLED) | matches(forms, _UNSETTLED)
    doubtful &= pc.is_valid(forms).to_numpy(zero_copy_only=False)
    for _ in range(_MOST_PASSES):
        places = np.flatnonzero(doubtful)
        if not places.size:
            break
        part = forms.take(pa.array(places))
        again, more = _once(part)
        moved = ~mask(pc.equal(again, part))
        remarks[places[moved]] |= more[moved]
        doubtful[:] = False
        doubtful[places[moved & again.is_valid().to_numpy(zero_copy_only=False)]] = True
        if moved.any():
            changed = np.zeros(len(forms), np.bool_)
            changed[places[moved]] = True
            forms = pc.replace_with_mask(forms, pa.array(changed), again.filter(pa.array(moved)))
    note(remarks, doubtful, Remark.DAMAGED)
    return blank_where(forms, doubtful), remarks


def _once(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """One pass of all rules."""
    remarks = remarks_of(len(values))
    values = _plain_text(values)
    stars = masked(values)
    nowhere = matches(values, _NOWHERE) | mask(pc.equal(values, ""))
    note(remarks, stars, Remark.MASKED)
    note(remarks, nowhere & ~stars, Remark.PLACEHOLDER)
    values = blank_where(values, stars | nowhere)
    regions, rest, assumed = _split(values)
    note(remarks, assumed, Remark.CITY_ASSUMED)
    rest = _way(_door(rest))
    nothing = mask(pc.equal(rest, ""))
    note(remarks, nothing, Remark.CITY_ONLY)
    there = pc.is_valid(values).to_numpy(zero_copy_only=False)
    note(remarks, there & ~nothing & ~matches(rest, "[0-9]"), Remark.NO_DOOR)
    return blank_where(pc.binary_join_element_wise(regions, rest, ""), nothing), remarks


def _plain_text(values: pa.Array) -> pa.Array:
    """Half-width, simplified, lower case, without spaces, punctuation, postcode and Chinese numerals."""
    values = change_where(
        values, matches(values, _UNUSUAL), lambda part: pc.utf8_lower(pc.utf8_normalize(part, "NFKC"))
    )
    written, meant = simplified()
    values = change_where(values, matches(values, f"[{written}]"), _each(lambda text: text.translate(meant)))
    values = _replaced(values, _DASHES, "-")
    values = _replaced(values, _NOISE, "")
    values = _replaced(values, _POSTCODE_FIRST, r"\1")
    values = _replaced(values, _POSTCODE_LAST, "")
    values = _replaced(values, _COUNTRY, "")
    return change_where(values, matches(values, _NUMERALS), _each(with_digits))


def _each(change: Callable[[str], str]) -> Callable[[pa.Array], pa.Array]:
    """Work on the distinct texts of an array one by one: for what few of them need."""

    def changed(part: pa.Array) -> pa.Array:
        coded = part.dictionary_encode()
        return pa.array([change(text) for text in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)

    return changed


def _replaced(values: pa.Array, pattern: str, by: str) -> pa.Array:
    return change_where(values, matches(values, pattern), lambda part: replaced(part, pattern, by))


def _split(values: pa.Array) -> tuple[pa.Array, pa.Array, BoolArray]:
    """Region in full, the rest of each address, and whether the region was assumed."""
    names, lengths, assumed, sure = _regions(values, SHORT_HEAD)
    unsure = ~sure & values.is_valid().to_numpy(zero_copy_only=False)
    if unsure.any():
        chosen = pa.array(unsure)
        more, lengths[unsure], assumed[unsure], _ = _regions(values.filter(chosen), HEAD)
        names = pc.replace_with_mask(names, chosen, more)
    rest = values
    for length in np.unique(lengths[lengths > 0]).tolist():
        rest = change_where(rest, lengths == length, partial(pc.utf8_slice_codeunits, start=length, stop=None))
    return names, rest, assumed


def _regions(values: pa.Array, characters: int) -> tuple[pa.Array, npt.NDArray[np.int64], BoolArray, BoolArray]:
    """Name, length, whether it was assumed and whether it is sure, by the first characters of each address.

    Heads repeat, so each is looked up once; short ones repeat more, and name most regions for sure.
    """
    heads = pc.utf8_slice_codeunits(values, 0, characters).dictionary_encode()
    found = [region_of(text) for text in heads.dictionary.to_pylist()]
    names = pa.array([region.name for region in found], pa.string()).take(heads.indices)
    codes = heads.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    lengths = np.array([*(region.length for region in found), 0])[codes]
    assumed = np.array([*(region.assumed for region in found), False])[codes]
    sure = np.array([*(region.sure for region in found), False])[codes]
    return names, lengths, assumed, sure


def _door(rest: pa.Array) -> pa.Array:
    """Building, unit and room in one form; a floor goes where the room number holds it."""
    for pattern, by in (*_BUILDING, *_DOORS):
        rest = _replaced(rest, pattern, by)
    rest = change_where(rest, matches(rest, "[0-9](?:层|楼|f)-?[0-9]"), _each(_without_floor))
    rest = _replaced(rest, _FLOOR_WORD, r"\1层\2")
    rest = _replaced(rest, _ROOM, r"\1")
    return _replaced(rest, _ROOM_NUMBER, r"\1")


def _without_floor(text: str) -> str:
    found = _FLOOR.search(text)
    if not found:
        return text
    floor, room, letter = found.groups()
    holds = len(room) > len(floor) and room.startswith((floor, floor.zfill(2)))
    return text[: found.start()] + (f"{room}{letter}" if holds else f"{floor}层{room}{letter}")


def _way(rest: pa.Array) -> pa.Array:
    """Without street office, town or township before a road with a number."""
    return _replaced(rest, _TOWN, r"\1")
