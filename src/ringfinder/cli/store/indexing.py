"""The index that went with what was taken out, made anew."""

from __future__ import annotations

import click

from ringfinder.cli.speech import Say
from ringfinder.errors import SurroundingsError
from ringfinder.pipeline.reindex import missing_index
from ringfinder.store import Workspace


def index_anew(workspace: Workspace, say: Say, wait: float) -> bool:
    """Make the index of the current run where it has none; where that fails, say so: what was taken out is gone."""
    try:
        missing_index(workspace, wait)
    except SurroundingsError as error:
        zh = f"已删除，但当前运行的索引未能重建，筛查与查找暂不可用：{error.message}。请执行 ringfinder index"
        en = f"it is gone, but the index was not made anew, which screening and search need: {error.message}"
        click.echo(say(zh, f"{en}. Make it: ringfinder index"), err=True)
        return False
    return True
