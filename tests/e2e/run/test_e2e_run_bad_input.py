"""What a user may hand over or mistype: a sentence with place and remedy, the right exit code, nothing lost."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.results import Command, Results

from ringfinder.pipeline import run as stage

HEADER = "request_id,policy_no,applicant_id,applied_at,phone,payout_account\n"
ROW = "R1,L1,P1,2026-01-05T09:00,13911112222,6217000053149414636\n"
TABLE = "surrender_requests.csv"
REQUIRED = ("request_id", "policy_no", "applicant_id", "applied_at")


def table_folder(place: Path, content: bytes | str, name: str = TABLE) -> Path:
    folder = place / "tables"
    folder.mkdir()
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def truncated_parquet(folder: Path) -> None:
    whole = folder / "surrender_requests.parquet"
    pq.write_table(pa.table({name: ["2026-01-05"] * 50 for name in REQUIRED}), whole)
    whole.write_bytes(whole.read_bytes()[:-40])


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "nothing at all": lambda folder: folder.rmdir(),
    "no table": lambda folder: (folder / "notes.txt").write_text("hello"),
    "an empty file": lambda folder: (folder / TABLE).touch(),
    "a folder for a file": lambda folder: (folder / TABLE).mkdir(),
    "half a Parquet file": truncated_parquet,
    "an encrypted workbook": lambda folder: (folder / "surrender_requests.xlsx").write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    ),
    "a broken workbook": lambda folder: (folder / "surrender_requests.xlsx").write_bytes(b"PK\x03\x04" + bytes(90)),
    "no text at all": lambda folder: (folder / TABLE).write_bytes(bytes(range(128, 256)) * 9),
    "a missing column": lambda folder: (folder / TABLE).write_text("request_id,phone\nR1,13911112222\n"),
    "a header twice": lambda folder: (folder / TABLE).write_text(HEADER.replace("phone", "request_id") + ROW),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_unreadable_input_is_told_and_changes_nothing(what: str, ringfinder: Command, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    UNREADABLE[what](folder)
    done = ringfinder("run", folder, "--out", tmp_path / "out")
    assert done.code == 2, done.err
    assert done.err.startswith("error: ")
    assert len(done.err.splitlines()) == 2, f"a sentence and a remedy: {done.err}"
    assert "surrender_requests" in done.err or "tables" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--reveal",), "--purpose"),
        (("--reveal", "--purpose", "  "), "--purpose"),
        (("--sideways",), "--sideways"),
        (("--as-of", "soon"), "soon"),
        (("--mapping", "missing.toml"), "missing.toml"),
    ],
)
def test_mistyped_commands_end_with_2(
    arguments: tuple[str, ...], said: str, ringfinder: Command, tmp_path: Path
) -> None:
    folder = table_folder(tmp_path, HEADER + ROW)
    done = ringfinder("run", folder, "--out", tmp_path / "out", *arguments)
    assert done.code == 2
    assert said in done.err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_else_is_left_alone(ringfinder: Command, tmp_path: Path) -> None:
    folder = table_folder(tmp_path, HEADER + ROW)
    out = tmp_path / "out"
    (out / "rejects").mkdir(parents=True)
    (out / "rings.csv").write_text("mine")
    (out / "rejects" / "mine.txt").write_text("mine")
    assert ringfinder("run", folder, "--out", out).code == 2, "rings.csv alone does not make it ours"
    assert (out / "rings.csv").read_text() == "mine"
    assert ringfinder("run", folder, "--out", out, "--force").code == 0
    assert (out / "rings.csv").read_text(encoding="utf-8-sig").startswith("ring_id,")
    assert (out / "rejects" / "mine.txt").read_text() == "mine"
    assert ringfinder("run", folder, "--out", folder, "--force").code == 2, "never among the tables themselves"
    file = tmp_path / "file"
    file.touch()
    assert ringfinder("run", folder, "--out", file).code == 2
    assert ringfinder("run", folder, "--out", file / "below").code == 3


HARMLESS = {
    "one request": HEADER + ROW,
    "a header alone": HEADER,
    "one request a thousand times": HEADER + ROW * 1000,
    "all phones equal": HEADER + "".join(f"R{n},L{n},P{n},2026-01-05,13911112222,\n" for n in range(3000)),
    "everything equal but the number": HEADER + "".join(ROW.replace("R1", f"R{n}") for n in range(500)),
    "a large cell": HEADER + ROW + ROW.replace("R1", "R2").replace("13911112222", "9" * 10_000_000),
    "a policy nobody knows, no policies": HEADER + ROW.replace("L1", "unknown"),
    "markup and formulas": HEADER + "<script>alert(1)</script>,=1+1,@SUM(A1),2026-01-05,13911112222,\n",
}


@pytest.mark.parametrize("what", HARMLESS)
def test_odd_but_readable_input_ends_well(what: str, ringfinder: Command, tmp_path: Path) -> None:
    folder = table_folder(tmp_path, HARMLESS[what])
    done = ringfinder("run", folder, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    read = Results(tmp_path / "out", done).coverage()["files"][0]
    assert read["read"] == HARMLESS[what].count("\n") - 1
    assert (tmp_path / "out" / "index.html").stat().st_size < 5_000_000


def test_nothing_usable_ends_with_2_and_keeps_the_rows(ringfinder: Command, tmp_path: Path) -> None:
    folder = table_folder(tmp_path, HEADER + ROW.replace("2026-01-05T09:00", "soon") + "\0,L2,P2,2999-13-45,,\n")
    done = ringfinder("run", folder, "--out", tmp_path / "out")
    assert done.code == 2
    assert "rejects.csv" in done.out
    out = Results(tmp_path / "out", done)
    assert len(out.rows("rejects.csv")) >= 2
    assert "soon" in (tmp_path / "out" / "rejects" / TABLE).read_text(encoding="utf-8-sig")
    assert out.rows("rings.csv") == []
    assert "没有达到复核级别的线索" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_rejects_of_an_earlier_run_do_not_stay(ringfinder: Command, tmp_path: Path) -> None:
    folder = table_folder(tmp_path, HEADER + ROW + "R2,L2,P2,soon,,\n")
    assert ringfinder("run", folder, "--out", tmp_path / "out").code == 0
    kept = tmp_path / "out" / "rejects" / TABLE
    assert kept.stat().st_mode & 0o777 == 0o600
    (folder / TABLE).write_text(HEADER + ROW)
    assert ringfinder("run", folder, "--out", tmp_path / "out").code == 0
    assert not kept.exists()


def test_a_file_name_that_is_no_unicode(ringfinder: Command, tmp_path: Path) -> None:
    folder = table_folder(tmp_path, HEADER + ROW)
    (folder / os.fsdecode("说明.csv".encode("gb18030"))).touch()
    done = ringfinder("run", folder, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    assert ringfinder("run", folder, "--out", tmp_path / "out", "--json").code == 0


@pytest.mark.parametrize("number", [errno.EROFS, errno.EFBIG])
def test_a_folder_that_cannot_be_written_ends_with_3(
    number: int, ringfinder: Command, portfolio: Path, results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    shutil.copytree(results.folder, out)

    def fail(*arguments: object, **options: object) -> None:
        del arguments, options
        raise OSError(number, os.strerror(number), "somewhere")

    monkeypatch.setattr(stage, "write_results", fail)
    done = ringfinder("run", portfolio, "--out", out)
    assert done.code == 3
    assert os.strerror(number) in done.err
    before = {path.name: path.read_bytes() for path in results.folder.iterdir() if path.is_file()}
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    monkeypatch.setattr(tempfile, "mkdtemp", fail)
    assert ringfinder("run", portfolio, "--out", out).code == 3
