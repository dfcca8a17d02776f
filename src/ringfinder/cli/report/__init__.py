"""`ringfinder report ...`: reports that leave the house, from their approval to the recipient's reply."""

from __future__ import annotations

import click

from ringfinder.cli.lazy import LazyGroup

COMMANDS: dict[str, str] = {
    "approvals": "Ask for, give, withdraw and list approvals of unmasked reports.",
    "correct": "Write the correction notice of a report that was sent.",
    "corrections": "List sent reports whose ring differs in the current run.",
    "lead": "Write the lead report of a ring as a signed bundle.",
    "list": "List the reports that were made.",
    "receipt": "Record that a report arrived.",
    "reply": "Record what the recipient replied.",
    "sent": "Record to whom a report was sent, when and by what way.",
    "show": "Show one report, and to whom it went.",
    "verify": "Tell whether a bundle is whole and its sender's; needs no workspace.",
}
"""Each command lives in `ringfinder.cli.report.<name>` as the object `command`."""


@click.group("report", cls=LazyGroup, package=__name__, table=COMMANDS)
def command() -> None:
    """Make and verify reports that leave the house; who allowed them, and to whom they went."""
