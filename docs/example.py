"""Write or check the worked example of both READMEs: the demo's screen of seed 1, as it comes out.

`python docs/example.py --write` runs the demo in an empty folder, once in each language, and puts what it
printed between the markers; `--check` fails when that differs from what stands there.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"README.md": "en", "README.zh-CN.md": "zh"}
BEGIN, END = "<!-- example: begin (written by `make readme`) -->", "<!-- example: end -->"


def transcript(language: str) -> str:
    """Run the demo in an empty folder and return the command with what it printed."""
    place = Path(sys.executable).parent
    line = f"ringfinder demo --seed 1 --lang {language}"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603 - our own command
            [str(place / "ringfinder"), *line.split()[1:]],
            check=True,
            cwd=folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": f"{place}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", "LANG": "C.UTF-8"},
        )
    printed = "\n".join(text.rstrip() for text in done.stdout.rstrip().splitlines())
    return f"```console\n$ {line}\n{printed}\n```"


def main() -> int:
    """Write or check the examples; return 1 when one is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    stale = 0
    for name, language in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        fresh = f"{before}{BEGIN}\n{transcript(language)}\n{END}{after}"
        if chosen.write:
            (ROOT / name).write_text(fresh, encoding="utf-8")
        elif fresh != text:
            sys.stdout.write(f"the example in {name} is stale: run make readme\n")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
