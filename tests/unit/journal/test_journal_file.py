"""The journal beside results: it tells when somebody laid hands on it."""

import json
import multiprocessing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder import journal_file
from ringfinder.errors import SurroundingsError


def write(path: Path, count: int) -> list[str]:
    return [
        journal_file.append(
            path,
            actor="operator:me",
            action="reveal",
            purpose=f"目的 {n}\n\u2028\x85",
            subject=f"batch {n}",
            details={"rings": n},
        )
        for n in range(count)
    ]


def test_entries_say_who_what_why_and_when(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    assert journal_file.head(path) == "0" * 64
    first, second = write(path, 2)
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    assert [entry["purpose"] for entry in entries] == ["目的 0\n\u2028\x85", "目的 1\n\u2028\x85"]
    assert [entry["hash"] for entry in entries] == [first, second]
    assert entries[1]["before"] == first
    assert journal_file.head(path) == second
    assert entries[0]["actor"] == "operator:me"
    assert entries[0]["at"].endswith("+00:00")
    assert path.stat().st_mode & 0o777 == 0o600
    assert journal_file.verify(path) is None


def test_bytes_that_are_no_text_do_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal_file.append(path, actor="operator:me", action="reveal", purpose="\udcff\ud800", subject="\0")
    journal_file.append(path, actor="operator:me", action="reveal", purpose="x" * 300_000, subject="long")
    journal_file.append(path, actor="operator:me", action="reveal", purpose="after a long line", subject="last")
    assert journal_file.verify(path) is None


TAMPER = st.sampled_from(["drop", "swap", "repeat", "insert", "change", "forge"])


@settings(max_examples=60)
@given(st.integers(2, 6), TAMPER, st.data())
def test_changes_in_the_middle_are_found_where_they_begin(count: int, how: str, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        write(path, count)
        lines = path.read_bytes().split(b"\n")[:-1]
        at = data.draw(st.integers(0, count - 2), label="at")
        match how:
            case "drop":
                del lines[at]
            case "swap":
                lines[at], lines[at + 1] = lines[at + 1], lines[at]
            case "repeat":
                lines.insert(at + 1, lines[at])
            case "insert":
                lines.insert(at, b'{"action": "nothing"}')
            case "change":
                place = data.draw(st.integers(0, len(lines[at]) - 1), label="place")
                byte = data.draw(st.integers(32, 126).filter(lambda one: one != lines[at][place]), label="byte")
                lines[at] = lines[at][:place] + bytes([byte]) + lines[at][place + 1 :]
            case "forge":
                entry = json.loads(lines[at]) | {"purpose": "something harmless"}
                lines[at] = json.dumps(entry, ensure_ascii=False).encode()
        path.write_bytes(b"\n".join(lines) + b"\n")
        fault = journal_file.verify(path)
        assert fault is not None
        assert at + 1 <= fault.line <= at + 2


@given(st.integers(1, 4), st.integers(0, 3))
def test_a_cut_end_is_found_by_an_anchor_alone(count: int, left: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        hashes = write(path, count)
        lines = path.read_bytes().split(b"\n")[: min(left, count - 1)]
        assert all(journal_file.verify(path, anchor) is None for anchor in hashes)
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        assert journal_file.verify(path) is None
        fault = journal_file.verify(path, hashes[-1])
        assert fault is not None
        assert fault.line == len(lines) + 1


@pytest.mark.parametrize("end", [b'{"half": ', b"not an entry\n", b"\n"])
def test_nothing_is_added_to_a_broken_end(end: bytes, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    write(path, 2)
    with path.open("ab") as file:
        file.write(end)
    with pytest.raises(SurroundingsError, match="no entry") as caught:
        write(path, 1)
    assert caught.value.remedy
    assert journal_file.head(path) == ""
    fault = journal_file.verify(path)
    assert fault is not None
    assert fault.line == 3


def _append_many(path: Path) -> None:
    write(path, 10)


def test_several_processes_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_append_many, args=(path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    assert journal_file.verify(path) is None
    assert len(path.read_bytes().split(b"\n")) == 31
