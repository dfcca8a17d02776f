"""The page of the API as its reader runs it: a real server, curl, and the Python session, in the order of the page."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
COMMANDS = Path(sys.executable).parent


def blocks(language: str) -> list[str]:
    """Code of the page, in its order."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A workspace with a run, and a server on it."""
    simulate("mixed", 2000, 3, tmp_path / "t")
    with Workspace.open(Settings(tmp_path / "w")) as workspace:
        load_folder(workspace, tmp_path / "t")
        detect_workspace(workspace)
    named = {
        **os.environ,
        "PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}",
        "RINGFINDER_WORKSPACE": str(tmp_path / "w"),
        "RINGFINDER_LANG": "en",
    }
    server = subprocess.Popen(
        [str(COMMANDS / "ringfinder"), "serve", "--port", "0"], env=named, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout
    try:
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address
        yield named | {"API": address.group()}
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
        server.stdout.close()


@pytest.mark.slow
def test_every_call_of_the_page(environment: dict[str, str], tmp_path: Path) -> None:
    assert shutil.which("curl"), "the page is of curl"
    session = tmp_path / "session"
    session.mkdir()
    (session / "client.py").write_text("\n".join(blocks("python")), encoding="utf-8")
    script = "\n".join(["set -euo pipefail", *blocks("sh"), f"{sys.executable} client.py > python.txt"])
    done = subprocess.run(
        ["bash", "-x", "-c", script],
        env=environment,
        cwd=session,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert script.count("curl") > 25
    said = (session / "python.txt").read_text(encoding="utf-8")
    assert said.startswith("RF-")
    assert "Call the customer back" in said
    assert (session / "rings.csv").read_bytes().count(b"RF-") > 0
    assert (session / "rings.xlsx").read_bytes()[:2] == b"PK"
    assert "<html" in (session / "ring.html").read_text(encoding="utf-8")
