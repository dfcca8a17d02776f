"""The demo as a newcomer meets it: one screen that is made of that run's results, on any seed."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.cells import cell_len

from ringfinder.cli.root import run
from ringfinder.demo import WIDTH
from ringfinder.evaluate import Evaluation, TrueRing, evaluate_folder, outcomes, read_found, read_truth

SEEDS = range(1, 21)
MOST_LINES = 70
HEADINGS = {
    "zh": ("虚构组合", "1 每一行", "2 两个枢纽", "3 最突出", "4 一个相似", "5 一个没有找到", "6 与埋设", "7 接下来"),
    "en": (
        "A made-up",
        "1 Every row",
        "2 Two hubs",
        "3 The three",
        "4 A look-alike",
        "5 A ring",
        "6 Compared",
        "7 Go on",
    ),
}
PERSONAL = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{16,19}|0[0-9]{9,11})(?![0-9])")

Pairs = dict[str, str]


@dataclass(frozen=True)
class Told:
    """The screen of one demo, and the files beside it."""

    code: int
    screen: str
    folder: Path

    def pairs(self, name: str) -> Pairs:
        with (self.folder / "portfolio.labels" / name).open(encoding="utf-8", newline="") as lines:
            return {row[0]: row[1] for row in list(csv.reader(lines))[1:]}

    def flagged(self) -> set[str]:
        rings = read_found(self.folder / "rings").rings
        return {request for ring in rings if ring.flagged for request in ring.roles}

    def outcomes(self) -> dict[str, TrueRing]:
        labels = self.folder / "portfolio.labels" / "labels.csv"
        return {one.ring_id: one for one in outcomes(read_found(self.folder / "rings"), read_truth(labels))}

    def evaluation(self) -> Evaluation:
        return evaluate_folder(self.folder / "rings", self.folder / "portfolio.labels" / "labels.csv")


Tell = Callable[..., Told]


@pytest.fixture
def tell(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tell:
    monkeypatch.chdir(tmp_path)

    def demo(*arguments: str) -> Told:
        capfd.readouterr()
        code = run(["demo", *arguments])
        out, err = capfd.readouterr()
        assert code or not err
        return Told(code, out, tmp_path / "demo")

    return demo


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_tells_its_story(tell: Tell, seed: int) -> None:
    told = tell("--seed", str(seed))
    assert told.code == 0
    lines = told.screen.splitlines()
    assert len(lines) <= MOST_LINES
    assert max(map(cell_len, lines)) <= WIDTH
    for zh, en in zip(*HEADINGS.values(), strict=True):
        assert any(line.startswith(zh) and en.lstrip("1234567 ") in line for line in lines), zh
    assert not PERSONAL.search(told.screen)

    of = {shows: ring for ring, shows in told.pairs("staged.csv").items()}
    became, flagged = told.outcomes(), told.flagged()
    assert became[of["hub"]].found
    assert became[of["hub"]].flagged > 50, "the ring on one phone is flagged, with more clients than a cap would allow"
    assert not became[of["unseen"]].found
    line = {request for request, cause in told.pairs("honest.csv").items() if cause == "branch_line"}
    assert len(line) > became[of["hub"]].requests
    assert not line & flagged
    findable = [ring for ring in became.values() if ring.ring_id != of["unseen"]]
    found = sum(ring.found for ring in became.values())
    assert sum(ring.found for ring in findable) >= 0.6 * len(findable)
    false = told.evaluation().false_rings
    assert false <= 2

    assert (
        f"埋设 planted {len(became)}，找到 found {found}，漏掉 missed {len(became) - found}，误报 false {false}"
        in told.screen
    )
    hubs = next(text for text in lines if "In truth:" in text)
    assert f"planted ring {of['hub']}" in hubs
    assert "a branch's own second line" in hubs
    assert "A cap of 50" in hubs
    assert f"{of['unseen']} ({became[of['unseen']].requests} requests, built to be missed)" in told.screen
    assert "2999-12-31" in told.screen


def test_one_language_alone_and_another_seed(tell: Tell) -> None:
    zh, en = (tell("--seed", "2", "--requests", "2000", "--lang", language).screen for language in ("zh", "en"))
    for language, screen, other in (("zh", zh, en), ("en", en, zh)):
        assert all(any(line.startswith(one) for line in screen.splitlines()) for one in HEADINGS[language])
        assert not any(one.lstrip("1234567 ") in other for one in HEADINGS[language])
    numbers = re.compile(r"RF-[0-9A-Z]{8}|T[0-9]{5}")
    assert set(numbers.findall(zh)) == set(numbers.findall(en))
    assert max(en, default="") < "\u4e00", "no Chinese character on the English screen"
    assert tell("--seed", "3", "--requests", "2000", "--lang", "en").screen != en


def test_each_number_of_the_account_is_that_of_the_files(tell: Tell) -> None:
    told = tell("--requests", "2000", "--lang", "en")
    for path in (told.folder / "portfolio").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = sum(1 for _ in csv.reader(lines)) - 1
        assert re.search(rf"\b{path.stem} {rows:,}=", " ".join(told.screen.split())), path.stem
    file, line, column, value = re.findall(r'for one: (\S+) line (\d+), (\S+) "([^"]*)"', told.screen)[0]
    with (told.folder / "portfolio" / file).open(encoding="utf-8", newline="") as lines:
        rows_of = list(csv.reader(lines))
    assert rows_of[int(line) - 1][rows_of[0].index(column)] == value


def test_the_commands_to_go_on_with_work(tell: Tell, capfd: pytest.CaptureFixture[str]) -> None:
    told = tell("--requests", "2000", "--lang", "en")
    after = told.screen.partition("7 Go on")[2]
    commands = [line.split("  ")[1] for line in after.splitlines() if "--" in line or " why " in line]
    assert len(commands) == 4
    for command in commands:
        before, name, arguments = command.partition("ringfinder ")
        assert name, command
        assert before == "" or before.endswith(("/", " -m ")), command
        assert run(shlex.split(arguments)) == 0, capfd.readouterr().err
    assert Path("ring.html").is_file()
    assert Path(re.findall(r"Open (\S+) in", after)[0]).is_file()


def test_an_earlier_demo_is_replaced_and_nothing_else_is(tell: Tell, tmp_path: Path) -> None:
    first = tell("--requests", "2000")
    assert tell("--requests", "2000").screen == first.screen
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    (tmp_path / "file").touch()
    assert [tell("--out", name).code for name in ("mine", "file")] == [2, 2]
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_too_few_requests_are_refused(tell: Tell, tmp_path: Path) -> None:
    assert tell("--requests", "1999").code == 2
    assert not list(tmp_path.iterdir())
