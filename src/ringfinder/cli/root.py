"""The root command, the table of its parts, and the one place where errors become exit codes."""

from __future__ import annotations

import errno
import gc
import os
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

import click

from ringfinder import __version__
from ringfinder.cli.lazy import LazyGroup
from ringfinder.errors import InputError, RingfinderError, SurroundingsError

COMMANDS: dict[str, str] = {
    "at-risk": "List policies in force that rings may be about to reach, for protection and callback.",
    "check": "Look at a folder of tables before loading it; writes nothing.",
    "cypher": "Ask the graph in Neo4j with the library of queries.",
    "demo": "Make a small portfolio, find its rings, and tell on one screen what came of it.",
    "detect": "Find rings in the workspace; the run and the rings' ids are kept.",
    "diff": "Compare two runs: rings that are new, changed or gone, and why.",
    "erase": "Take everything of one person out of the workspace.",
    "evaluate": "Compare the rings of a run with known truth.",
    "index": "Make the index of a run again, which screening and the service look things up in.",
    "jobs": "Look at the long work of the service, end it, or do it without the service.",
    "journal": "Look at who saw and did what, and whether somebody laid hands on it.",
    "keys": "Make, list and revoke API keys.",
    "leads": "List what the patterns of the Cypher library found.",
    "load": "Load a folder of tables, or a database, into the workspace.",
    "mapping": "Make a mapping from an insurer's own headers.",
    "neo4j": "Look at the rings in Neo4j: a server of one's own, started, asked and ended.",
    "normalize": "Print normal forms: one value a line in, one line out.",
    "refunds": "Look at how refunds were paid: payees, new and shared accounts, payments after complaints.",
    "report": "Make and verify reports that leave the house; who allowed them, and to whom they went.",
    "ring": "Explain one ring; write its page or its graph.",
    "rings": "List the rings of a run.",
    "run": "Load and detect in one go, and write the rings with their reasons.",
    "runs": "List the runs of detection in the workspace.",
    "screen": "Screen one incoming request by the last run; writes nothing.",
    "serve": "Serve the workspace to investigators over HTTP.",
    "settings": "Show the settings of detection, to change them in a file of one's own.",
    "simulate": "Make a portfolio with planted rings and honest look-alikes.",
    "stats": "Count a period: rates beside their cohorts, warnings, reasons, rings, refunds, coverage.",
    "store": "Look after what the workspace holds: intake, legal holds, retention.",
    "users": "Make, list and revoke users, and link them with OIDC subjects.",
    "why": "Tell why a request, a person or a value is in a ring, or in none.",
}
"""Each command lives in `ringfinder.cli.<name>` as the object `command`; a hyphen is an underscore there."""

INTERRUPTED = 130
_OBJECTS_BETWEEN_COLLECTIONS = 100_000
_SURROUNDINGS = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO}


@click.group(
    cls=LazyGroup,
    package="ringfinder.cli",
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="ringfinder")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=True),
    help="Folder of the data [default: $RINGFINDER_WORKSPACE, else ringfinder-data].",
)
@click.pass_context
def root(ctx: click.Context, workspace: Path | None) -> None:
    """Find proxy-surrender rings in an insurer's tables: leads for people, never verdicts."""
    ctx.obj = workspace


def main(argv: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with the exit code of `ringfinder.errors`."""
    # Tables stay until the end and hold no cycles: looking for some at every 700 new objects, and once
    # more at the end, took a tenth of the time of `run`.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    code = run(argv)
    gc.freeze()
    sys.exit(code)


def run(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code; errors are told in one sentence."""
    try:
        result: Any = root.main(args=argv, prog_name="ringfinder", standalone_mode=False)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not an error, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place that turns errors into exit codes
        return _explain(error)
    return result if isinstance(result, int) else 0


def _explain(error: BaseException) -> int:
    """Tell `error` in one sentence with its remedy, and return the exit code of its family."""
    match error:
        case click.Abort() | KeyboardInterrupt():
            _tell("interrupted: whole batches and finished files stay, nothing half-done does")
            return INTERRUPTED
        case click.ClickException():
            error.show()
            return InputError.exit_code
        case RingfinderError():
            _tell(f"error: {error.message}", error.remedy)
            return error.exit_code
        case OSError() if error.errno in _SURROUNDINGS:
            place = error.filename or "output"
            _tell(f"error: {error.strerror}: {place}", "free space or mend the permissions, then repeat")
            return SurroundingsError.exit_code
        case MemoryError():
            _tell("error: not enough memory", "close other programs or load the tables in smaller folders")
            return SurroundingsError.exit_code
        case _:
            return _bug(error)


def _tell(*lines: str) -> None:
    for line in lines:
        if line:
            click.echo(line, err=True)


def _bug(error: BaseException) -> int:
    """Write the traceback (frames only, never values) to a file and say how to report it."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    path = Path(f"ringfinder-error-{os.getpid()}.txt")
    text = f"ringfinder {__version__}, Python {sys.version.split()[0]}\n{type(error).__name__}\n{frames}"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        _tell(text)
    _tell(
        f"error: this is a bug in ringfinder ({type(error).__name__})",
        f"please report it with {path.name}, which holds places in our code and none of your data",
    )
    return RingfinderError.exit_code
