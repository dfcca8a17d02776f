"""Provinces, cities and districts: found at the head of an address, and made uniform.

The gazetteer holds every province, city and county-level division. A province or a city that is not
written is filled in where a district names only one; where several places have that district, the
largest is taken (municipality, then sub-provincial city, then capital of its province, then by code)
and a remark says so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
_CAPITALS = ("广州", "武汉", "哈尔滨", "沈阳", "成都", "南京", "西安", "长春", "济南", "杭州")
_SEPARATELY_PLANNED = ("大连", "青岛", "深圳", "厦门", "宁波")
_SUB_PROVINCIAL = frozenset(f"{name}市" for name in (*_CAPITALS, *_SEPARATELY_PLANNED))
_NOT_A_CITY = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
_PROVINCE_END = re.compile("(?:维吾尔|壮族|回族)?(?:自治区|省|市)$")
_CITY_END = re.compile("(?:市|地区|盟|(?:[一-龥]{1,3}族)+自治州)$")
_ROAD = re.compile("[东南西北中]?(?:路|街|大道|道|巷|里|村|镇)")
_FILLER = ("市辖区",)

HEAD = 24
"""Characters at the head of an address that can name its region."""

SHORT_HEAD = 10
"""Characters that name most regions: 广东省深圳市南山区 and one more."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region found at the head of an address.

    Parameters
    ----------
    name
        Province, city and district in full; empty where nothing was found.
    length
        Characters of the address that name it.
    assumed
        Whether one of several places was taken.
    sure
        Whether a longer text with this head has the same region.
    """

    name: str
    length: int
    assumed: bool = False
    sure: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    province: str
    city: str
    district: str
    rank: tuple[int, str]

    @property
    def name(self) -> str:
        return self.province + self.city + self.district


class Gazetteer:
    """Names of all divisions, ready to be found at the head of a text.

    Parameters
    ----------
    divisions
        Code (two, four or six digits) and name of each.
    """

    def __init__(self, divisions: Iterable[tuple[str, str]]) -> None:
        names = dict(divisions)
        self._provinces: dict[str, str] = {}
        self._cities: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._full_cities: set[str] = set()
        self._districts: dict[str, list[_Place]] = defaultdict(list)
        for code, name in names.items():
            if len(code) == 2:  # noqa: PLR2004 - GB/T 2260
                self._provinces[name] = name
                self._provinces[_PROVINCE_END.sub("", name)] = name
            elif len(code) == 4 and name not in _NOT_A_CITY:  # noqa: PLR2004
                province = names[code[:2]]
                self._full_cities.add(name)
                for written in {name, _CITY_END.sub("", name)}:
                    self._cities[written].append((province, name))
            elif len(code) == 6:  # noqa: PLR2004
                self._enter_district(code, name, names)
        # Names that begin a longer one: a short head does not tell which is meant.
        self._begun = {
            short for name in self._districts for end in range(2, len(name)) if (short := name[:end]) in self._districts
        }
        self._lengths = {
            id(table): sorted({len(name) for name in table}, reverse=True)
            for table in (self._provinces, self._cities, self._districts)
        }

    def _enter_district(self, code: str, name: str, names: Mapping[str, str]) -> None:
        province, city = names[code[:2]], names[code[:4]]
        if city in _NOT_A_CITY:
            city = ""
        if province in MUNICIPALITIES:
            size = 0
        elif city in _SUB_PROVINCIAL:
            size = 1
        else:
            size = 2 if code[2:4] == "01" else 3
        self._districts[name].append(_Place(province, city, name, (size, code)))

    def find(self, text: str) -> Region:
        """The region at the head of `text` (no spaces, simplified characters)."""
        at, province = self._province(text)
        at = self._skip(text, at, province)
        after, city, province = self._city(text, at, province)
        end, place, assumed = self._district(text, after, province, city)
        if place is None and city and city not in self._full_cities_at(text, at) and not province:
            return Region("", 0)
        if place is not None:
            return Region(place.name, end, assumed, sure=place.district not in self._begun)
        return Region(province + city, after)

    def _full_cities_at(self, text: str, at: int) -> set[str]:
        return {name for name in self._full_cities if text.startswith(name, at)}

    def _longest(self, table: Mapping[str, object], text: str, at: int) -> str:
        for length in self._lengths[id(table)]:
            if (name := text[at : at + length]) in table and len(name) == length:
                return name
        return ""

    def _province(self, text: str) -> tuple[int, str]:
        name = self._longest(self._provinces, text, 0)
        full = self._provinces.get(name, "")
        if not name:
            return 0, ""
        follows = text[len(name) :]
        short = name != full
        # 吉林市 is a city of 吉林省; 南京路 and 北京路 are roads; 海南藏族自治州 is elsewhere.
        if short and (follows.startswith(("市", "藏族")) or _ROAD.match(follows)):
            return 0, ""
        return len(name), full

    def _skip(self, text: str, at: int, province: str) -> int:
        """Past a repeated municipality and words that name nothing."""
        moved = True
        while moved:
            moved = False
            for word in (*_FILLER, *((province, province.removesuffix("市")) if province in MUNICIPALITIES else ())):
                if word and text.startswith(word, at) and not _ROAD.match(text[at + len(word) :]):
                    at += len(word)
                    moved = True
        return at

    def _city(self, text: str, at: int, province: str) -> tuple[int, str, str]:
        name = self._longest(self._cities, text, at)
        while name:
            end = at + len(name)
            for owner, full in self._cities[name]:
                if province and owner != province:
                    continue
                if name == full or self._fits(text, end, owner, full, known=bool(province)):
                    end = self._skip(text, end, "")
                    return end, full, owner
            name = next((shorter for n in range(len(name) - 1, 1, -1) if (shorter := name[:n]) in self._cities), "")
        return at, "", province

    def _fits(self, text: str, end: int, province: str, city: str, *, known: bool) -> bool:
        """Whether a city written without its suffix is meant: a district of it follows, or a province stands before."""
        if any(place.city == city and place.province == province for place in self._districts_at(text, end)):
            return True
        return known and not _ROAD.match(text[end:])

    def _districts_at(self, text: str, at: int) -> list[_Place]:
        name = self._longest(self._districts, text, at)
        return self._districts.get(name, [])

    def _district(self, text: str, at: int, province: str, city: str) -> tuple[int, _Place | None, bool]:
        found = [
            place
            for place in self._districts_at(text, at)
            if (not province or place.province == province) and (not city or place.city in (city, ""))
        ]
        if not found:
            return at, None, False
        best = min(found, key=lambda place: place.rank)
        return at + len(best.district), best, len(found) > 1


@lru_cache(1 << 17)
def region_of(head: str) -> Region:
    """The region at the head of an address; remembered, since the same few thousand stand in every file."""
    return gazetteer().find(head)


@cache
def gazetteer() -> Gazetteer:
    """The shipped gazetteer, read once."""
    text = (files("ringfinder.normalize") / "gazetteer.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return Gazetteer((code, name) for code, name in lines)
