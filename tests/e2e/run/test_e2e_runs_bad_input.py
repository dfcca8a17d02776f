"""What may be mistyped, missing or broken around stored runs: a sentence, a remedy, the right exit code."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.run.conftest import Site
from tests.results import Command

from ringfinder.settings import Settings
from ringfinder.store import Workspace

LOOKING = (("runs",), ("rings",), ("ring", "RF-AAAAAAAA"), ("diff", "1", "2"), ("detect",))


def told(ringfinder: Command, code: int, *arguments: str | Path) -> str:
    done = ringfinder(*arguments)
    assert done.code == code, (done.out, done.err)
    assert done.err.startswith("error: ")
    assert len(done.err.splitlines()) == 2, f"a sentence and a remedy: {done.err}"
    return done.err


@pytest.mark.parametrize("arguments", LOOKING)
def test_where_there_is_no_workspace_none_is_made(
    arguments: tuple[str, ...], ringfinder: Command, tmp_path: Path
) -> None:
    err = told(ringfinder, 2, *arguments, "--workspace", tmp_path / "none")
    assert "there is no workspace" in err
    assert "ringfinder load" in err
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").touch()
    assert "is a file" in told(ringfinder, 2, *arguments, "--workspace", tmp_path / "file")


def test_an_empty_workspace_has_nothing_to_detect_or_list(ringfinder: Command, tmp_path: Path) -> None:
    Workspace.open(Settings(tmp_path / "w")).close()
    assert "ringfinder load" in told(ringfinder, 2, "detect", "--workspace", tmp_path / "w")
    for arguments in LOOKING[1:4]:
        assert "run `ringfinder detect` first" in told(ringfinder, 2, *arguments, "--workspace", tmp_path / "w")
    done = ringfinder("runs", "--workspace", tmp_path / "w")
    assert done.code == 0
    assert "run `ringfinder detect` first" in done.out
    assert ringfinder("runs", "--json", "--workspace", tmp_path / "w").out == "[]\n"
    assert not [path for path in (tmp_path / "w" / "runs").iterdir() if path.is_dir()]


def test_names_of_nothing(site: Site, ringfinder: Command) -> None:
    ring = site.rings()[0].ring_id
    assert "run-000001" in told(ringfinder, 2, "rings", "--run", "run-000009")
    assert "run-000001" in told(ringfinder, 2, "diff", "1", "yesterday")
    assert "no run 'previous'" in told(ringfinder, 2, "ring", ring, "--run", "previous")
    near = ring[:-1] + ("A" if ring[-1] != "A" else "B")
    assert ring in told(ringfinder, 2, "ring", near)
    assert "ringfinder rings" in told(ringfinder, 2, "ring", "nonsense")
    assert "shared_payee" in told(ringfinder, 2, "rings", "--kind", "shared_paye")
    assert "one of them" in told(ringfinder, 2, "rings", "--json", "--csv")


def test_a_ring_of_an_earlier_run_is_found_there(site: Site, ringfinder: Command) -> None:
    assert ringfinder("detect", "--as-of", "1999-01-01").code == 0
    ring = site.rings()[0].ring_id
    err = told(ringfinder, 2, "ring", ring)
    assert "--run run-000001" in err
    assert ringfinder("ring", ring, "--run", "run-000001").code == 0


def damage(folder: Path) -> None:
    path = folder / "rings.parquet"
    path.write_bytes(path.read_bytes()[:-30])


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "deleted by hand": (shutil.rmtree, "are gone"),
    "one file deleted": (lambda folder: (folder / "rings.parquet").unlink(), "are gone"),
    "cut off": (damage, "damaged"),
    "overwritten": (lambda folder: (folder / "rings.parquet").write_text("hello"), "damaged"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_run_folder_that_was_touched(what: str, site: Site, ringfinder: Command) -> None:
    break_it, said = BROKEN[what]
    ring = site.rings()[0].ring_id
    break_it(site.path / "runs" / "run-000001")
    for arguments in (("rings",), ("ring", ring), ("diff", "1", "1")):
        err = told(ringfinder, 3, *arguments)
        assert said in err
        assert "ringfinder detect" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version = 1\nnothing_like_it = 3\n", "line 2: there is no setting 'nothing_like_it'"),
        ("version = 1\nversion = 1\n", "no TOML"),
        ("version = 77\n", "version 77"),
    ],
)
def test_settings_with_a_slip_start_no_run(
    text: str, said: str, site: Site, ringfinder: Command, portfolio: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    assert said in told(ringfinder, 2, "detect", "--settings", file)
    assert said in told(ringfinder, 2, "run", portfolio, "--out", tmp_path / "out", "--settings", file)
    assert not (tmp_path / "out").exists()
    assert len(site.runs()) == 1
    assert "no settings file" in told(ringfinder, 2, "detect", "--settings", tmp_path / "none.toml")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_workspace_that_cannot_be_written(
    number: int, site: Site, ringfinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "touch", refuse)
    err = told(ringfinder, 3, "detect")
    assert "cannot be written" in err
    assert "--workspace" in err


def test_settings_that_cannot_be_written(ringfinder: Command, tmp_path: Path) -> None:
    assert "cannot be written" in told(ringfinder, 3, "settings", "show", "--out", tmp_path / "none" / "s.toml")


def test_a_page_that_cannot_be_written(site: Site, ringfinder: Command, tmp_path: Path) -> None:
    ring = site.rings()[0].ring_id
    for option in ("--html", "--graphml"):
        assert "cannot be written" in told(ringfinder, 3, "ring", ring, option, tmp_path / "none" / "r")
        assert "cannot be written" in told(ringfinder, 3, "ring", ring, option, tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [
        ("detect", "--window", "0"),
        ("detect", "--window", "many"),
        ("detect", "--as-of", "soon"),
        ("rings", "--sort", "luck"),
        ("rings", "--since", "soon"),
        ("rings", "--lang", "fr"),
        ("ring",),
        ("diff", "1"),
    ],
)
def test_mistyped_commands_end_with_2(arguments: tuple[str, ...], site: Site, ringfinder: Command) -> None:
    assert ringfinder(*arguments).code == 2
    assert len(site.runs()) == 1


def test_one_request_and_one_phone_for_everybody(ringfinder: Command, tmp_path: Path) -> None:
    header = "request_id,policy_no,applicant_id,applied_at,phone\n"
    for name, rows in (
        ("one", "R1,L1,P1,2026-01-05,13911112222\n"),
        ("equal", "".join(f"R{n},L{n},P{n},2026-01-05,13911112222\n" for n in range(2000))),
    ):
        folder, place = tmp_path / name, tmp_path / f"{name}-site"
        folder.mkdir()
        (folder / "surrender_requests.csv").write_text(header + rows, encoding="utf-8")
        assert ringfinder("--workspace", place, "load", folder).code == 0
        assert ringfinder("--workspace", place, "detect").code == 0
        listed = ringfinder("--workspace", place, "rings")
        assert listed.code == 0
        assert "coverage.json" in listed.out or "shown" in listed.out
