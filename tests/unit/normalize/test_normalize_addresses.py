"""Addresses are held to pairs: the same place written differently, different places written alike."""

import csv
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from ringfinder.normalize import normalize_array, normalize_value
from ringfinder.records.kinds import ColumnKind, Remark

DATA = Path(__file__).resolve().parents[2] / "data"
Pair = dict[str, str]


def pairs(name: str) -> list[Pair]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def judged(rows: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Pairs joined though different, and split though the same."""
    first = normalize_array(ColumnKind.ADDRESS, pa.array([row["address_a"] for row in rows])).forms.to_pylist()
    second = normalize_array(ColumnKind.ADDRESS, pa.array([row["address_b"] for row in rows])).forms.to_pylist()
    joins, splits = [], []
    for row, a, b in zip(rows, first, second, strict=True):
        same = a is not None and a == b
        if same and row["same"] == "different":
            joins.append(row)
        if not same and row["same"] == "same":
            splits.append(row)
    return joins, splits


def test_pairs_cover_every_rule_and_cross_them() -> None:
    rows = pairs("address_pairs.tsv")
    counts = Counter((row["rule"], row["same"]) for row in rows)
    assert len(rows) >= 200
    for rule in {row["rule"] for row in rows}:
        assert counts[rule, "same"] >= 5, rule
        assert counts[rule, "different"] >= 5, rule
    assert sum(bool(row["second_rule"]) for row in rows) >= len(rows) / 2


def test_no_false_join_and_no_false_split_among_the_pairs() -> None:
    joins, splits = judged(pairs("address_pairs.tsv"))
    assert joins == []
    assert splits == []


def test_pairs_held_back_while_the_rules_were_made() -> None:
    rows = pairs("address_pairs_holdout.tsv")
    joins, splits = judged(rows)
    assert joins == []
    assert len(splits) <= 2, splits


@pytest.mark.parametrize(
    ("written", "remark"),
    [
        ("广东省深圳市", Remark.CITY_ONLY),
        ("上海市浦东新区", Remark.CITY_ONLY),
        ("同上", Remark.PLACEHOLDER),
        ("不详", Remark.PLACEHOLDER),
        ("广东省深圳市南山区***号", Remark.MASKED),
    ],
)
def test_what_names_no_door_in_a_city_is_unusable(written: str, remark: Remark) -> None:
    form, remarks = normalize_value(ColumnKind.ADDRESS, written)
    assert form is None
    assert remark in remarks


def test_a_village_without_a_door_is_kept_with_a_remark() -> None:
    form, remarks = normalize_value(ColumnKind.ADDRESS, "河南省周口市商水县张明乡王庄村")
    assert form == "河南省周口市商水县张明乡王庄村"
    assert Remark.NO_DOOR in remarks
    assert Remark.NO_DOOR not in normalize_value(ColumnKind.ADDRESS, "河南省周口市商水县张明乡王庄村12号")[1]


def test_a_city_is_assumed_only_where_several_have_the_district() -> None:
    form, remarks = normalize_value(ColumnKind.ADDRESS, "鼓楼区中山路1号101室")
    assert form == "江苏省南京市鼓楼区中山路1号101"
    assert Remark.CITY_ASSUMED in remarks
    form, remarks = normalize_value(ColumnKind.ADDRESS, "武侯区武侯祠大街231号")
    assert form == "四川省成都市武侯区武侯祠大街231号"
    assert Remark.CITY_ASSUMED not in remarks


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("南京路100号201室", "南京路100号201"),
        ("吉林市船营区解放大路10号302室", "吉林省吉林市船营区解放大路10号302"),
        ("上海南京西路1266号", "上海市南京西路1266号"),
        ("江苏省昆山市玉山镇前进路8号", "江苏省苏州市昆山市前进路8号"),
    ],
)
def test_names_of_cities_in_roads_are_no_cities(written: str, form: str) -> None:
    assert normalize_value(ColumnKind.ADDRESS, written)[0] == form
