"""Chinese numerals and traditional characters, where an address has them."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_DIGITS = {
    digit: value
    for value, digits in enumerate(("零〇○", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for digit in digits
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "[零〇○一二两三四五六七八九十百千]"
COUNTED = "号楼|号院|号|栋|幢|座|单元|层|楼|室|户|房|组|支弄|弄|段|期|区|排|巷|队|社|门"
_IN_PLACE = re.compile(f"第?({NUMERAL}+)(?=(?:{COUNTED}))|(?<=[栋幢座元号楼层院-])({NUMERAL}+)$")
_ORDINAL = re.compile(f"第([0-9]+)(?=(?:{COUNTED}))")


def number(numeral: str) -> int:
    """The value of a Chinese numeral, in words (一百零二) or digit by digit (一零二)."""
    if not any(unit in numeral for unit in _UNITS):
        return int("".join(str(_DIGITS[digit]) for digit in numeral))
    total, digit = 0, 0
    for place, character in enumerate(numeral):
        if character in _UNITS:
            total += (digit if digit or place else 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    # 一百二 means 120, 一百零二 means 102.
    if digit and len(numeral) > 1 and numeral[-2] in ("百", "千"):
        digit *= _UNITS[numeral[-2]] // 10
    return total + digit


def with_digits(text: str) -> str:
    """Numerals that count something in an address, as digits; names of roads and villages stay."""
    text = _IN_PLACE.sub(_replace, text)
    return _ORDINAL.sub(r"\1", text)


def _replace(match: re.Match[str]) -> str:
    numeral = match.group(1) or match.group(2)
    digits = not any(unit in numeral for unit in _UNITS)
    if digits:
        return "".join(str(_DIGITS[digit]) for digit in numeral)
    return str(number(numeral))


@cache
def simplified() -> tuple[str, dict[int, int]]:
    """All traditional characters, and the table for `str.translate` that simplifies them."""
    text = (files("ringfinder.normalize") / "traditional.txt").read_text(encoding="utf-8")
    written, meant = (line for line in text.splitlines() if not line.startswith("#"))
    return written, str.maketrans(written, meant)
