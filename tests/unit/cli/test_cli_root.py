"""Exit codes and messages: the one place where errors become what a user sees."""

import errno
import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from ringfinder.cli import root
from ringfinder.cli.lazy import LazyGroup
from ringfinder.errors import InputError, SurroundingsError

Run = Callable[[Exception | type[BaseException] | int], tuple[int, str]]


@pytest.fixture
def run_raising(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command that raises what it is given, and return exit code and standard error."""
    monkeypatch.chdir(tmp_path)

    def run(outcome: Exception | type[BaseException] | int) -> tuple[int, str]:
        @click.command("load")
        def command() -> int:
            if isinstance(outcome, int):
                return outcome
            raise outcome

        monkeypatch.setattr(LazyGroup, "get_command", lambda *_: command)
        code = root.run(["load"])
        return code, capsys.readouterr().err

    return run


def test_our_errors_have_their_code_and_remedy(run_raising: Run) -> None:
    assert run_raising(InputError("no file a.csv", remedy="give a folder")) == (
        2,
        "error: no file a.csv\ngive a folder\n",
    )
    code, told = run_raising(SurroundingsError("the disk is full"))
    assert (code, told) == (3, "error: the disk is full\n")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_disk_and_permission_are_surroundings(run_raising: Run, number: int) -> None:
    code, told = run_raising(OSError(number, os.strerror(number), "facts/x.parquet"))
    assert code == 3
    assert "facts/x.parquet" in told
    assert "Traceback" not in told


def test_interrupt_is_130(run_raising: Run) -> None:
    assert run_raising(KeyboardInterrupt)[0] == 130


def test_success_and_an_explicit_code(run_raising: Run) -> None:
    assert run_raising(0) == (0, "")
    assert run_raising(3)[0] == 3


def test_a_bug_is_reported_without_data(run_raising: Run, tmp_path: Path) -> None:
    code, told = run_raising(ValueError("张三 13912345678"))
    assert code == 1
    assert "bug" in told
    assert "13912345678" not in told
    (report,) = tmp_path.glob("ringfinder-error-*.txt")
    text = report.read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "13912345678" not in text


def test_unknown_command_and_option_are_the_users() -> None:
    assert root.run(["no-such-command"]) == 2
    assert root.run(["--no-such-option"]) == 2


@pytest.mark.parametrize("name", sorted(root.COMMANDS))
def test_every_listed_command_exists_with_help(name: str) -> None:
    command = importlib.import_module(f"ringfinder.cli.{name.replace('-', '_')}").command
    assert isinstance(command, click.Command)
    assert command.help


def test_output_into_a_closed_pipe_is_no_error() -> None:
    line = f"{sys.executable} -m ringfinder --help | head -c 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], check=False, capture_output=True, text=True)
    assert done.stderr == ""
