"""Run the cells of docs/walkthrough.ipynb here and keep, or check, what they show.

`python docs/notebook.py --write` puts fresh outputs into the notebook; `--check` fails when they differ
from what stands there. It needs no Jupyter: a notebook is a JSON file, and its cells are Python.
"""

import argparse
import ast
import contextlib
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).resolve().parent / "walkthrough.ipynb"


def shown(source: str, names: dict[str, Any]) -> tuple[str, Any]:
    """Run one cell; return what it printed and the value of its last line, if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    value = None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - our own notebook
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 - the same
    return printed.getvalue(), value


def outputs(source: str, names: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Outputs of a cell as the notebook format has them."""
    printed, value = shown(source, names)
    found: list[dict[str, Any]] = []
    if printed:
        found.append({"name": "stdout", "output_type": "stream", "text": printed.splitlines(keepends=True)})
    if value is not None:
        data = {"text/plain": repr(value).splitlines(keepends=True)}
        if hasattr(value, "_repr_html_"):
            data["text/html"] = value._repr_html_().splitlines(keepends=True)
        found.append({"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"})
    return found


def run() -> str:
    """The notebook with fresh outputs, run in an empty folder."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        before = Path.cwd()
        os.chdir(folder)
        try:
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    count += 1
                    cell["execution_count"] = count
                    cell["outputs"] = outputs("".join(cell["source"]), names, count)
        finally:
            os.chdir(before)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write or check the notebook; return 1 when it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    fresh = run()
    if chosen.write:
        NOTEBOOK.write_text(fresh, encoding="utf-8")
    elif fresh != NOTEBOOK.read_text(encoding="utf-8"):
        sys.stdout.write("docs/walkthrough.ipynb is stale: run python docs/notebook.py --write\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
