"""Where people live: streets and homes of made-up towns, kept as numbers until they are written."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

DISTRICTS = (
    ("广东省", "深圳市", "南山区"), ("广东省", "深圳市", "福田区"), ("广东省", "广州市", "天河区"), ("江苏省", "南京市", "鼓楼区"),
    ("江苏省", "苏州市", "姑苏区"), ("浙江省", "杭州市", "西湖区"), ("浙江省", "宁波市", "海曙区"), ("四川省", "成都市", "武侯区"),
    ("湖北省", "武汉市", "洪山区"), ("湖南省", "长沙市", "岳麓区"), ("山东省", "青岛市", "市南区"), ("河南省", "郑州市", "金水区"),
    ("上海市", "", "浦东新区"), ("北京市", "", "朝阳区"), ("重庆市", "", "渝中区"), ("陕西省", "西安市", "雁塔区"),
    ("福建省", "厦门市", "思明区"), ("辽宁省", "大连市", "中山区"), ("河北省", "石家庄市", "长安区"), ("安徽省", "合肥市", "蜀山区"),
)  # fmt: skip
ROADS = tuple(
    a + b
    for a in ("和平", "文化", "建设", "学府", "滨河", "迎宾", "东风", "幸福", "长青", "望江", "新华", "广场")
    for b in ("路", "大道", "街")
)
ESTATES = (
    "翠竹苑",
    "金桂园",
    "阳光里",
    "锦绣城",
    "御景湾",
    "学林雅苑",
    "春晓花园",
    "书香门第",
    "东方名邸",
    "绿洲家园",
    "和谐小区",
    "怡景苑",
)


@dataclass
class Addresses:
    """Addresses by place in the table: district, road, number, estate, building, unit, room."""

    named: dict[int, str] = field(default_factory=dict)
    _blocks: list[Ints] = field(default_factory=list)
    _count: int = 0

    @property
    def parts(self) -> Ints:
        """All addresses, shape (places, 7)."""
        if len(self._blocks) != 1:
            self._blocks = [np.concatenate([np.zeros((0, 7), np.int64), *self._blocks])]
        return self._blocks[0]

    def add(self, chance: np.random.Generator, districts: Ints) -> Ints:
        """New homes in the given districts; their places."""
        count = len(districts)
        floors, doors = chance.integers(1, 31, count), chance.integers(1, 5, count)
        rows = np.column_stack(
            [
                districts,
                chance.integers(0, len(ROADS), count),
                chance.integers(1, 400, count),
                chance.integers(0, len(ESTATES), count),
                chance.integers(1, 30, count),
                chance.integers(1, 5, count),
                floors * 100 + doors,
            ]
        )
        # Blocks are joined when they are read: copying the table for every group is quadratic.
        self._blocks.append(rows)
        self._count += count
        return np.arange(self._count - count, self._count)

    def add_named(self, chance: np.random.Generator, district: int, name: str) -> int:
        """One address that carries a name (a factory, a law office, a care home)."""
        place = int(self.add(chance, np.array([district]))[0])
        self.named[place] = name
        return place
