"""What a stored run looked at, and with which settings: for whoever looks at it again."""

from __future__ import annotations

from dataclasses import fields

from ringfinder.detect.settings import DetectSettings
from ringfinder.errors import SurroundingsError
from ringfinder.pipeline.detection import windowed
from ringfinder.records.portfolio import Portfolio
from ringfinder.store import Known, Run, Workspace

Note = tuple[str, str]
"""A remark in Chinese and in English."""


def facts_of(workspace: Workspace, run: Run, notes: list[Note], *, as_written: bool = True) -> Portfolio:
    """The facts that the run looked at; remarks for the user go into `notes`.

    Raises
    ------
    SurroundingsError
        If some of them are gone.
    """
    now = workspace.known()
    batches = [batch for batch in now.batches if batch.batch_id in run.batches]
    if len(batches) < len(run.batches):
        raise SurroundingsError(
            f"{len(run.batches) - len(batches)} batches that {run.run_id} looked at are gone",
            remedy="detect again, then ask again",
        )
    folded = sum(batch.folds_intake for batch in now.batches if batch.batch_id not in run.batches)
    later = len(now.batches) - len(batches) - folded
    if later:
        notes.append(
            (
                f"此后又载入了 {later} 批数据，{run.run_id} 未曾看到；重新检测后再问即可包含在内。",
                f"{later} batch(es) were loaded that {run.run_id} has not seen; detect again to have them looked at.",
            )
        )
    if now.intake > run.intake:
        notes.append(
            (
                f"此后又逐条录入了数据，{run.run_id} 未曾看到；重新检测后再问即可包含在内。",
                f"rows were recorded one by one that {run.run_id} has not seen; detect again to have them looked at.",
            )
        )
    known = Known(tuple(batches), run.intake)
    portfolio = workspace.facts(known, as_written=as_written)
    if portfolio.as_of != run.as_of:
        portfolio = workspace.facts(known, run.as_of, as_written=as_written)
    return portfolio if run.window_months is None else windowed(portfolio, run.window_months)


def settings_of(run: Run, notes: list[Note]) -> DetectSettings:
    """The settings of the run; constants that came later have their defaults."""
    known = {field.name for field in fields(DetectSettings)}
    settings = DetectSettings(**{name: value for name, value in run.settings.items() if name in known})
    if settings.hash != run.settings_hash:
        notes.append(
            (
                f"{run.run_id} 的参数来自另一版本的程序；未知者取默认值。",
                f"the settings of {run.run_id} are of another version of the program; what it lacks has its default.",
            )
        )
    return settings
