"""Bad input: what was wrong, where, what to do; and every row is accounted for."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ringfinder.errors import InputError
from ringfinder.ingest import find_sources, load_mapping, read_source
from ringfinder.records.portfolio import IncomingTable

HEADER = "request_id,policy_no,applicant_id,applied_at,phone,cash_value"
GOOD = "R1,P1,C1,2025-01-02T09:30,13912345679,100.50"

ENCRYPTED = Path(__file__).resolve().parents[2] / "data" / "encrypted.xlsx"
"""A workbook with a password, as spreadsheet programs save it (agile encryption)."""

Read = Callable[..., IncomingTable]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write one file and read it."""

    def read(*lines: str, name: str = "surrender_requests.csv", data: bytes | None = None) -> IncomingTable:
        text = "\n".join(lines) + "\n"
        (tmp_path / name).write_bytes(text.encode() if data is None else data)
        (source,) = find_sources(tmp_path).sources
        incoming = read_source(source)
        assert incoming.read == incoming.rows.num_rows + incoming.rejected + incoming.merged
        return incoming

    return read


def refused(call: Callable[[], object], *words: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.exit_code == 2
    assert caught.value.remedy
    for word in words:
        assert word in caught.value.message + caught.value.remedy


def reasons(incoming: IncomingTable) -> list[tuple[int, str]]:
    return [(reject.line, reject.column) for reject in incoming.rejects]


def test_typed_and_normalised(read: Read) -> None:
    row = read(HEADER, GOOD).rows.to_pylist()[0]
    assert row["cash_value"] == 10050
    assert row["phone_nf"] == "13912345679"
    assert str(row["applied_at"]) == "2025-01-02 09:30:00"
    assert row["_line"] == 2
    assert row["_file"] == "surrender_requests.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found(read: Read, encoding: str) -> None:
    lines = "申请号,保单号,客户号,申请时间,联系地址\nR1,P1,C1,2025-01-02,江苏省南京市鼓楼区中山路1号\n"
    incoming = read(data=lines.encode(encoding))
    assert incoming.rows["address_nf"][0].as_py() == "江苏省南京市鼓楼区中山路1号"


def test_unknown_encoding_names_line_and_byte(read: Read) -> None:
    refused(lambda: read(data=HEADER.encode() + b"\n" + GOOD.encode() + b"\xff\xff\n"), "line 2", "UTF-8")


def test_missing_folder_file_for_folder_and_folder_for_file(tmp_path: Path) -> None:
    refused(lambda: find_sources(tmp_path / "none"), "none")
    (tmp_path / "file").touch()
    refused(lambda: find_sources(tmp_path / "file"), "folder")
    (tmp_path / "persons.csv").mkdir()
    refused(lambda: find_sources(tmp_path), "persons.csv")


def test_folder_without_a_table(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a\n1\n")
    refused(lambda: find_sources(tmp_path), "surrender_requests.csv")


def test_one_table_in_two_formats(tmp_path: Path) -> None:
    (tmp_path / "persons.csv").write_text("person_id\n1\n")
    pq.write_table(pa.table({"person_id": ["1"]}), tmp_path / "persons.parquet")
    refused(lambda: find_sources(tmp_path), "persons.csv", "persons.parquet")


def test_parts_of_a_table_and_unknown_files(tmp_path: Path) -> None:
    for name in ("surrender_requests-2025-01.csv", "surrender_requests.part2.csv", "readme.txt"):
        (tmp_path / name).write_text(f"{HEADER}\n{GOOD}\n")
    found = find_sources(tmp_path)
    assert [source.table for source in found.sources] == ["surrender_requests"] * 2
    assert found.ignored == ("readme.txt",)


def test_empty_file(read: Read) -> None:
    refused(lambda: read(data=b""), "empty")
    refused(lambda: read(data=b"\n\n"), "empty")


def test_header_without_rows_is_loaded_with_a_warning(read: Read) -> None:
    incoming = read(HEADER)
    assert incoming.read == 0
    assert any("no rows" in warning for warning in incoming.warnings)


def test_header_twice_and_two_headers_for_one_column(read: Read) -> None:
    refused(lambda: read(f"{HEADER},phone", f"{GOOD},1"), "'phone'", "5", "7")
    refused(lambda: read(f"{HEADER},手机号", f"{GOOD},1"), "phone", "手机号")


def test_missing_required_column_names_near_ones(read: Read) -> None:
    refused(
        lambda: read("request_id,policy_no,applicant,applied_at", "R1,P1,C1,2025-01-01"), "applicant_id", "'applicant'"
    )


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("1900-01-01", "applied_at"),
        ("2999-01-01", "applied_at"),
        ("2025-02-30", "applied_at"),
        ("soon", "applied_at"),
        ("", "applied_at"),
        ("-5", "cash_value"),
        ("1.234", "cash_value"),
        ("many", "cash_value"),
        ("", "policy_no"),
    ],
)
def test_a_bad_key_date_or_amount_rejects_its_row_alone(read: Read, cell: str, column: str) -> None:
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {"request_id": "R2", column: cell}
    incoming = read(HEADER, GOOD, ",".join(cells.values()), GOOD.replace("R1", "R3"))
    assert incoming.rows["request_id"].to_pylist() == ["R1", "R3"]
    assert reasons(incoming) == [(3, column)]
    assert incoming.rejected_rows == {3: ",".join(cells.values())}


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2025/1/5", "2025-01-05 00:00:00"),
        ("2025.01.05 9:05", "2025-01-05 09:05:00"),
        ("20250105", "2025-01-05 00:00:00"),
        ("2025年1月5日", "2025-01-05 00:00:00"),
        ("2025-01-05T01:30:00Z", "2025-01-05 09:30:00"),
        ("2025-01-05 09:30:15.25", "2025-01-05 09:30:15.250000"),
    ],
)
def test_ways_to_write_a_date(read: Read, written: str, local: str) -> None:
    incoming = read(HEADER, GOOD.replace("2025-01-02T09:30", written))
    assert str(incoming.rows["applied_at"][0].as_py()) == local


@pytest.mark.parametrize(("written", "fen"), [("¥1 234.50", 123450), ("１２元", 1200), ("0.1", 10), ("12.3400", 1234)])
def test_ways_to_write_money(read: Read, written: str, fen: int) -> None:
    assert read(HEADER, GOOD.replace("100.50", written)).rows["cash_value"][0].as_py() == fen


def test_a_damaged_phone_keeps_its_row(read: Read) -> None:
    incoming = read(HEADER, GOOD.replace("13912345679", "call me"))
    assert incoming.rows["phone"][0].as_py() == "call me"
    assert incoming.rows["phone_nf"][0].as_py() is None
    assert incoming.rejected == 0


def test_ragged_rows_cost_only_themselves(read: Read) -> None:
    incoming = read(HEADER, GOOD, "R2,P2", GOOD.replace("R1", "R3") + ",extra", GOOD.replace("R1", "R4"))
    assert incoming.rows["request_id"].to_pylist() == ["R1", "R4"]
    assert [reject.line for reject in incoming.rejects] == [3, 4]
    assert incoming.rejected_rows[3] == "R2,P2"


def test_line_breaks_in_cells_keep_line_numbers_right(read: Read) -> None:
    incoming = read(HEADER + ",reason", GOOD + ',"one\ntwo"', GOOD.replace("R1", "R2").replace("100.50", "-1") + ",x")
    assert incoming.rows["reason"][0].as_py() == "one\ntwo"
    assert reasons(incoming) == [(4, "cash_value")]


def test_an_open_quote_swallows_one_line_only(read: Read) -> None:
    incoming = read(HEADER, GOOD, 'R2,P2,C2,2025-01-02,"139,1', *(GOOD.replace("R1", f"R{n}") for n in range(3, 9)))
    assert incoming.rows.num_rows == 7
    assert [reject.line for reject in incoming.rejects] == [3]


def test_nul_bytes_and_a_repeated_header(read: Read) -> None:
    incoming = read(HEADER, GOOD, GOOD.replace("R1", "R\0"), HEADER, GOOD.replace("R1", "R3"))
    assert incoming.rows["request_id"].to_pylist() == ["R1", "R3"]
    assert [reject.line for reject in incoming.rejects] == [3, 4]


def test_a_monstrous_cell_is_refused_with_its_place(read: Read) -> None:
    incoming = read(HEADER, GOOD, GOOD.replace("13912345679", "1" * 10_000_000).replace("R1", "R2"))
    assert incoming.rows.num_rows == 1
    assert reasons(incoming) == [(3, "phone")]
    assert len(incoming.rejects[0].value) < 100


def test_personal_values_are_masked_in_reasons(read: Read) -> None:
    lines = ["person_id,birth_date,phone,name", "C1,1850-01-01,13912345679,王小明"]
    incoming = read(*lines, name="persons.csv")
    assert all("王小明" not in reject.value for reject in incoming.rejects)
    assert incoming.rejected == 1


def test_same_row_merges_and_unordered_versions_are_both_refused(read: Read) -> None:
    changed = GOOD.replace("100.50", "200")
    incoming = read(HEADER, GOOD, GOOD, GOOD.replace("R1", "R2"), changed.replace("R1", "R2"))
    assert incoming.merged == 1
    assert incoming.rows["request_id"].to_pylist() == ["R1"]
    assert {reject.line for reject in incoming.rejects} == {4, 5}


def test_ordered_versions_are_both_kept(read: Read) -> None:
    incoming = read(HEADER + ",updated_at", GOOD + ",2025-02-01", GOOD.replace("100.50", "2") + ",2025-03-01")
    assert incoming.rows.num_rows == 2


def test_unknown_values_and_columns_are_told(read: Read) -> None:
    incoming = read(HEADER + ",kind,colour", GOOD + ",协议退保,red", GOOD.replace("R1", "R2") + ",refund,red")
    assert incoming.rows["kind"].to_pylist() == ["negotiated", "other"]
    assert incoming.other_values == {"kind": {"refund": 1}}
    assert incoming.unknown_columns == ("colour",)


def test_truncated_parquet_and_broken_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "surrender_requests.parquet"
    pq.write_table(pa.table({"request_id": ["R1"] * 1000}), path)
    path.write_bytes(path.read_bytes()[:200])
    refused(lambda: read_source(find_sources(tmp_path).sources[0]), "surrender_requests.parquet", "Parquet")
    path.unlink()
    book = tmp_path / "surrender_requests.xlsx"
    book.write_bytes(b"PK\x03\x04 not a workbook")
    refused(lambda: read_source(find_sources(tmp_path).sources[0]), "surrender_requests.xlsx")


def test_encrypted_workbook(tmp_path: Path) -> None:
    book = tmp_path / "surrender_requests.xlsx"
    book.write_bytes(ENCRYPTED.read_bytes())
    refused(lambda: read_source(find_sources(tmp_path).sources[0]), "encrypted", "without a password")
    # The same kind of container without its streams is broken all the same.
    book.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 504)
    refused(lambda: read_source(find_sources(tmp_path).sources[0]), "surrender_requests.xlsx")
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("empty", "")
    refused(lambda: read_source(find_sources(tmp_path).sources[0]), "surrender_requests.xlsx")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[tables.persns]\n", "persons"),
        ("[tables.persons.columns]\nphon = 'x'\n", "phone"),
        ("[tables.surrender_requests.values.kind]\n'x' = 'negotiate'\n", "negotiated"),
        ("[tables.persons]\nmoney_unit = 'dollar'\n", "yuan"),
        ("timezone = 'Mars/Base'\n", "Mars"),
        ("tables = 3\n", "tables"),
        ("= broken", "TOML"),
    ],
)
def test_a_mapping_with_a_slip_is_refused_with_its_place(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    refused(lambda: load_mapping(path), word)


def test_a_mapping_renames_values_and_units(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [["受理编号", "保单", "人", "时间", "类", "现价"], ["R1", "P1", "C1", "05/01/2025", "协退", "12345"]]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    (folder / "TB_SURR.csv").write_text(out.getvalue(), encoding="utf-8")
    path = tmp_path / "mapping.toml"
    path.write_text(
        """
        [tables.surrender_requests]
        file = "TB_SURR.csv"
        date_format = "%d/%m/%Y"
        money_unit = "fen"
        [tables.surrender_requests.columns]
        request_id = "受理编号"
        policy_no = "保单"
        applicant_id = "人"
        applied_at = "时间"
        kind = "类"
        cash_value = "现价"
        [tables.surrender_requests.values.kind]
        "协退" = "negotiated"
        """,
        encoding="utf-8",
    )
    mapping = load_mapping(path)
    row = read_source(find_sources(folder, mapping).sources[0], mapping).rows.to_pylist()[0]
    assert (row["kind"], row["cash_value"], str(row["applied_at"].date())) == ("negotiated", 12345, "2025-01-05")
