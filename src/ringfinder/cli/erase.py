"""`ringfinder erase`: take everything of one person out of the workspace."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.cli.options import json_option, language_option, open_workspace, plain_console, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.cli.store.indexing import index_anew
from ringfinder.cli.store.noting import keeper, noted
from ringfinder.errors import InputError
from ringfinder.pipeline.erase import Erasure, erase
from ringfinder.store import DEFAULT_WAIT


@click.command("erase")
@workspace_option
@click.option("--subject", metavar="PERSON", help="A customer number; all numbers with the same valid ID go with it.")
@click.option("--purpose", default="", metavar="TEXT", help="Why; it is journalled and must not name the person.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--resume", is_flag=True, help="Finish what was cut short, and erase nobody else.")
@click.option(
    "--wait", default=DEFAULT_WAIT, show_default=True, help="Seconds to wait for loads, runs and syncs to end."
)
@language_option
@json_option
def command(
    workspace: Path | None,
    subject: str | None,
    purpose: str,
    wait: float,
    say: Say,
    *,
    yes: bool,
    resume: bool,
    as_json: bool,
) -> None:
    """Erase a person: rows, policies, papers, members of stored runs, copies; later loads turn that person away.

    What cannot be undone is asked first. A legal hold must end before.
    """
    if resume == (subject is not None):
        raise InputError("nobody to erase, or two things to do", remedy="give --subject PERSON, or --resume")
    with open_workspace(workspace) as store:
        by = keeper(store, "erase a person")
        if subject is None:
            finished = store.resume(wait)
            index_anew(store, say, wait)
            if as_json:
                click.echo(json.dumps({"finished": finished}))
            else:
                click.echo(
                    say(f"已完成 {finished} 项中断的删除", f"{finished} erasures that were cut short are finished")
                )
            return
        if not yes:
            click.confirm(
                say("删除该客户的全部数据？无法撤销。", "Erase everything of this person? It cannot be undone."),
                abort=True,
                err=True,
            )
        done = erase(store, subject, purpose, by.name, noted(store, by), wait)
        indexed = index_anew(store, say, wait)
    if as_json:
        left = [str(path) for path in done.left]
        said = {"erasure": done.erasure_id, "subject": done.subject_key, **done.counts, "left": left, "index": indexed}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _print(done, say)


def _print(done: Erasure, say: Say) -> None:
    console = plain_console()
    for zh, en, counts in (
        ("删除的行", "rows removed", done.counts["rows"]),
        ("置空的单元格", "cells blank in rows of others", done.counts["cells"]),
        ("其他文件", "other files", done.counts["files"]),
    ):
        told = ", ".join(f"{name} {count:,}" for name, count in counts.items()) or say("无", "none")
        console.print(f"{say(zh, en)}: {told}")
    if done.left:
        console.print(
            say(
                "注意：这些文件中仍有相同的字样（可能属于他人）：",
                "note: the same words still stand in these files (they may be somebody else's):",
            )
        )
        for path in done.left:
            console.print(f"  {path}")
    console.print(
        say(
            f"删除 {done.erasure_id} 完成。Neo4j 中的图须重新同步：ringfinder neo4j sync。备份与源系统由运营方处理。",
            f"erasure {done.erasure_id} is done. The graph in Neo4j: ringfinder neo4j sync. "
            "Backups and the systems that deliver the data are the operator's.",
        )
    )
