"""Laws of normal forms: idempotent, the same for every written form, the same one by one and in bulk."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.normalize import normalize_array, normalize_value
from ringfinder.normalize.addresses import _thoroughly as all_rules
from ringfinder.normalize.addresses import addresses
from ringfinder.records.kinds import SHARED_KINDS, ColumnKind, Remark

K = ColumnKind
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
TEXT = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8", exclude_characters="\0"),
        st.sampled_from("0123456789-+().室号栋单元路街市区省一二三十百转ＡA@*#"),
    ),
    max_size=30,
)


@pytest.mark.parametrize("kind", SHARED_KINDS)
@given(values=st.lists(TEXT, max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_normal_form_is_its_own_normal_form(kind: ColumnKind, values: list[str]) -> None:
    once = normalize_array(kind, pa.array(values, pa.string())).forms
    twice = normalize_array(kind, once).forms
    assert twice.to_pylist() == once.to_pylist()


@pytest.mark.parametrize("kind", SHARED_KINDS)
@given(values=st.lists(st.none() | TEXT, min_size=1, max_size=12), cut=st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_bulk_chunks_and_single_values_agree(kind: ColumnKind, values: list[str | None], cut: int) -> None:
    bulk = normalize_array(kind, pa.array(values, pa.string()))
    chunked = normalize_array(kind, pa.chunked_array([values[:cut], values[cut:]], pa.string()))
    assert chunked.forms.to_pylist() == bulk.forms.to_pylist()
    assert chunked.remarks.tolist() == bulk.remarks.tolist()
    for value, form, remarks in zip(values, bulk.forms.to_pylist(), bulk.remarks.tolist(), strict=True):
        if value is not None:
            assert normalize_value(kind, value) == (form, Remark(remarks))


@given(
    prefix=st.sampled_from(["", "+86", "+86 ", "0086", "86", "(+86)", "+86-"]),
    head=st.sampled_from(["13", "15", "17", "18", "19"]),
    tail=st.text("0123456789", min_size=9, max_size=9),
    gap=st.sampled_from(["", " ", "-"]),
    wide=st.booleans(),
    end=st.sampled_from(["", ".0", " "]),
)
def test_every_written_form_of_a_mobile_agrees(
    prefix: str, head: str, tail: str, gap: str, end: str, *, wide: bool
) -> None:
    plain = head + tail
    written = prefix + gap.join((plain[:3], plain[3:7], plain[7:])) + end
    form, remarks = normalize_value(K.PHONE, written.translate(WIDE) if wide else written)
    usual, usual_remarks = normalize_value(K.PHONE, plain)
    assert form == usual
    assert form in (plain, None)
    assert (form is None) == (Remark.PLACEHOLDER in remarks)
    assert remarks == usual_remarks


CHECKS = "10X98765432"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@given(
    place=st.sampled_from(["110105", "510107", "440305", "320102"]),
    day=st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(1999, 12, 31)),
    order=st.integers(1, 999),
    gap=st.sampled_from(["", " ", "-"]),
    lower=st.booleans(),
)
def test_an_id_of_15_digits_is_the_same_as_of_18(place: str, day: object, order: int, gap: str, *, lower: bool) -> None:
    born = str(day).replace("-", "")
    digits = f"{place}{born}{order:03d}"
    check = CHECKS[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]
    whole = digits + check
    written = gap.join((whole[:6], whole[6:14], whole[14:]))
    assert normalize_value(K.ID_NO, written.lower() if lower else written)[0] == whole
    form, remarks = normalize_value(K.ID_NO, place + born[2:] + f"{order:03d}")
    assert form == whole
    assert Remark.UPGRADED in remarks


@given(
    building=st.integers(1, 99),
    unit=st.integers(1, 9),
    floor=st.integers(1, 33),
    door=st.integers(1, 9),
    word=st.sampled_from(["栋", "幢", "座", "号楼", "#"]),
    form=st.integers(0, 4),
)
def test_every_written_form_of_a_door_agrees(
    building: int, unit: int, floor: int, door: int, word: str, form: int
) -> None:
    street = "广东省深圳市南山区科技南路18号"
    room = f"{floor}{door:02d}"
    written = (
        f"{street}{building}{word}{unit}单元{room}室",
        f"广东深圳南山区科技南路18号 {building}{word}{unit}单元{room}",
        f"{street}{building}-{unit}-{room}",
        f"{street}{building}{word}{unit}-{room}室",
        f"{street}{building}{word}{unit}单元{floor}层{room}室".translate(WIDE),
    )[form]
    assert normalize_value(K.ADDRESS, written)[0] == f"{street}{building}栋{unit}单元{room}"


PARTS = (
    ["", "广东省深圳市", "广东深圳", "北京市", "北京", "吉林省吉林市", "同户籍", "中国", "海南"],
    ["", "南山区", "朝阳区", "鼓楼区", "昌黎县", "市辖区"],
    ["", "科技路", "三元里大街", "和平镇", "南京路", "解放街道", "龍華路", "学府大道"],
    ["", "8", "12", "518000", "一百零二"],
    ["", "号", "号院", "弄", "支弄", "号楼"],
    ["", "翠竹苑", "教师楼", "七里香", "省级机关宿舍"],
    ["", "3栋", "a栋", "12幢", "3座", "#3"],
    ["", "2单元", "02单元", "二单元"],
    ["", "4层", "402", "0402", "4-402", "402a"],
    ["", "室", "号", "房", "户"],
)


@given(texts=st.lists(st.tuples(*(st.sampled_from(part) for part in PARTS)).map("".join), min_size=1, max_size=40))
@settings(max_examples=300, deadline=None)
def test_the_short_way_for_neat_addresses_ends_where_all_rules_do(texts: list[str]) -> None:
    values = pa.array(texts, pa.string())
    short, remarks = addresses(values)
    full, told = all_rules(values)
    assert short.to_pylist() == full.to_pylist()
    assert remarks.tolist() == told.tolist()


def test_neat_addresses_are_most_of_those_that_are_written_in_full() -> None:
    texts = [f"广东省深圳市南山区学府路{n}号翠竹苑{n % 30 + 1}栋{n % 4 + 1}单元{n % 28 + 1}02室" for n in range(1, 300)]
    values = pa.array(texts, pa.string())
    assert addresses(values)[0].to_pylist() == all_rules(values)[0].to_pylist()
    assert addresses(values)[0][7].as_py() == "广东省深圳市南山区学府路8号翠竹苑9栋1单元902"
