"""Pictures of a period as SVG, with their text as text: the reader's machine has the fonts, ours need have none."""

from __future__ import annotations

import io
import logging
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ringfinder.report.words import Words
from ringfinder.statistics.facts import BRANCH, MONTH
from ringfinder.statistics.libraries import library
from ringfinder.statistics.rates import Rate
from ringfinder.statistics.summary import PeriodStatistics
from ringfinder.statistics.words import NAMES, UNKNOWN

_FONTS = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
_DRAWN_FONT = "DejaVu Sans"  # comes with the library; measures only, the reader's fonts are named instead
_INK, _DIM, _BLUE, _RED, _GREY, _OCHRE = "#1c2733", "#566370", "#1f5a94", "#a4262c", "#b8c2cb", "#b0651a"
_MOST, _MOST_BARS = 15, 36
_WIDTH = 6.2  # inches
Pick = Callable[[Words], str]


@dataclass(frozen=True)
class Picture:
    """A picture in Chinese and in English, with its title."""

    title: Words
    zh: bytes
    en: bytes


@dataclass(frozen=True)
class _Bar:
    """A line of a bar chart."""

    name: Words
    value: float


def pictures(found: PeriodStatistics) -> list[Picture]:
    """The pictures of a period; one of which there is nothing to show is left out.

    Raises
    ------
    SurroundingsError
        If the library is not installed.
    """
    drawn = [
        _twice(("每月申请与投诉", "Requests and complaints by month"), lambda pick: _months(found, pick)),
        _forest(found, "surrender_rate", BRANCH),
        _forest(found, "negotiated_share", BRANCH),
        _warned(found),
        _bars(("退保原因（申请数）", "Reasons of surrender (requests)"), _reasons(found), _BLUE),
        _bars(
            ("退款监督：各项发现的笔数", "Supervision of refunds: refunds with each finding"),
            [_Bar(NAMES[one.finding], one.refunds) for one in found.refunds.sums],
            _OCHRE,
        ),
        _bars(
            ("线索中的索要超额（万元）", "Requested above cash value, in rings (10,000 yuan)"),
            [
                _Bar(_both(NAMES[one.tier], NAMES.get(one.kind, (one.kind, one.kind))), one.money.requested / 1e6)
                for one in found.by_kind
            ],
            _RED,
        ),
    ]
    return [one for one in drawn if one is not None]


def _both(first: Words, second: Words) -> Words:
    return f"{first[0]}·{second[0]}", f"{first[1]}, {second[1]}"


def _reasons(found: PeriodStatistics) -> list[_Bar]:
    named = {None: UNKNOWN, "rare": NAMES["rare"]}
    return [_Bar(named.get(one.reason, (one.reason or "", one.reason or "")), one.requests) for one in found.reasons]


def _twice(title: Words, draw: Callable[[Pick], Any]) -> Picture:
    with _quietly():
        return Picture(title, _svg(draw(lambda words: words[0])), _svg(draw(lambda words: words[1])))


@contextmanager
def _quietly() -> Iterator[None]:
    """Glyphs that the measuring font lacks are no matter: the text is drawn elsewhere."""
    logger = logging.getLogger("matplotlib.font_manager")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            yield
    finally:
        logger.setLevel(before)


def _figure(lines: float, left: float, below: float = 0.3) -> tuple[Any, Any]:
    """A figure with one plain set of axes, without the global state of pyplot.

    Parameters
    ----------
    lines, below
        Height of the axes, and of what stands under them, in inches.
    left
        Room for names, as a share of the width.
    """
    height = lines + below + 0.2
    figure = library("matplotlib.figure").Figure(figsize=(_WIDTH, height))
    axes = figure.add_axes((left, below / height, 0.95 - left, lines / height))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=9, colors=_INK)
    axes.grid(visible=True, axis="x", color="#e6eaee", linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def _svg(figure: Any) -> bytes:
    """The figure as SVG: text stays text, and the same figure gives the same bytes."""
    matplotlib = library("matplotlib")
    written = io.BytesIO()
    with matplotlib.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": "ringfinder", "font.family": _DRAWN_FONT, "font.size": 9}
    ):
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue().replace(f"'{_DRAWN_FONT}'".encode(), _FONTS.encode())


def _months(found: PeriodStatistics, pick: Pick) -> Any:
    counted = found.of(MONTH)
    figure, axes = _figure(2.3, 0.07)
    places = range(len(counted.names))
    shown = (
        ("requests", ("申请", "requests"), _GREY, -0.27),
        ("negotiated", ("协议退保", "negotiated"), _RED, 0.0),
        ("complaints", ("投诉", "complaints"), _BLUE, 0.27),
    )
    for name, words, colour, beside in shown:
        if name not in counted.counts:
            continue
        if len(counted.names) > _MOST_BARS:
            axes.plot(places, counted.counts[name], color=colour, label=pick(words))
        else:
            axes.bar([place + beside for place in places], counted.counts[name], 0.26, color=colour, label=pick(words))
    step = max(1, math.ceil(len(counted.names) / 8))
    axes.set_xticks(list(places)[::step], counted.names[::step])
    axes.grid(visible=False, axis="x")
    axes.grid(visible=True, axis="y", color="#e6eaee", linewidth=0.8)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=3, frameon=False, fontsize=9)
    figure.set_figheight(3.1)
    return figure


def _forest(found: PeriodStatistics, measure: str, dimension: str) -> Picture | None:
    """Rates of one measure with their intervals, beside the rate of the whole."""
    rows = [one for one in found.rates if (one.measure, one.dimension) == (measure, dimension) and one.denominator]
    rows = sorted(rows, key=lambda one: -one.denominator)[:_MOST]
    whole = next((one for one in found.overall if one.measure == measure and one.denominator), None)
    if whole is None or not rows:
        return None
    level = NAMES.get(whole.level)
    title = _joined(NAMES[measure], level, dimension)
    return _twice(title, lambda pick: _intervals(rows, pick, whole.rate))


def _joined(measure: Words, level: Words | None, dimension: str) -> Words:
    zh, en = NAMES[dimension]
    said = ("", "") if level is None else (f"（{level[0]}）", f" ({level[1]})")
    return f"按{zh}：{measure[0]}{said[0]}", f"{measure[1].capitalize()}{said[1]} by {en}"


def _warned(found: PeriodStatistics) -> Picture | None:
    rows = found.warnings[:_MOST]
    if not rows:
        return None
    title = ("预警名单：比率与对照", "Warnings: rates beside their cohorts")
    return _twice(title, lambda pick: _intervals(rows, pick, None))


def _intervals(rows: Sequence[Rate], pick: Pick, whole: float | None) -> Any:
    """A line for each rate: its interval, its place, and its cohort's as a hollow mark."""
    names = [_named(one, pick, measure=whole is None) for one in rows]
    figure, axes = _figure(0.15 + 0.25 * len(rows), _left(names), 0.5)
    for place, one in enumerate(rows):
        high = one.high if math.isfinite(one.high) else one.rate
        axes.plot([one.low, high], [place, place], color=_DIM, linewidth=2)
        axes.plot([one.rate], [place], "o", color=_RED if whole is None else _BLUE, markersize=6)
        if math.isfinite(one.cohort_rate):
            axes.plot([one.cohort_rate], [place], "D", color=_INK, markersize=5, fillstyle="none")
    if whole is not None:
        axes.axvline(whole, color=_INK, linewidth=0.8, linestyle="--")
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(library("matplotlib.ticker").PercentFormatter(1.0))
    axes.set_xlabel(
        pick(("● 比率与 95% 区间　◇ 对照　┆ 全部", "● rate and 95 % interval   ◇ cohort   ┆ all")), fontsize=9
    )
    return figure


def _named(one: Rate, pick: Pick, *, measure: bool) -> str:
    value = one.value if one.value is not None else pick(UNKNOWN)
    if not measure:
        return f"{value} (n={one.denominator:,})"
    return f"{value} · {pick(NAMES[one.measure])} (n={one.denominator:,})"


def _bars(title: Words, bars: Sequence[_Bar], colour: str) -> Picture | None:
    """Horizontal bars, the longest first as they come; at most fifteen."""
    shown = list(bars)[:_MOST]
    if not any(bar.value for bar in shown):
        return None

    def draw(pick: Pick) -> Any:
        names = [pick(bar.name) for bar in shown]
        figure, axes = _figure(0.15 + 0.25 * len(shown), _left(names))
        drawn = axes.barh(range(len(shown)), [bar.value for bar in shown], 0.65, color=colour)
        axes.bar_label(drawn, [_short(bar.value) for bar in shown], padding=3, fontsize=9, color=_INK)
        axes.set_yticks(range(len(shown)), names)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.margins(x=0.12)
        return figure

    return _twice(title, draw)


def _short(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _left(names: Sequence[str]) -> float:
    """Room for the longest name, as a share of the width: a Chinese character is as wide as it is high."""
    longest = max((sum(9.0 if ord(letter) > 0x2E80 else 5.4 for letter in name) for name in names), default=0)  # noqa: PLR2004
    return min(0.66, (longest + 16) / (_WIDTH * 72))
