"""Write or check what is rendered from the declaration of the graph: the schema files and docs/graph-model.md.

`python docs/graph_model.py --write`; with `--check` it fails when one is stale.
"""

import sys
from pathlib import Path

from ringfinder.neo4j import statements
from ringfinder.neo4j.model import EXTRA_LABELS, LABELS, RELATIONS, STAMPS, Property

ROOT = Path(__file__).resolve().parents[1]
HEAD = """# The graph in Neo4j

Written by `docs/graph_model.py` from `ringfinder.neo4j.model`, the one declaration that the schema files
(`cypher/schema/`), the loader and the import files are rendered from.

The graph is a projection for people: it can be dropped and written anew from the workspace at any time
(`ringfinder neo4j sync`). Values are nodes, so whatever is shared is a star, never a clique of pairs. Agents, branches,
products and households are there to be read; in detection they never link anybody.

- **Keys.** `key` tells a node apart. Where the table says *hashed*, it is HMAC-SHA256 (128 bits, hex) of the kind and the
  normal form (or the number) with the site's secret, which stays outside the workspace (`RINGFINDER_SECRET_FILE`, else the
  user's configuration folder). `ringfinder neo4j key KIND VALUE --purpose TEXT` prints one, and the journal keeps that it
  was asked for. `Projection.key_id` names the secret; after `ringfinder neo4j rotate` the next sync writes all anew.
- **Personal data.** No raw phone, address, e-mail, account, device, IP address or ID number stands in the graph unless
  somebody syncs with `--unmasked --purpose TEXT` and says yes; then `value` holds it. Names, complaint texts, demands of
  visits and notes are never loaded. Numbers that the insurer gives (request, policy, customer, agent) do stand there: an
  analyst needs them to find the file. Where an insurer uses ID numbers as customer numbers, give them other ones first.
- **Stamps.** Every node and relationship bears `run` (the run of detection that last saw it) and `sync` (the number of the
  sync that last wrote or confirmed it). A sync ends with a clean-up of what it has not seen.
- **Money** is whole fen; `DATE` and `LOCAL DATETIME` are local to the insurer (Asia/Shanghai) except where UTC is named.
- **Scopes.** `flagged`: the member requests of rings, their households, policies and papers, and the values that two or more
  requests use. `linked`: also every request that shares a value which counts, or a letter. `all`: everything.

## Drawing

"""
DRAWING = """```mermaid
flowchart LR
  Person -- APPLIED_FOR --> SurrenderRequest
  Person -- MEMBER_OF --> Household
  Person -- OWNS --> Policy
  Person -- FILED --> Value
  Person -- COMPLAINED --> Complaint
  Person -- CAME --> Visit
  SurrenderRequest -- SURRENDERS --> Policy
  SurrenderRequest -- "CONTACT_BY, PAYS_TO, FROM_DEVICE, FROM_IP, DELEGATED_TO, DELEGATE_PHONE, CHANGED_TO, COMPLAINT_FROM, LETTER_FROM, CALLED_BACK_ON, PREMIUM_FROM" --> Value["Phone, Address, Email, BankAccount, Device, IpAddress, Delegate"]
  SurrenderRequest -- IN_RING --> Ring
  Ring -- "SHARES, INVOLVES" --> Value
  Ring -- HAS_EVIDENCE --> Evidence
  Ring -- TESTED --> Hypothesis
  Ring -- FOUND_IN --> Run
  Ring -- LINKED_TO --> Ring
  Complaint -- GOES_WITH --> SurrenderRequest
  Complaint -- COPY_OF --> TextCluster
  Complaint -- SENT_UNDER --> WaybillRun
  Policy -- SOLD_BY --> Agent
  Agent -- MANAGED_BY --> Agent
  Agent -- AGENT_PHONE --> Value
  Agent -- ACTS_AS --> Value
  Policy -- AT_BRANCH --> Branch
```
"""
CONSTRAINTS = (
    "约束 | Constraints",
    "每个键只有一个节点，重复写入只会更新。 | One node for each key: repeated writes update instead of doubling.",
)
INDEXES = (
    "索引 | Indexes",
    "按手头的编号查找。 | What an analyst looks up by a number in hand.",
)


def page() -> str:
    """The whole page."""
    parts = [HEAD, DRAWING, "\n## Labels\n"]
    for label in LABELS.values():
        key = f"hashed from `{label.keyed_by}`" if label.hashed else f"`{label.keyed_by}` as it stands"
        parts.append(f"\n### {label.name} ({label.zh})\n\n{label.en[0].upper()}{label.en[1:]}. Key: {key}.\n")
        parts.append(_table(label.everywhere))
    parts.append("\n### On every node and relationship\n")
    parts.append(_table(STAMPS))
    parts.append("\n### Extra labels\n\n| label | meaning | 含义 |\n| --- | --- | --- |\n")
    parts += [f"| `:{name}` | {en} | {zh} |\n" for name, (zh, en) in EXTRA_LABELS.items()]
    parts.append("\n## Relationships\n\n| from | type | to | meaning | properties |\n| --- | --- | --- | --- | --- |\n")
    for one in RELATIONS.values():
        properties = "; ".join(f"`{p.name}` {p.kind.cypher}: {p.en}" for p in one.properties)
        parts.append(
            f"| {', '.join(one.starts)} | `{one.name}` | {', '.join(one.ends)} | {one.en} ({one.zh}) | {properties} |\n"
        )
    parts.append(
        "\nA relationship stands at most once between two nodes; of several uses the first that counts stays.\n"
    )
    return "".join(parts)


def _table(properties: tuple[Property, ...]) -> str:
    lines = ["\n| property | type | meaning | 含义 |\n| --- | --- | --- | --- |\n"]
    for one in properties:
        marks = (" (indexed)" if one.indexed else "") + (" **personal**" if one.personal else "")
        lines.append(f"| `{one.name}` | {one.kind.cypher} | {one.en}{marks} | {one.zh} |\n")
    return "".join(lines)


def files() -> dict[Path, str]:
    """Every file that is rendered, with its text."""
    schema = ROOT / "cypher" / "schema"
    return {
        ROOT / "docs" / "graph-model.md": page(),
        schema / "constraints.cypher": statements.schema_file(statements.constraints(), *CONSTRAINTS, "constraints"),
        schema / "indexes.cypher": statements.schema_file(statements.indexes(), *INDEXES, "indexes"),
    }


def main() -> int:
    """Write the files, or compare them."""
    stale = []
    for path, text in files().items():
        if "--write" in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
    if stale:
        print(f"stale: {', '.join(stale)}; run docs/graph_model.py --write")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
