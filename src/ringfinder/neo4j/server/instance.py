"""One instance: started on the loopback, asked for, ended by the number and the start of its process."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.neo4j.server.distribution import Tell, Versions, admin_command, assemble, class_path, last_lines
from ringfinder.neo4j.server.home import Home, Ports, write_private
from ringfinder.neo4j.server.java import find_java
from ringfinder.neo4j.server.probe import answers, driver_module, settle_ports
from ringfinder.neo4j.server.process import end, mark, start
from ringfinder.neo4j.server.state import USER, Running, Status, read_status, write_state

BOLT_PORT = 7687
HTTP_PORT = 7474
HEAP = "2g"
PAGE_CACHE = "512m"

_SIZE = re.compile(r"[1-9][0-9]*[kmgKMG]")
_PATIENCE = 180.0
_STEP = 0.25
_OPENS = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")


def _silent(zh: str, en: str) -> None:
    del zh, en


def up(
    home: Path,
    *,
    tell: Tell = _silent,
    distribution: Path | None = None,
    bolt_port: int = BOLT_PORT,
    http_port: int = HTTP_PORT,
    heap: str = HEAP,
    page_cache: str = PAGE_CACHE,
) -> Running:
    """Start the instance in `home` and wait until it answers; one that runs already is returned as it is.

    Parameters
    ----------
    home
        Folder of the instance; made where there is none, with a random password.
    tell
        Told what is being done.
    distribution
        Folder of the jars; that of `home` by default, fetched where there is none.
    bolt_port, http_port
        Ports on the loopback; 0 takes a free one.
    heap, page_cache
        Sizes such as 2g.

    Raises
    ------
    InputError
        If a size or a folder is wrong.
    SurroundingsError
        If Java, Maven or the driver is missing, a port is in use, or the server does not start.
    """
    for size in (heap, page_cache):
        if not _SIZE.fullmatch(size):
            raise InputError(f"{size!r} is no size of memory", remedy="write it as 512m or 2g")
    driver_module()
    place = Home(home.absolute())
    place.make()
    with place.alone():
        running = read_status(place).running
        if running:
            tell(f"Neo4j 已在运行（进程 {running.pid}）", f"Neo4j is already running (process {running.pid})")
            _wait(place, running)
            return running
        jars = (distribution or place.path / "server").absolute()
        java = find_java()
        versions = assemble(jars, tell)
        ports = settle_ports(bolt_port, http_port)
        place.configure(jars, ports, page_cache)
        _settle_password(place, java, jars)
        tell("正在启动 Neo4j", "starting Neo4j")
        return _start(place, _command(place, java, jars, heap), ports, versions)


def down(home: Path) -> bool:
    """End the instance in `home`; return whether one was running."""
    place = Home(home.absolute())
    if not place.path.is_dir():
        return False
    with place.alone():
        running = read_status(place).running
        if running:
            end(running.pid, running.started)
        place.state_file.unlink(missing_ok=True)
    return running is not None


def status(home: Path) -> Status:
    """Whether an instance runs in `home`, and how to reach it; changes nothing."""
    return read_status(Home(home.absolute()))


def _command(home: Home, java: str, distribution: Path, heap: str) -> list[str]:
    return [
        java,
        f"-Xmx{heap}",
        *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENS),
        *("-cp", class_path(distribution, home.conf), "org.neo4j.server.CommunityEntryPoint"),
        *(f"--home-dir={home.path}", f"--config-dir={home.conf}", "--console-mode"),
    ]


def _settle_password(home: Home, java: str, distribution: Path) -> None:
    """Give the password to a database that was never started; later it is changed in the database alone."""
    password = home.password()
    if home.used():
        return
    # In a file, because everybody on the machine can read command lines.
    arguments = home.path / "run" / "arguments"
    write_private(arguments, f"dbms\nset-initial-password\n{password}\n")
    try:
        done = subprocess.run(  # noqa: S603 - a Java that was looked for, with arguments of our own
            admin_command(java, distribution, f"@{arguments}"),
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            env=home.environment(),
        )
    finally:
        arguments.unlink()
    if done.returncode:
        said = last_lines(done.stdout + done.stderr).replace(password, "********")
        raise SurroundingsError(
            f"the password of the new database could not be set:\n{said}",
            remedy=f"remove {home.path / 'data'} and repeat",
        )


def _start(home: Home, command: list[str], ports: Ports, versions: Versions) -> Running:
    pid = start(command, home.environment(), home.console)
    # Written before it answers: a start that is cut off is found by the next `up` or `down`.
    running = Running(home.path, pid, mark(pid) or "", ports, versions)
    try:
        write_state(home, running)
        _wait(home, running)
    except BaseException:
        end(running.pid, running.started)
        home.state_file.unlink(missing_ok=True)
        raise
    return running


def _wait(home: Home, running: Running) -> None:
    """Wait until the server answers, but not for one that has ended."""
    password = home.password()
    deadline = time.monotonic() + _PATIENCE
    while not answers(running.ports, USER, password):
        if mark(running.pid) != running.started:
            raise SurroundingsError(f"Neo4j ended while it started; it said:\n{_said(home)}", remedy=_advice(home))
        if time.monotonic() > deadline:
            raise SurroundingsError(
                f"Neo4j does not answer after {_PATIENCE:.0f} seconds; it said:\n{_said(home)}", remedy=_advice(home)
            )
        time.sleep(_STEP)


def _said(home: Home) -> str:
    try:
        return last_lines(home.console.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""


def _advice(home: Home) -> str:
    return f"the whole log is in {home.console.parent}"
