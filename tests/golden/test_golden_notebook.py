"""The notebook is a whole notebook, and its cells run here and show what stands in it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "walkthrough.ipynb"


def cells(kind: str) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def test_every_cell_runs_and_shows_what_stands_there() -> None:
    command = [sys.executable, "-W", "error", str(ROOT / "docs" / "notebook.py"), "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_follows_the_notebook_format() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    for number, cell in enumerate(cells("code"), 1):
        assert cell["execution_count"] == number
        for output in cell["outputs"]:
            assert output["output_type"] in ("stream", "execute_result")


def test_it_shows_the_api_with_real_outputs_and_no_place_of_a_machine() -> None:
    source = "".join(line for cell in cells("code") for line in cell["source"])
    for name in ("load(", "detect(", "explain("):
        assert name in source
    assert sum(bool(cell["outputs"]) for cell in cells("code")) > 8
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert not re.search(r"/(?:home|tmp|root|Users)/", text)
    assert "never verdicts" in text
