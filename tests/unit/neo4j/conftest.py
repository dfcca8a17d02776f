"""Programs made up for the tests: a Java and a Maven that say and do what a test wants."""

from collections.abc import Callable
from pathlib import Path

import pytest

Program = Callable[[str, str], None]

JAVA_17 = "echo 'openjdk version \"17.0.15\" 2025-04-15' >&2"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put a shell script on a path that holds nothing else but the shell's own tools."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("cat", "mkdir", "rm", "touch"):
        (folder / tool).symlink_to(Path("/bin") / tool)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    def write(name: str, script: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    return write


@pytest.fixture
def java(program: Program) -> None:
    """A Java 17 that does nothing else."""
    program("java", JAVA_17)


@pytest.fixture
def maven(program: Program, tmp_path: Path) -> Path:
    """A Maven that makes two jars where it is told to; the file it returns counts its calls."""
    calls = tmp_path / "calls"
    program(
        "mvn",
        f"""echo called >>'{calls}'
for argument in "$@"; do
  case "$argument" in -DoutputDirectory=*) lib="${{argument#*=}}" ;; esac
done
mkdir "$lib"
touch "$lib/org.neo4j.neo4j-1.jar" "$lib/org.neo4j.gds.proc-1.jar" """,
    )
    return calls
