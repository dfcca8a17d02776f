"""Write or check cypher/README.md from the headers of the Cypher library.

`python docs/cypher_index.py --write`; with `--check` it fails when the page is stale.
"""

import sys
from pathlib import Path

from ringfinder.neo4j.library import CypherFile, Library

PAGE = Path(__file__).resolve().parents[1] / "cypher" / "README.md"
HEAD = """# Cypher

Queries over the [graph in Neo4j](../docs/graph-model.md), in Chinese and English. Written by `docs/cypher_index.py` from
the headers of the files. Every file runs as it stands in Neo4j Browser (paste it whole), and by
`ringfinder cypher run ID --param NAME=VALUE [--json|--csv]`, which only reads and says "N of M".

- `ringfinder cypher list`, `search WORDS`, `show ID [--link]`; ID may be the end of a name, or its number, such as `t01`.
- Entities are named by their key: `ringfinder neo4j key phone - --purpose TEXT`; or `investigate/look-up` with a number in hand.
- A pattern has three files: its rows, a picture of them, and a count to compare with. Those marked *leads* are recorded by
  `ringfinder leads --collect` under the run that the graph shows. A lead is for people to check, never a verdict.
- Your own files: a folder laid out like this one, named by `--folder` or `RINGFINDER_CYPHER`.

A file begins with `// name: value` lines (id, version, title, purpose, category, typology, part, mode, maturity, lead, needs,
param, returns, identity; Chinese before ` | `, English after it), then a `:param` line for each parameter, then one statement.
`schema/` makes constraints and indexes (`ringfinder neo4j sync` does it by itself), `browser/` has the style, the saved
queries and the guide for Neo4j Browser.
"""
HEADINGS = {"patterns": "Patterns, one for each typology", "investigate": "Investigate", "analysis": "Analysis"}
LAST = "\nT13 (impersonation) has no pattern: the data contract has no table of calls to agents.\n"


def page() -> str:
    """The whole page."""
    files = Library.open().files
    parts = [HEAD]
    for category, heading in HEADINGS.items():
        mine = [one for one in files if one.category == category and one.part in ("", "rows")]
        parts.append(f"\n## {heading}\n\n| file | | for what | parameters |\n| --- | --- | --- | --- |\n")
        parts += [_line(one) for one in mine]
        if category == "patterns":
            parts.append(LAST)
    return "".join(parts)


def _line(one: CypherFile) -> str:
    marks = " · ".join(filter(None, (one.typology, "leads" if one.lead else "", *one.needs)))
    name = one.id.partition("/")[2]
    params = ", ".join(f"`{param.name}` = {param.default}" for param in one.params)
    return f"| [{name}]({one.id}.cypher) | {marks} | **{one.en}** {one.purpose_en}<br>**{one.zh}** {one.purpose_zh} | {params} |\n"


def main() -> int:
    """Write the page, or compare it."""
    text = page()
    if "--write" in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") != text:
        print(f"{PAGE} is stale; run docs/cypher_index.py --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
