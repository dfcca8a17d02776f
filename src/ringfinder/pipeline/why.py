"""Why a request, a person or a value is in no ring of a run: the run's analysis once more, and one question to it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ringfinder.detect.analysis import Stopwatch, analyse
from ringfinder.detect.inquiry import Inquiry
from ringfinder.detect.why import explain_all, suggestions
from ringfinder.errors import InputError
from ringfinder.identity import Principal
from ringfinder.normalize.masking import mask
from ringfinder.pipeline.again import Note, facts_of, settings_of
from ringfinder.pipeline.detection import Progress
from ringfinder.pipeline.stored import check_reveal
from ringfinder.records.findings import Findings
from ringfinder.report.masking import Masker
from ringfinder.report.why import masker_of
from ringfinder.store import Run, Workspace


@dataclass(frozen=True)
class Answer:
    """What was found, how its values are shown, and what to know about the run.

    Parameters
    ----------
    anchor
        Of the entry in the journal where values are revealed; empty where they are masked.
    """

    run: Run
    findings: Findings
    notes: tuple[Note, ...]
    masker: Masker
    anchor: str = ""


def answer(
    workspace: Workspace,
    run_name: str,
    asked: str,
    kind: str | None = None,
    *,
    by: Principal,
    reveal: bool = False,
    purpose: str = "",
    progress: Progress | None = None,
) -> Answer:
    """Look into a run again, with its batches, dates and settings.

    Raises
    ------
    InputError
        If nothing is known by that name (with near ones), or values are to be revealed without a purpose, or
        to somebody who may not see them.
    SurroundingsError
        If the facts or files of the run are gone.
    """
    if reveal:
        check_reveal(by, purpose)
    run = workspace.runs.find(run_name)
    asker = Asker(workspace, run, progress)
    findings = asker.find(asked, kind)
    return Answer(
        run,
        findings,
        asker.notes,
        masker_of(findings, reveal=reveal),
        _anchor(workspace, run, findings, by, purpose) if reveal else "",
    )


class Asker:
    """The analysis of a run once more, kept for one question after another.

    Raises
    ------
    SurroundingsError
        If the facts or files of the run are gone.
    """

    def __init__(self, workspace: Workspace, run: Run, progress: Progress | None = None) -> None:
        notes: list[Note] = []
        portfolio = facts_of(workspace, run, notes)
        settings = settings_of(run, notes)
        members = workspace.runs.files(run.number).members(("ring_id", "request_id"))
        names = dict(zip(members["request_id"].to_pylist(), members["ring_id"].to_pylist(), strict=True))
        watch = Stopwatch((lambda step: progress(0, 0, step)) if progress else None)
        self.run = run
        self._inquiry = Inquiry(analyse(portfolio, settings, watch), settings, names)
        watch.begin("")
        if self._inquiry.differs:
            notes.append(
                (
                    f"重新分析所得的线索与 {run.run_id} 存档的不同（程序已更新）；请重新检测。",
                    f"today's rings differ from those stored with {run.run_id} (the program changed); detect again.",
                )
            )
        self.notes = tuple(notes)

    def find(self, asked: str, kind: str | None = None, branches: AbstractSet[str] | None = None) -> Findings:
        """What is known of a request, a person or a value.

        Parameters
        ----------
        branches
            Whose requests may be seen, all where None: of what hangs on others alone nothing is known.

        Raises
        ------
        InputError
            If nothing is known by that name, with near ones for who may see all.
        """
        inquiry = self._inquiry if branches is None else self._inquiry.bound_to(branches)
        findings = explain_all(inquiry, asked, kind)
        if not findings and branches is not None:
            raise InputError(
                f"nothing of your branches has that name in {self.run.run_id}",
                remedy="look it up in the tables, or ask somebody who is bound to no branch",
            )
        if not findings:
            raise _unknown(self._inquiry, self.run, asked, kind)
        return findings


def _unknown(inquiry: Inquiry, run: Run, asked: str, kind: str | None) -> InputError:
    """Nothing has that name; near ones are named, values masked."""
    near = [
        f"{key.kind} {mask(key.kind, key.value) if key.kind not in _IDS else key.value}"
        for key in suggestions(inquiry, asked, kind)
    ]
    wanted = f"{kind} like that" if kind else "request, person, policy or value like that"
    remedy = (
        f"did you mean {', '.join(near)}?"
        if near
        else "look it up in the tables; `ringfinder normalize` shows what becomes of a value"
    )
    return InputError(f"there is no {wanted} in {run.run_id}", remedy=remedy)


_IDS = ("request", "person", "policy")


def _anchor(workspace: Workspace, run: Run, findings: Findings, by: Principal, purpose: str) -> str:
    """MAC of the journal's entry, which is written before anything is shown."""
    requests = sum(len(episode.requests) for person in findings.people for episode in person.episodes)
    entry = workspace.journal.append(
        by,
        action="reveal",
        purpose=purpose,
        object=f"why in {run.run_id}",
        details={
            "people": len(findings.people),
            "values": len(findings.values),
            "requests": requests,
            "settings": run.settings_hash,
        },
    )
    return entry.mac
