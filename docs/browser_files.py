"""Write, check or serve what Neo4j Browser is given: saved queries, the guide, and the steps of docs/neo4j-guide.md.

`python docs/browser_files.py --write`; with `--check` it fails when one is stale. All are made from `cypher/`.
`python docs/browser_files.py --serve` serves `cypher/browser/` on the loopback, for `:guide` and `:style`.
"""

from __future__ import annotations

import functools
import html
import http.server
import io
import re
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from ringfinder.neo4j.browser import with_literals
from ringfinder.neo4j.library import CypherFile, Library

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = Library(((ROOT / "cypher", False),))
FOLDER = ROOT / "cypher" / "browser"
PAGE = ROOT / "docs" / "neo4j-guide.md"
PORT = 7480

CHOSEN = ("ring_id", "key", "id", "other")
"""Parameters that an analyst sets once with `:param`, so that every saved query follows; all others stand in the text."""

FOLDERS = {
    "investigate": "ringfinder 1 调查 investigate",
    "patterns": "ringfinder 2 模式 patterns",
    "analysis": "ringfinder 3 分析 analysis",
}
"""Folders of the saved queries, by category."""

_OPEN = '<slide>\n<div style="padding: 0 18px">\n'
_TOP_RING = "head(COLLECT { MATCH (g:Ring) RETURN g.ring_id ORDER BY g.score DESC, g.key LIMIT 1 })"
_BEST_VALUE = (
    "head(COLLECT { MATCH (g:Ring)-[s:SHARES]->(v:Phone|Address|Email|BankAccount|Device|Delegate) "
    "RETURN v.key ORDER BY g.score DESC, g.key, coalesce(s.members, 0) DESC, coalesce(s.weight, 0.0) DESC, v.key LIMIT 1 })"
)


@dataclass(frozen=True)
class Step:
    """One step of the guide: a file of the library, and what the analyst is told of it."""

    file: str
    zh: str
    en: str
    text_zh: str
    text_en: str
    picture: str = ""
    params: dict[str, str] = field(default_factory=dict)


STEPS = (
    Step(
        "investigate/rings",
        "列出线索",
        "List the rings",
        "评分最高的在前。先看 `tier`（alert 预警，review 待复核）、`units`（互不相关的户数）和摘要 `summary_zh`；"
        "`of` 是总数。把要看的 `ring_id` 记下来。",
        "The highest score first. Look at `tier`, `units` (unrelated households) and `summary_en`; `of` says how many there are. "
        "Note the `ring_id` that you want to look at.",
        "rings",
    ),
    Step(
        "investigate/ring-picture",
        "画出一条线索",
        "Draw one ring",
        "蓝色为申请，浅灰为申请人（往往是受害人），黑色为线索，其余为共用信息；橙色边框表示属于预警线索，粗的朱红边框表示疑似组织者（待核实），"
        "灰色填充表示正当共用，特大的节点展开前请三思。默认取评分最高的一条；要看别的，把 `ring_id` 改成它的编号，写在单引号里。",
        "Requests are blue, applicants pale grey (often victims), the ring black, the rest are shared values. An orange outline: part "
        "of an alert ring; a thick vermilion one: may organise it, to be verified; a grey fill: shared honestly; an outsize node: think "
        "before you expand it. The top ring is taken by default; for another one write its number in quotes.",
        "ring",
        {"ring_id": _TOP_RING},
    ),
    Step(
        "investigate/ring-evidence",
        "它的依据",
        "Its evidence",
        "评分的每一项依据，分量最大的在前：句子、分量、出处（`rows`，文件与行号）。请到原始材料里核对。",
        "Every term of the score, the weightiest first: sentence, weight and rows (`rows`: file and line). Check them in the originals.",
        "evidence",
        {"ring_id": _TOP_RING},
    ),
    Step(
        "investigate/ring-members",
        "它的成员",
        "Its members",
        "每笔申请一行：申请人、户、金额（分）、损害迹象和它出示的共用信息。`vulnerable` 标出特殊客群：请先保护，再追查。",
        "A row for each request: applicant, household, money (fen), signs of harm and the values it shows. `vulnerable` marks those "
        "who need protection before anything else.",
        "",
        {"ring_id": _TOP_RING},
    ),
    Step(
        "investigate/ring-without-best-value",
        "去掉最重要的信息之后",
        "Without its most important value",
        "如果去掉用户最多的那一个信息，其余信息还把多少户连在一起（`remaining`）？只剩一户，说明整条线索系于一个信息：务必核实它。"
        "`left_out_key` 是这个信息的键，下一步要用。",
        "If the most used value is taken away, how many households still hang together by the others (`remaining`)? If none do, all "
        "hangs on one value: verify that one. `left_out_key` is its key; the next step takes it.",
        "",
        {"ring_id": _TOP_RING},
    ),
    Step(
        "investigate/value",
        "谁在用这个信息",
        "Who uses this value",
        "一个信息的全部使用：谁、何时、以何种方式，哪些计入（`counts`），哪些因亲属、业务员、登记等不计。默认取评分最高的线索中用户最多的信息；"
        "要看别的，把 `key` 改成它的键。",
        "All uses of one value: who, when and how, which count (`counts`) and which do not, because of kin, agents or the registry. The "
        "most used value of the top ring is taken by default; for another one write its key.",
        "",
        {"key": _BEST_VALUE},
    ),
    Step(
        "investigate/ring-evidence",
        "有没有正当解释",
        "Honest explanations",
        "同一查询，看 `what` 为 hypothesis 的行：家庭、团险、代办机构等正当解释。`ruled_out` 为 false 的没有排除，须由人查清后才能下结论。",
        "The same query: look at the rows whose `what` is hypothesis. Those with `ruled_out` false were not ruled out: people have to "
        "find out before anything is concluded.",
        "",
        {"ring_id": _TOP_RING},
    ),
)


def filled(file: CypherFile, kept: tuple[str, ...] = CHOSEN) -> str:
    """The statement with its defaults in place of `$name`, except for the parameters in `kept`."""
    literals = {param.name: param.default for param in file.params if param.name not in kept}
    return with_literals(file.statement, literals)


def chosen(file: CypherFile) -> tuple[str, ...]:
    """Which parameters of a file the analyst has to set."""
    if file.category == "patterns":
        return ()
    names = [param.name for param in file.params if param.name in CHOSEN]
    return ("ring_id",) if "ring_id" in names else tuple(names)


def saved(file: CypherFile) -> str:
    """A file as a saved query: its first line is the name that Browser shows, and it is one statement."""
    title = f"{file.typology} {file.zh} | {file.en}" if file.typology else f"{file.zh} | {file.en}"
    needs = [f"// 先设 set first: :param {name} => '…'" for name in chosen(file)]
    return (
        "\n".join(
            [
                f"// {title}",
                f"// {file.id}: {file.purpose_zh}",
                f"// {file.purpose_en}",
                *needs,
                filled(file, chosen(file)),
            ]
        )
        + "\n"
    )


def saved_queries() -> bytes:
    """The zip that Browser imports when it is dropped onto the page; the same bytes for the same library."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        # Browser lists folders in the order in which the zip names them.
        for file in sorted(LIBRARY.files, key=lambda one: list(FOLDERS).index(one.category)):
            if file.part != "count":
                name = f"{FOLDERS[file.category]}/{file.id.replace('/', '-')}.cypher"
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), saved(file))
    return made.getvalue()


def param_lines(step: Step) -> str:
    """What is pasted before the query of a step; several lines at once are fine."""
    file = LIBRARY.find(step.file)
    return "\n".join(f":param {param.name} => {step.params.get(param.name, param.default)};" for param in file.params)


def guide() -> str:
    """The guide that Browser plays; `=` is escaped, because Browser takes words like ` one = x` for event handlers."""
    slides = [_first_slide(), *(_slide(number, step) for number, step in enumerate(STEPS, 1))]
    return "\n".join(["<title>从线索到依据 | From a ring to its evidence</title>", *slides]) + "\n"


def _first_slide() -> str:
    return (
        f"{_OPEN}<h3>从线索到依据</h3>\n<h4>From a ring to its evidence</h4>\n"
        "<p>每一步有两段：先点第一段（参数）并运行，再点第二段（查询）并运行。点击只把文字放进上方编辑框，由您决定是否运行。</p>\n"
        "<p>Each step has two blocks: click the first (parameters) and run it, then the second (the query). A click only puts the "
        "text into the editor above; whether to run it is up to you.</p>\n"
        "<p><strong>线索供人工核查，不是结论；被标记的投保人往往是受害人。</strong></p>\n"
        "<p><strong>Rings are leads for people to check, never verdicts; flagged policyholders are often victims.</strong></p>\n"
        "</div>\n</slide>"
    )


def _slide(number: int, step: Step) -> str:
    return (
        f"{_OPEN}<h3>{number}. {step.zh}</h3>\n<h4>{step.en}</h4>\n"
        f"<p>{_prose(step.text_zh)}</p>\n<p>{_prose(step.text_en)}</p>\n"
        f"{_block('参数', 'Parameters', param_lines(step))}\n{_block('查询', 'Query', LIBRARY.find(step.file).statement)}\n</div>\n</slide>"
    )


def _prose(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False).replace("=", "&#61;"))


def _block(zh: str, en: str, text: str) -> str:
    code = html.escape(text, quote=False).replace("=", "&#61;")
    return f'<p>▸ {zh} | {en}</p>\n<pre class="code runnable" style="max-height: 16em; overflow: auto">{code}</pre>'


def page(old: str) -> str:
    """docs/neo4j-guide.md with its steps as they would be made now."""
    before, begin, rest = old.partition("<!-- steps -->\n")
    _, end, after = rest.partition("<!-- /steps -->\n")
    if not begin or not end:
        sys.exit(f"{PAGE} has lost its marks <!-- steps --> and <!-- /steps -->")
    return before + begin + "\n".join(_section(number, step) for number, step in enumerate(STEPS, 1)) + end + after


def _section(number: int, step: Step) -> str:
    picture = f"\n![{step.zh}](images/neo4j-{step.picture}.png)\n" if step.picture else ""
    statement = LIBRARY.find(step.file).statement
    return (
        f"### {number}. {step.zh} | {step.en}\n\n{step.text_zh}\n\n{step.text_en}\n{picture}\n"
        f"```cypher\n{param_lines(step)}\n```\n\n"
        f"<details><summary>{step.file}</summary>\n\n```cypher\n{statement}\n```\n\n</details>\n"
    )


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files for pages of other addresses: Browser's own address is another port."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server has
        """Say nothing."""

    def end_headers(self) -> None:
        """Allow Browser to read the answer."""
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "pragma, cache-control")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_OPTIONS(self) -> None:
        """Answer Browser's question whether it may ask."""
        self.send_response(204)
        self.end_headers()


def serving(port: int) -> http.server.ThreadingHTTPServer:
    """A server of `cypher/browser/`, on the loopback only; 0 takes a free port."""
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Handler, directory=str(FOLDER)))


def main() -> int:
    """Write the files, serve them, or compare them."""
    if "--serve" in sys.argv:
        with serving(PORT) as server:
            print(f":guide http://localhost:{PORT}/guide.html\n:style http://localhost:{PORT}/ringfinder.grass")
            server.serve_forever()
    made = {
        FOLDER / "saved-queries.zip": saved_queries(),
        FOLDER / "guide.html": guide().encode(),
        PAGE: page(PAGE.read_text(encoding="utf-8")).encode(),
    }
    if "--write" in sys.argv:
        for path, content in made.items():
            path.write_bytes(content)
        return 0
    stale = [
        str(path.relative_to(ROOT))
        for path, content in made.items()
        if not path.exists() or path.read_bytes() != content
    ]
    if stale:
        sys.stdout.write(f"stale: {', '.join(stale)}: run python docs/browser_files.py --write\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
