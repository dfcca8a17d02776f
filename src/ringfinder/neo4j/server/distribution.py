"""The server's jars: which versions, how Maven fetches them, and the folder that is whole or not there.

Instances share a distribution: it holds nothing of theirs, and nothing in it changes once it is there.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.neo4j.server.java import find_java, find_maven
from ringfinder.store.files import FILE_MODE

Tell = Callable[[str, str], None]
"""Tells whoever waits what is being done, in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of the three parts of a server."""

    neo4j: str
    gds: str
    browser: str


PINNED = Versions(neo4j="5.26.29", gds="2.13.9", browser="5.24.0")
"""The one place of these numbers; compose.yaml names the same image, and a test holds that."""

_PARTS = (
    ("org.neo4j", "neo4j", "neo4j"),
    ("org.neo4j.app", "neo4j-server", "neo4j"),
    ("org.neo4j.client", "neo4j-browser", "browser"),
    ("org.neo4j.gds", "proc", "gds"),
    ("org.neo4j.gds", "proc-sysinfo", "gds"),
    ("org.neo4j.gds", "opengds-extension", "gds"),
    ("org.neo4j.gds", "open-model-catalog", "gds"),
    ("org.neo4j.gds", "open-write-services", "gds"),
)
# Named with its version: what Maven takes otherwise depends on Maven's own, and goes back to 2013.
_COPYING = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LINES_SHOWN = 12
_PATIENCE = 1800.0
_STAMP = "versions.json"


def pom(versions: Versions) -> str:
    """The Maven project whose dependencies are the server, with the Browser and GDS."""
    numbers = asdict(versions)
    dependencies = "".join(
        f"    <dependency><groupId>{group}</groupId><artifactId>{name}</artifactId>"
        f"<version>{numbers[part]}</version></dependency>\n"
        for group, name, part in _PARTS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<project xmlns="http://maven.apache.org/POM/4.0.0">\n'
        "  <modelVersion>4.0.0</modelVersion>\n"
        "  <groupId>ringfinder</groupId><artifactId>neo4j-server</artifactId><version>1</version>\n"
        "  <packaging>pom</packaging>\n"
        f"  <dependencies>\n{dependencies}  </dependencies>\n"
        "</project>\n"
    )


def installed(folder: Path) -> Versions | None:
    """Versions of the distribution in `folder`; nothing if none, or a damaged one, is there."""
    try:
        return Versions(**json.loads((folder / _STAMP).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def assemble(folder: Path, tell: Tell) -> Versions:
    """Fetch the pinned server into `folder`, once; where it is there already nothing happens.

    Parameters
    ----------
    folder
        Where the distribution is to be; one of other versions is replaced, anything else is left alone.
    tell
        Told that it begins, because the first time takes minutes.

    Raises
    ------
    InputError
        If `folder` holds something else.
    SurroundingsError
        If Java or Maven is missing or too old, or Maven fails.
    """
    if installed(folder) == PINNED:
        return PINNED
    find_java()
    maven = find_maven()
    with _alone(folder):
        if installed(folder) != PINNED:
            _refuse_foreign(folder)
            tell(
                f"正在用 Maven 获取 Neo4j {PINNED.neo4j} 与 GDS {PINNED.gds}（约 150 MB，首次需数分钟）",
                f"fetching Neo4j {PINNED.neo4j} and GDS {PINNED.gds} by Maven (150 MB, minutes the first time)",
            )
            _build(folder, maven)
    return PINNED


def class_path(distribution: Path, *more: Path) -> str:
    """Class path of the server itself; Java expands the stars."""
    return ":".join([f"{distribution}/lib/*", f"{distribution}/plugins/*", *map(str, more)])


def admin_command(java: str, distribution: Path, *arguments: str, heap: str = "1g") -> list[str]:
    """Command line of `neo4j-admin`, such as for `database import full`.

    It wants the environment of `Home.environment`. What stands in `arguments` is seen by everybody on the
    machine: secrets go into a file, which is named as `@FILE`.
    """
    return [java, f"-Xmx{heap}", "-cp", f"{distribution}/lib/*", "org.neo4j.cli.AdminTool", *arguments]


def last_lines(text: str) -> str:
    """The end of a program's output, without colours and empty lines."""
    lines = [line.rstrip() for line in _COLOUR.sub("", text).splitlines()]
    return "\n".join([line for line in lines if line][-_LINES_SHOWN:])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from making the same folder."""
    if ":" in str(folder):
        raise InputError(f"Java cannot use a folder with a colon in its name: {folder}", remedy="name another folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SurroundingsError(
            f"the folder {folder.parent} cannot be made: {error.strerror}", remedy="name another folder"
        ) from None
    lock = filelock.FileLock(_beside(folder, "lock"), mode=FILE_MODE)
    try:
        with lock.acquire(timeout=_PATIENCE):
            yield
    except filelock.Timeout:
        raise SurroundingsError(
            f"another process has been making {folder} for half an hour", remedy="wait until it is done, or end it"
        ) from None


def _beside(folder: Path, name: str) -> Path:
    return folder.with_name(f".{folder.name}.{name}")


def _refuse_foreign(folder: Path) -> None:
    """What has not our stamp is somebody else's, and is not replaced."""
    if folder.exists() and not (folder / _STAMP).is_file() and not (folder.is_dir() and not any(folder.iterdir())):
        raise InputError(f"{folder} is there and is no Neo4j of ours", remedy="name another folder, or remove it")


def _build(folder: Path, maven: str) -> None:
    """Make the folder aside and give it its name when it is whole."""
    new, old = _beside(folder, "new"), _beside(folder, "old")
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    try:
        new.mkdir()
        (new / "pom.xml").write_text(pom(PINNED), encoding="utf-8")
        _fetch(maven, new)
        (new / "plugins").mkdir()
        for jar in (new / "lib").glob("org.neo4j.gds.*.jar"):
            jar.rename(new / "plugins" / jar.name)
        (new / _STAMP).write_text(json.dumps(asdict(PINNED)), encoding="utf-8")
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)


def _fetch(maven: str, folder: Path) -> None:
    """Let Maven copy all jars into `lib`; the prefix keeps apart jars that share a name."""
    done = subprocess.run(  # noqa: S603 - found on the user's own path
        [
            maven,
            *("-B", "-q", "--strict-checksums", "-Dstyle.color=never", "-f", str(folder / "pom.xml"), _COPYING),
            *("-DincludeScope=runtime", "-Dmdep.prependGroupId=true", f"-DoutputDirectory={folder / 'lib'}"),
        ],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
    )
    if done.returncode or not any(folder.glob("lib/*.jar")):
        raise SurroundingsError(
            f"Maven could not fetch Neo4j; it said:\n{last_lines(done.stdout)}",
            remedy="look at the network and at Maven's settings (~/.m2/settings.xml: proxy, mirror), then repeat: "
            "what it has fetched it keeps",
        )
