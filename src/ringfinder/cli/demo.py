"""`ringfinder demo`: a small portfolio from end to end, told on one screen."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click
from rich.console import Console

from ringfinder.demo import BOTH, FEWEST, WIDTH, facts_of, screen, work


@click.command("demo")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Another seed, another portfolio."
)
@click.option("--requests", default=6000, show_default=True, help=f"Number of surrender requests, at least {FEWEST}.")
@click.option("--out", default="demo", show_default=True, type=click.Path(path_type=Path), help="Folder for all of it.")
@click.option(
    "--lang", type=click.Choice(["zh", "en", BOTH]), default=BOTH, show_default=True, help="Language of the screen."
)
def command(seed: int, requests: int, out: Path, lang: str) -> None:
    """Make a portfolio with planted rings, load it, find them, and tell what was found, cleared and missed.

    Everything on the screen comes from that run: another seed tells another story.
    """
    progress = Console(stderr=True)
    with progress.status("") as status:
        done = work(out, seed, requests, status.update if progress.is_terminal else None)
    console = Console(soft_wrap=True, highlight=False, markup=False, width=WIDTH)
    for line in screen(facts_of(done), lang, _called()):
        console.print(line.text, style="bold" if line.heading else None)


def _called() -> str:
    """How the program is called: by its name where the shell finds it, by its path from here, or as a module."""
    if shutil.which("ringfinder"):
        return "ringfinder"
    path = Path(sys.argv[0])
    if path.stem != "ringfinder":
        return f"{Path(sys.executable).name} -m ringfinder"
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
