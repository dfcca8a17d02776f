"""`ringfinder ring ID`: one ring with its reasons, and its page and graph as files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from ringfinder.cli.options import (
    json_option,
    language_option,
    open_workspace,
    plain_console,
    run_option,
    table_console,
    workspace_option,
)
from ringfinder.cli.speech import Say
from ringfinder.errors import SurroundingsError
from ringfinder.identity import acting
from ringfinder.neo4j.connection import browser_address
from ringfinder.neo4j.server import default_home
from ringfinder.pipeline.stored import find_ring, shown
from ringfinder.records.rings import Ring
from ringfinder.report.cypher import ring_as_cypher
from ringfinder.report.evidence import ring_as_json
from ringfinder.report.explanation import SECTIONS, Sentence, explain_ring
from ringfinder.report.graphml import write_graphml
from ringfinder.report.masking import Masker
from ringfinder.report.page import write_ring_page
from ringfinder.report.timeline import bars
from ringfinder.report.words import ROLES, VALUE_KINDS, words
from ringfinder.report.written import visible

_MOST_MEMBERS, _MOST_SHARED, _MOST_SENTENCES = 60, 40, 20


@click.command("ring")
@click.argument("ring_id", metavar="ID")
@workspace_option
@run_option
@click.option("--html", type=click.Path(path_type=Path), help="Write one self-contained page into this file.")
@click.option("--cypher", "as_cypher", is_flag=True, help="Print the query that draws it in Neo4j Browser, and a link.")
@click.option("--graphml", type=click.Path(path_type=Path), help="Write the graph of the ring into this file.")
@click.option("--reveal", is_flag=True, help="Show personal values unmasked; needs --purpose.")
@click.option("--purpose", default="", help="Why they are shown; written to the journal.")
@language_option
@json_option
def command(
    ring_id: str,
    workspace: Path | None,
    run_name: str,
    html: Path | None,
    graphml: Path | None,
    purpose: str,
    say: Say,
    *,
    reveal: bool,
    as_cypher: bool,
    as_json: bool,
) -> None:
    """Explain one ring: reasons with their baselines, what remains without each, who is in it, what else it may be.

    A lead for people to check, never a verdict; its members are often victims.
    """
    with open_workspace(workspace) as store:
        run = store.runs.find(run_name)
        ring = find_ring(store, run, ring_id)
        masker, anchor = shown(store, run, ring, by=acting(store), reveal=reveal, purpose=purpose)
    if html:
        _written(html, lambda: write_ring_page(html, ring, masker, note=f"{run.run_id} · {run.settings_hash}"))
    if graphml:
        _written(graphml, lambda: write_graphml(graphml, ring, masker))
    if as_cypher:
        click.echo(ring_as_cypher(ring, browser_address(default_home())))
        return
    if as_json:
        said = {"run_id": run.run_id, **ring_as_json(ring, masker), "anchor": anchor or None}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    _print(ring, masker, say)
    _print_end(html, graphml, anchor, say)


def _written(path: Path, write: Callable[[], None]) -> None:
    """Write a file, or say why not."""
    try:
        write()
    except OSError as error:
        raise SurroundingsError(
            f"{path} cannot be written: {error.strerror or error}", remedy="mend the rights there or name another file"
        ) from None


def _print(ring: Ring, masker: Masker, say: Say) -> None:
    console, tables = plain_console(), table_console()
    sentences = explain_ring(ring, masker)
    console.print(f"{ring.ring_id}  {say(sentences[0].zh, sentences[0].en)}", style="bold")
    for section in SECTIONS:
        # The tables stand after what explains the ring and before what stands around it.
        if section == "around":
            detail = ring_as_json(ring, masker)
            _print_shared(tables, detail["shared"], say)
            _print_members(tables, detail["members"], say)
            _print_timeline(console, ring, say)
        _print_section(console, section, [one for one in sentences[1:] if one.section == section], say)


def _print_section(console: Console, section: str, sentences: Sequence[Sentence], say: Say) -> None:
    if not sentences:
        return
    if section != "summary":
        _heading(console, say(*SECTIONS[section]))
    for one in sentences[:_MOST_SENTENCES]:
        weight = f"{one.weight:+6.1f}  " if one.weight is not None else ""
        console.print(visible(f"  {weight}{say(one.zh, one.en)}"))
        note = say(one.note_zh, one.note_en)
        if note:
            rows = say(f"；{one.rows} 行", f"; {one.rows} rows") if one.rows else ""
            console.print(visible(f"  {' ' * len(weight)}({note}{rows})"))
    if len(sentences) > _MOST_SENTENCES:
        console.print(_some(_MOST_SENTENCES, len(sentences), say))


def _heading(console: Console, text: str) -> None:
    console.print(f"\n{text}", style="bold")


def _some(shown_now: int, total: int, say: Say) -> str:
    return say(f"  显示 {shown_now} / {total}；--json 给出全部", f"  {shown_now} of {total} shown; --json prints all")


def _print_shared(console: Console, values: Sequence[Mapping[str, Any]], say: Say) -> None:
    if not values:
        return
    _heading(console, say("共用信息", "Shared values"))
    table = _columns(say, ("类型", "kind"), ("值", "value"), ("本组户数", "users here"), ("全库户数", "users in all"))
    for name in (say("首次", "first"), say("最近", "last")):
        table.add_column(name)
    for one in values[:_MOST_SHARED]:
        days = ((one[name] or "")[:10] for name in ("first_at", "last_at"))
        table.add_row(
            say(*words(VALUE_KINDS, one["kind"])),
            visible(one["value"]),
            f"{one['members']:,}",
            f"{one['holders']:,}",
            *days,
        )
    console.print(table)
    if len(values) > _MOST_SHARED:
        console.print(_some(_MOST_SHARED, len(values), say))


def _print_members(console: Console, members: Sequence[Mapping[str, Any]], say: Say) -> None:
    _heading(console, say(f"成员申请 {len(members)} 件", f"{len(members)} member requests"))
    table = _columns(
        say,
        ("申请", "request"),
        ("投保人", "applicant"),
        ("申请时间", "applied"),
        ("角色", "role"),
        ("出处", "where it stands"),
    )
    for one in members[:_MOST_MEMBERS]:
        row = one["row"]
        table.add_row(
            visible(one["request_id"]),
            visible(one["applicant_id"]),
            (one["applied_at"] or "")[:10],
            say(*words(ROLES, one["role"])),
            visible(f"{row['file']}:{row['line']}"),
        )
    console.print(table)
    if len(members) > _MOST_MEMBERS:
        console.print(_some(_MOST_MEMBERS, len(members), say))


def _columns(say: Say, *names: tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for zh, en in names:
        table.add_column(say(zh, en), overflow="fold")
    return table


def _print_timeline(console: Console, ring: Ring, say: Say) -> None:
    lines = bars(ring)
    if lines:
        _heading(console, say("申请时间", "When the requests came"))
    for line in lines:
        console.print(f"  {line}".rstrip())


def _print_end(html: Path | None, graphml: Path | None, anchor: str, say: Say) -> None:
    console = plain_console()
    console.print()
    for path in filter(None, (html, graphml)):
        console.print(say(f"已写入 {path}", f"written: {path}"))
    if anchor:
        console.print(
            say(
                f"已显示个人信息；日志锚点 {anchor}（请另存他处）",
                f"personal values are shown; journalled as {anchor} (keep this elsewhere)",
            )
        )
    console.print(
        say(
            "这是供人工核查的线索，不是结论；成员往往是受害者。",
            "A lead for people to check, never a verdict; members are often victims.",
        )
    )
