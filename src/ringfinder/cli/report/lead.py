"""`ringfinder report lead`: the lead report of a ring as a signed bundle."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.options import json_option, language_option, run_option, workspace_option
from ringfinder.cli.report.registers import opened, tell_issued
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.pipeline.lead_reports import issue_lead
from ringfinder.registers import Kind
from ringfinder.report.bundle import Asked
from ringfinder.report.bundle.issuing import LANGUAGES


@click.command("lead")
@click.argument("ring_id", metavar="RING")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The bundle: a folder, or NAME.zip.")
@click.option("--to", required=True, metavar="RECIPIENT", help="The one whom the report is for.")
@click.option("--purpose", default="", metavar="TEXT", help="Why; an unmasked report has to say it.")
@click.option(
    "--unmasked", is_flag=True, help="Show personal data; needs an approval for this ring, run and recipient."
)
@click.option(
    "--template",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A letter of your own (DOCX) with fields such as {{ring}}, {{summary}} and {{members}}.",
)
@click.option("--text", type=click.Choice(LANGUAGES), default="both", show_default=True, help="Language of the report.")
@run_option
@workspace_option
@language_option
@json_option
def command(
    ring_id: str,
    out: Path,
    to: str,
    purpose: str,
    template: Path | None,
    text: str,
    run_name: str,
    *,
    workspace: Path | None,
    say: Say,
    unmasked: bool,
    as_json: bool,
) -> None:
    """Write the lead report (线索报告) of RING: Word, Excel, JSON, a page and the evidence rows, in a signed bundle.

    A lead for people to check, never a verdict; its members are often victims. Masked unless another user approved.
    """
    with opened(workspace, say) as store:
        run = store.runs.find(run_name)
        asked = Asked(Kind.LEAD, ring_id, run, to, text, masked=not unmasked, purpose=purpose)
        letter = template.read_bytes() if template else None
        issued = issue_lead(store, asked, out, acting(store), template=letter)
    tell_issued(issued, say, as_json=as_json)
