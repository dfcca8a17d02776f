"""Print the part of constraints.txt that the core needs, with its versions and hashes.

pip checks hashes only when every library of an installation has them, so the core's share is taken
out of the one resolved file: the libraries that `pyproject.toml` names, and what they need by the
`# via` notes of the resolver.
"""

import re
import sys
import tomllib
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9._-]+")


def normal(requirement: str) -> str:
    """Name of a requirement as registries compare it (PEP 503)."""
    match = NAME.match(requirement.strip())
    return re.sub(r"[-_.]+", "-", match.group() if match else "").lower()


def entries(text: str) -> dict[str, tuple[str, set[str]]]:
    """For each library: its lines as they stand, and who asked for it."""
    found: dict[str, tuple[str, set[str]]] = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        lines = block.splitlines()
        notes = [line.strip().removeprefix("# via").removeprefix("#") for line in lines if line.strip().startswith("#")]
        kept = "\n".join(line for line in lines if not line.strip().startswith("#"))
        name = normal(block)
        before, parents = found.get(name, ("", set()))
        found[name] = (before + kept + "\n", parents | {normal(note) for note in notes if note.strip()})
    return found


root = Path(__file__).resolve().parent.parent
resolved = entries((root / "constraints.txt").read_text(encoding="utf-8"))
project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
wanted = {normal(requirement) for requirement in project["project"]["dependencies"]}
while more := {name for name, (_, parents) in resolved.items() if parents & wanted} - wanted:
    wanted |= more
if missing := wanted - resolved.keys():
    sys.exit(f"constraints.txt lacks {', '.join(sorted(missing))}: run make constraints")
sys.stdout.write("".join(resolved[name][0] for name in sorted(wanted)))
