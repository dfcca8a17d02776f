"""The account of a load as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ringfinder.cli.speech import Say, in_english
from ringfinder.pipeline.load import Progress as Report
from ringfinder.records.portfolio import Tally

_MOST = 20


def print_account(console: Console, tallies: Sequence[Tally], say: Say = in_english, *, by_table: bool = False) -> None:
    """Print `read = loaded + rejected + merged` for each file, or for each table where there are no files."""
    table = Table(box=None, pad_edge=False)
    table.add_column(say("表", "table") if by_table else say("文件", "file"))
    for zh, en in (("读入", "read"), ("载入", "loaded"), ("退回", "rejected"), ("合并", "merged")):
        table.add_column(say(zh, en), justify="right")
    for tally in tallies:
        name = tally.table if by_table else tally.file
        table.add_row(name, *(f"{n:,}" for n in (tally.read, tally.loaded, tally.rejected, tally.merged)))
    console.print(table)


def print_warnings(console: Console, warnings: Sequence[str], say: Say = in_english) -> None:
    """Print the first warnings, and how many there are."""
    for warning in warnings[:_MOST]:
        console.print(f"{say('注意：', 'note: ')}{warning}", highlight=False)
    if len(warnings) > _MOST:
        total = len(warnings)
        console.print(
            say(f"注意：共 {total} 条，显示 {_MOST} 条", f"note: {_MOST} of {total} notes shown"), highlight=False
        )


@contextmanager
def progress_bar() -> Iterator[Report | None]:
    """A progress bar on a terminal; nothing where the output goes elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def report(done: int, total: int, what: str) -> None:
            # Where the number of steps is not known, the bar moves and the name of the step tells.
            bar.update(task, completed=done, total=total or None, description=what or "writing")

        yield report
