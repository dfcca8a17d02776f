"""The Java and the Maven of this machine, and what is said where one is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from ringfinder.errors import SurroundingsError

GOOD_JAVA = (17, 21)
"""What Neo4j 5.26 runs on."""

_DOCKER = "or use Docker instead: docker compose up"
_INSTALL_JAVA = f"install Java 17 or 21, such as openjdk-17-jdk-headless, {_DOCKER}"
_INSTALL_MAVEN = f"install Maven 3.8 or newer, such as the package maven, {_DOCKER}"
_VERSION = re.compile(r'version "(\d+)')
_PATIENCE = 60.0


def find_java() -> str:
    """Path of a Java that runs the server: `JAVA_HOME`'s if that will do, else the one on the path.

    Raises
    ------
    SurroundingsError
        If there is none, or only of another version.
    """
    found = {java: _version(java) for java in _candidates()}
    for java, version in found.items():
        if version in GOOD_JAVA:
            return java
    for java, version in found.items():
        if version is not None:
            raise SurroundingsError(f"{java} is Java {version}; Neo4j needs 17 or 21", remedy=_INSTALL_JAVA)
    raise SurroundingsError("there is no Java on this machine, and Neo4j needs it", remedy=_INSTALL_JAVA)


def find_maven() -> str:
    """Path of Maven, which fetches the server's parts.

    Raises
    ------
    SurroundingsError
        If it is not on the path.
    """
    found = shutil.which("mvn")
    if found is None:
        raise SurroundingsError("there is no Maven (mvn) on this machine to fetch Neo4j with", remedy=_INSTALL_MAVEN)
    return found


def _candidates() -> list[str]:
    home = os.environ.get("JAVA_HOME")
    places = [shutil.which("java", path=str(Path(home) / "bin")) if home else None, shutil.which("java")]
    return [place for place in places if place]


def _version(java: str) -> int | None:
    """Feature version that `java` tells (Java 8 calls itself 1.8); nothing if it does not run."""
    try:
        done = subprocess.run(  # noqa: S603 - found on the user's own path
            [java, "-version"],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = _VERSION.search(done.stderr + done.stdout)
    return int(said.group(1)) if said and done.returncode == 0 else None
