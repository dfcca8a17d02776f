"""Write or check the worked example of the README: real commands, run here, with their real output.

`python docs/example.py --write` runs the commands below in an empty folder and puts what they printed
between the markers of README.md; `--check` fails when that differs from what stands there.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- example: begin (written by `make readme`) -->", "<!-- example: end -->"
COMMANDS = (
    "ringfinder simulate town --scenario town --requests 5000 --seed 1",
    "ringfinder run town --out rings",
    "ringfinder evaluate rings --labels town.labels/labels.csv",
)
SECONDS = re.compile(r"\b\d+\.\d+ ?s\b")


def transcript() -> str:
    """Run the commands in an empty folder and return them with what they printed."""
    command = str(Path(sys.executable).with_name("ringfinder"))
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        for line in COMMANDS:
            done = subprocess.run(  # noqa: S603 - our own command, listed above
                [command, *line.split()[1:]],
                check=True,
                cwd=folder,
                capture_output=True,
                text=True,
                env={**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "LANG": "C.UTF-8"},
            )
            printed = SECONDS.sub("… s", done.stdout).replace(folder, "").rstrip()
            parts.append("\n".join([f"$ {line}", *(text.rstrip() for text in printed.splitlines())]))
    return "```console\n" + "\n\n".join(parts) + "\n```"


def main() -> int:
    """Write or check the example; return 1 when it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    fresh = f"{before}{BEGIN}\n{transcript()}\n{END}{after}"
    if chosen.write:
        README.write_text(fresh, encoding="utf-8")
    elif fresh != text:
        sys.stdout.write("the example in README.md is stale: run make readme\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
