"""Tables of the statistics on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from ringfinder.cli.speech import Say
from ringfinder.report.written import visible
from ringfinder.statistics.tables import Cell, Column, Kind, StatTable, outside, words_of

_NUMBERS = (Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.CHANCE)
_FORMS = {Kind.COUNT: ",.0f", Kind.MONEY: ",.2f", Kind.SHARE: ".1%", Kind.CHANCE: ".2g"}


def print_stat_table(
    console: Console, one: StatTable, say: Say, most: int, leave: frozenset[str] = frozenset()
) -> None:
    """Print the first rows of a table without some columns, and how many rows there are."""
    console.print(f"\n{say(*one.title)}", style="bold")
    if not one.rows:
        console.print(say("  无", "  none"))
        return
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    shown = [(place, column) for place, column in enumerate(one.columns) if column.name not in leave]
    for _, column in shown:
        drawn.add_column(say(*column.words), justify="right" if column.kind in _NUMBERS else "left", overflow="fold")
    for row in one.rows[:most]:
        drawn.add_row(*(_shown(column, row[place], say) for place, column in shown))
    console.print(drawn)
    if len(one.rows) > most:
        console.print(say(f"显示 {most} / {len(one.rows)}", f"{most} of {len(one.rows)} shown"))


def _shown(column: Column, cell: Cell, say: Say) -> str:
    said = outside(column.kind, cell)
    if said is None or column.kind not in _FORMS:
        return visible(say(*words_of(column, said)))
    return format(float(said), _FORMS[column.kind])
