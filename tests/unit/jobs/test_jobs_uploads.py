"""What may be uploaded: names, sizes, forms; and nothing that broke off stays."""

import gzip
import importlib
import io
import os
import struct
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from tests.long_work import OTHER, USER, upload_files

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.ingest.workbook import read_sheet
from ringfinder.jobs.archives import ArchiveLimits
from ringfinder.jobs.file_names import safe_name
from ringfinder.jobs.refusals import UnknownNameError, UploadRefusedError, UploadTooLargeError
from ringfinder.jobs.uploads import UploadLimits, Uploads

openpyxl: Any = importlib.import_module("openpyxl")  # has no types of its own

CSV = "request_id,policy_no\nR1,保单1\n".encode()
SMALL = UploadLimits(size=1 << 20, files=3, held=2, archive=ArchiveLimits(entries=20, unpacked=1 << 20, small=1 << 12))


@pytest.fixture
def uploads(engine: Engine, tmp_path: Path) -> Uploads:
    return Uploads(engine, tmp_path / "w", SMALL)


def parquet(columns: dict[str, Any] | None = None, **options: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns or {"request_id": ["R1"]}), file, **options)
    return file.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["request_id", "policy_no"])
    book.active.append(["R1", "P1"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(*entries: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as packed:
        for name, content in entries:
            packed.writestr(name, content)
    return file.getvalue()


def lying(content: bytes, said: int) -> bytes:
    """An archive of one entry that is larger than its table of contents says."""
    packed = archive(("xl/worksheets/sheet1.xml", content))
    return packed.replace(struct.pack("<L", len(content)), struct.pack("<L", said))


def overlapping() -> bytes:
    """Two entries of the table of contents that unpack the same bytes."""
    packed = bytearray(archive(("a.xml", b"x" * 500), ("b.xml", b"y" * 500)))
    directory = packed.index(b"PK\x01\x02")
    second = packed.index(b"PK\x01\x02", directory + 4)
    packed[second + 42 : second + 46] = packed[directory + 42 : directory + 46]
    return bytes(packed)


def encrypted() -> bytes:
    packed = bytearray(archive(("a.xml", b"x")))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(b'<!ENTITY lol%d "%s">' % (n + 1, b"&lol%d;" % n * 10 if n else b"&lol;" * 10) for n in range(9))
    + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&lol9;</t></is></c></row></sheetData></worksheet>'
)


def laughing() -> bytes:
    """A workbook whose sheet would be a thousand million words if somebody resolved them."""
    good = zipfile.ZipFile(io.BytesIO(workbook()))
    sheet = "xl/worksheets/sheet1.xml"
    return archive(*((name, LAUGHS if name == sheet else good.read(name)) for name in good.namelist()))


def test_good_files_come_in_whole_and_private(uploads: Uploads, tmp_path: Path) -> None:
    files = [("退保申请.csv", CSV), ("policies.parquet", parquet()), ("persons.XLSX", workbook())]
    upload = upload_files(uploads, files)
    folder = uploads.folder(upload.upload_id)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == dict(files)
    assert [folder.stat().st_mode & 0o777, *{path.stat().st_mode & 0o777 for path in folder.iterdir()}] == [
        0o700,
        0o600,
    ]
    kept = uploads.get(upload.upload_id)
    assert {one.file: one.form for one in kept.files} == {
        "退保申请.csv": "text",
        "policies.parquet": "parquet",
        "persons.XLSX": "workbook",
    }
    assert sum(one.size for one in kept.files) == sum(len(content) for _, content in files)
    assert kept.content == upload_files(uploads, files[::-1]).content, "whatever the order"
    assert (tmp_path / "w" / "uploads").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../policies.csv",
        "..\\policies.csv",
        "a/policies.csv",
        "/etc/passwd.csv",
        "C:policies.csv",
        "policies.csv/",
        ".policies.csv",
        "~$policies.xlsx",
        "-rf.csv",
        " policies.csv",
        "policies.csv ",
        "policies.csv.",
        "poli\0cies.csv",
        "poli\ncies.csv",
        "poli\x7fcies.csv",
        "\u202ecsv.seicilop.csv",
        "poli\u200bcies.csv",
        "con.csv",
        "LPT1.csv",
        "poli*cies.csv",
        "a" * 197 + ".csv",
        "保" * 66 + ".csv",
        "policies",
        "policies.exe",
        "policies.csv.gz",
        "policies.html",
    ],
)
def test_a_name_that_may_not_be_is_refused_unsaid(name: str, uploads: Uploads, tmp_path: Path) -> None:
    with pytest.raises(UploadRefusedError) as caught:
        upload_files(uploads, [("policies.csv", CSV), (name, CSV)])
    assert caught.value.message.startswith("file 2: ")
    assert not name.strip(" .") or name not in caught.value.message
    assert list((tmp_path / "w" / "uploads").iterdir()) == []


@given(st.text(max_size=40))
def test_a_name_is_refused_or_stays_inside_its_folder(name: str) -> None:
    try:
        kept = safe_name(name, 1)
    except UploadRefusedError:
        return
    path = Path("/folder") / kept
    assert path.parent == Path("/folder")
    assert os.path.normpath(path) == str(path)
    assert safe_name(kept, 1) == kept
    assert kept.isprintable()
    assert len(kept.encode()) <= 200


def test_two_spellings_of_a_name_are_one(uploads: Uploads) -> None:
    for first, second in (("a.csv", "A.csv"), ("\u00e9.csv", "e\u0301.csv")):
        with pytest.raises(UploadRefusedError, match="came before"):
            upload_files(uploads, [(first, CSV), (second, CSV)])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", workbook()),
        ("a.csv", parquet()),
        ("a.csv", gzip.compress(CSV, mtime=0)),
        ("a.csv", b"%PDF-1.7"),
        ("a.csv", b"\x7fELF"),
        ("a.csv", b"#!/bin/sh\n"),
        ("a.csv", b"\xef\xbb\xbf <!DOCTYPE html><table>"),
        ("a.csv", CSV + b"\0"),
        ("a.csv", CSV * 1000 + b"\x1b[2J"),
        ("a.parquet", CSV),
        ("a.parquet", b"PAR1" + b"x" * 100 + b"PAR1"),
        ("a.parquet", parquet()[:-20]),
        ("a.xlsx", CSV),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.xlsx", workbook()[:-30]),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 100),
        ("a.toml", b"tables = 1"),
        ("a.toml", b"[tables.nothing]\n"),
        ("a.toml", b"timezone = \xff"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    name: str, content: bytes, uploads: Uploads, tmp_path: Path
) -> None:
    with pytest.raises(UploadRefusedError) as caught:
        upload_files(uploads, [(name, content)])
    assert str(tmp_path) not in caught.value.message
    assert list((tmp_path / "w" / "uploads").iterdir()) == []


ZEROS = b"\0" * (1 << 20)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: archive(*((f"{n}.xml", b"") for n in range(21))), "too many"),
        (lambda: archive(("a.xml", ZEROS), ("b.xml", ZEROS)), "unpacks to too much"),
        (lambda: archive(("a.xml", ZEROS[: 1 << 19])), "tightly"),
        (lambda: lying(ZEROS + ZEROS, 10), "unpacks to too much|tightly"),
        (lambda: lying(os.urandom(5000), 10), "as large as it says"),
        (lambda: lying(os.urandom(5000), 5001), "as large as it says"),
        (lambda: archive(("../../etc/cron.d/x", b"x")), "outside"),
        (lambda: archive(("..\\x", b"x")), "outside"),
        (lambda: archive(("/x", b"x")), "outside"),
        (lambda: archive(("a.xml", b"x"), ("A.xml", b"x")), "twice"),
        (lambda: archive(("a.xml", b"x" * 99), how=zipfile.ZIP_BZIP2), "unusual"),
        (lambda: archive(("a.xml", b"x" * 99), how=zipfile.ZIP_LZMA), "unusual"),
        (overlapping, "overlap"),
        (archive, "no workbook"),
        (lambda: archive(("a.xml", b"x")) + b"PK", "behind it"),
        (lambda: archive(("a.xml", b"x")) + archive(("b.xml", b"x")), "before or behind"),
        (encrypted, "encrypted"),
        (laughing, "words of its own"),
        (lambda: archive(("a.xml", os.urandom(150_000).hex().encode() + LAUGHS)), "words of its own"),
        (lambda: archive(("a.xml", LAUGHS.decode().encode("utf-16"))), "words of its own"),
        (lambda: archive(("a.xml", LAUGHS.decode().encode("utf-16-le"))), "words of its own"),
    ],
)
def test_bombs_and_tricks_are_found_before_anything_opens_them(
    make: Callable[[], bytes], why: str, uploads: Uploads, tmp_path: Path
) -> None:
    with pytest.raises(UploadRefusedError, match=why):
        upload_files(uploads, [("a.xlsx", make())])
    assert list((tmp_path / "w" / "uploads").iterdir()) == []


def test_the_reader_of_workbooks_resolves_no_words(tmp_path: Path) -> None:
    """What the check above refuses would do no harm either: a second wall."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(laughing())
    begun = time.monotonic()
    with pytest.raises(InputError):
        read_sheet(path, "a.xlsx")
    assert time.monotonic() - begun < 2


def test_a_table_that_packs_without_end_is_refused(engine: Engine, tmp_path: Path) -> None:
    uploads = Uploads(engine, tmp_path / "w", UploadLimits(archive=ArchiveLimits(unpacked=100_000)))
    with pytest.raises(UploadRefusedError, match="unpacks to too much"):
        upload_files(uploads, [("a.parquet", parquet({"a": ["x" * 100] * 200_000}))])


def test_too_many_bytes_are_refused_as_they_come(uploads: Uploads, tmp_path: Path) -> None:
    with uploads.begin(USER) as incoming:
        incoming.file("a.csv")
        for _ in range(16):
            incoming.write(b"x" * (1 << 16))
        with pytest.raises(UploadTooLargeError):
            incoming.write(b"x")
    assert list((tmp_path / "w" / "uploads").iterdir()) == []


def test_too_many_files_and_uploads_are_refused(uploads: Uploads) -> None:
    with pytest.raises(UploadRefusedError, match="more than 3 files"):
        upload_files(uploads, [(f"{n}.csv", CSV) for n in range(4)])
    held = [upload_files(uploads, [("a.csv", CSV)]) for _ in range(2)]
    with pytest.raises(UploadRefusedError, match="too many uploads"):
        uploads.begin(USER)
    uploads.begin(OTHER)
    uploads.remove(held[0].upload_id)
    uploads.begin(USER)


def test_an_upload_that_breaks_off_leaves_nothing(uploads: Uploads, tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError), uploads.begin(USER) as incoming:  # noqa: PT012 - as a route does it
        incoming.file("a.csv")
        incoming.write(CSV)
        raise ConnectionResetError
    with pytest.raises(UploadRefusedError, match="no file"), uploads.begin(USER) as incoming:
        incoming.commit()
    with uploads.begin(USER) as incoming, pytest.raises(UploadRefusedError, match="before a file"):
        incoming.write(CSV)
    assert list((tmp_path / "w" / "uploads").iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(uploads: Uploads, tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match="fit"), uploads.begin(USER) as incoming:  # noqa: PT012 - the same
        incoming.file("a.csv")
        raise OSError(28, "No space left on device")
    assert list((tmp_path / "w" / "uploads").iterdir()) == []


def test_what_a_crash_left_and_what_nobody_used_is_swept(uploads: Uploads, tmp_path: Path) -> None:
    place = tmp_path / "w" / "uploads"
    kept = upload_files(uploads, [("a.csv", CSV)])
    removed = upload_files(uploads, [("a.csv", CSV)])
    uploads.remove(removed.upload_id)
    (place / removed.upload_id).mkdir()  # killed after it said so, before it did so
    assert uploads.sweep() == 1
    for name in (".tmp-U-CRASHED", "U-UNNAMED", ".tmp-U-YOUNG"):
        (place / name).mkdir()
        (place / name / "a.csv").write_bytes(CSV)
    with uploads.begin(OTHER) as incoming:
        incoming.file("a.csv")
        (alive,) = [path for path in place.glob(".tmp-*") if "CRASHED" not in path.name and "YOUNG" not in path.name]
        for path in (alive, place / ".tmp-U-CRASHED", place / "U-UNNAMED"):
            os.utime(path, (0, 0))
        assert uploads.sweep() == 2
        left = {path.name for path in place.iterdir()}
        assert left == {kept.upload_id, ".tmp-U-YOUNG", alive.name}
    assert uploads.sweep(timedelta(0)) == 1
    with pytest.raises(UnknownNameError):
        uploads.folder(kept.upload_id)
    with pytest.raises(UnknownNameError):
        uploads.remove("U-NOBODY")
