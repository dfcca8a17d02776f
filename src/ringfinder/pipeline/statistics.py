"""Statistics of a workspace: the facts and the rings of a run brought together, for one caller's branches."""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import Principal
from ringfinder.pipeline.scratch import folder_aside, made_folder, stopped_cleanly, undisturbed
from ringfinder.pipeline.stored import check_reveal, find_ring
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import AttributeKey, Tier
from ringfinder.report.masking import Masker
from ringfinder.statistics.at_risk import RiskList, surrender_risks
from ringfinder.statistics.facts import Facts, gather
from ringfinder.statistics.lists import refund_masker, risk_masker
from ringfinder.statistics.output import FILES, write_statistics
from ringfinder.statistics.period import Period, parse_period, quarter_of
from ringfinder.statistics.refunds import Supervised, supervise
from ringfinder.statistics.rings import RunRings
from ringfinder.statistics.settings import StatSettings
from ringfinder.statistics.summary import PeriodStatistics, period_statistics
from ringfinder.store import Run, RunFiles, Workspace
from ringfinder.store.runs import CURRENT

Branches = AbstractSet[str] | None

_ASIDE = ".ringfinder-aside"
_MARK = "statistics.json"


@dataclass(frozen=True)
class Refunds:
    """Refunds of a period or a ring; one of the two is None."""

    period: Period | None
    ring_id: str | None
    run_id: str
    found: Supervised


@dataclass(frozen=True)
class Risks:
    """Policies at risk, by the rings of a run (empty: there is none)."""

    run_id: str
    found: RiskList


class Statistician:
    """Answers about the facts of a workspace, which it reads once, and again where they have changed.

    Parameters
    ----------
    settings
        Limits of the statistics.
    """

    def __init__(self, workspace: Workspace, settings: StatSettings | None = None) -> None:
        self._workspace, self._settings = workspace, settings or StatSettings()
        self._known: object = None
        self._portfolio: Portfolio | None = None

    def period(self, period: str | None = None, run: str = CURRENT, branches: Branches = None) -> PeriodStatistics:
        """The statistics of a period; where none is named, of the quarter of the latest event.

        Raises
        ------
        InputError
            If it is no period, a named run is not there, or nothing was loaded.
        """
        facts = self._facts(branches)
        rings = self._rings(run, branches)
        names = None if branches is None else sorted(branches)
        return period_statistics(facts, _period(period, facts), rings, self._settings, names)

    def refunds(
        self, period: str | None = None, ring: str | None = None, run: str = CURRENT, branches: Branches = None
    ) -> Refunds:
        """The refunds of a period or of a ring.

        Raises
        ------
        InputError
            If both are named, there is no such period, ring or run, or nothing was loaded.
        """
        if period is not None and ring is not None:
            raise InputError("a period and a ring at once", remedy="name one of them")
        facts, rings = self._facts(branches), self._rings(run, branches)
        if ring is None:
            chosen = _period(period, facts)
            return Refunds(chosen, None, rings.run_id, supervise(facts, self._settings, rings, chosen))
        wanted = ring.strip().upper()
        if wanted not in rings.tier:
            wanted = self._named(run, ring, branches)
        return Refunds(None, wanted, rings.run_id, supervise(facts, self._settings, rings, ring_id=wanted))

    def risks(self, run: str = CURRENT, branches: Branches = None) -> Risks:
        """Policies in force at risk, as of the latest event.

        Raises
        ------
        InputError
            If a named run is not there, or nothing was loaded.
        """
        facts, rings = self._facts(branches), self._rings(run, branches, values=True)
        return Risks(rings.run_id, surrender_risks(facts, rings, self._settings))

    def _named(self, run: str, ring: str, branches: Branches) -> str:
        """Say that a ring is not there; of one that the caller may not see, in the same words."""
        if branches is None:
            find_ring(self._workspace, self._workspace.runs.find(run), ring)
        raise InputError(f"there is no ring {ring!r} in this run", remedy="`ringfinder rings` lists all")

    def _facts(self, branches: Branches) -> Facts:
        known = self._workspace.known()
        if self._portfolio is None or known != self._known:
            self._portfolio = self._workspace.facts(known, as_written=False)
            self._known = known
        if self._portfolio.as_of is None:
            raise InputError("nothing was loaded yet", remedy="load tables first: ringfinder load FOLDER")
        return gather(self._portfolio, branches)

    def _rings(self, name: str, branches: Branches, *, values: bool = False) -> RunRings:
        if name == CURRENT and self._workspace.runs.current_number() is None:
            return RunRings()
        run = self._workspace.runs.find(name)
        return _run_rings(run, self._workspace.runs.files(run.number), branches, values=values)


def _period(said: str | None, facts: Facts) -> Period:
    if said is not None:
        return parse_period(said)
    if facts.as_of is None:
        raise InputError("nothing was loaded yet", remedy="load tables first: ringfinder load FOLDER")
    return quarter_of(facts.as_of)


def _run_rings(run: Run, files: RunFiles, branches: Branches, *, values: bool) -> RunRings:
    """The rings with a member in the caller's branches, and these members alone."""
    members = files.members(("ring_id", "request_id", "branch_code"))
    if branches is not None:
        own = pa.array(sorted(branches), pa.string())
        members = members.filter(pc.is_in(members["branch_code"], value_set=own))
    ring = dict(zip(members["request_id"].to_pylist(), members["ring_id"].to_pylist(), strict=True))
    seen = set(ring.values())
    heads = [head for head in files.heads().select(["ring_id", "tier", "kind"]).to_pylist() if head["ring_id"] in seen]
    return RunRings(
        run.run_id,
        {head["ring_id"]: head["tier"] for head in heads},
        {head["ring_id"]: head["kind"] for head in heads},
        ring,
        _values(files, ring) if values else {},
    )


def _values(files: RunFiles, ring: dict[str, str]) -> dict[AttributeKey, list[str]]:
    """Shared values of alert rings that a member of the caller's uses, with these rings."""
    found: dict[AttributeKey, list[str]] = {}
    for one in files.rings():
        if one.tier is Tier.ALERT:
            for shared in one.shared:
                if any(request in ring for request in shared.requests):
                    found.setdefault(shared.key, []).append(one.ring_id)
    return found


def refunds_shown(
    workspace: Workspace, refunds: Refunds, by: Principal, *, reveal: bool, purpose: str
) -> tuple[Masker, str]:
    """How accounts and payees are shown, and the anchor of the journal where they are revealed.

    Raises
    ------
    InputError
        If they may not be revealed to `by`, or there is no purpose.
    """
    masker = refund_masker(refunds.found, reveal=reveal)
    if not reveal:
        return masker, ""
    check_reveal(by, purpose)
    about = refunds.ring_id or (refunds.period.name if refunds.period else "")
    details = {"refunds": len(refunds.found.rows), "accounts": len(refunds.found.accounts)}
    return masker, _journal(workspace, by, purpose, f"refunds of {about}", details)


def risks_shown(workspace: Workspace, risks: Risks, by: Principal, *, reveal: bool, purpose: str) -> tuple[Masker, str]:
    """How the values of the reasons are shown, and the anchor of the journal where they are revealed.

    Raises
    ------
    InputError
        If they may not be revealed to `by`, or there is no purpose.
    """
    masker = risk_masker(risks.found, reveal=reveal)
    if not reveal:
        return masker, ""
    check_reveal(by, purpose)
    details = {"policies": len(risks.found.policies)}
    return masker, _journal(workspace, by, purpose, f"policies at risk by {risks.run_id or 'no run'}", details)


def _journal(workspace: Workspace, by: Principal, purpose: str, about: str, details: dict[str, int]) -> str:
    return workspace.journal.append(by, action="reveal", purpose=purpose, object=about, details=details).mac


def write_period(found: PeriodStatistics, out: Path) -> list[str]:
    """Write the files of a period into a folder, whole or not at all; return their names.

    Raises
    ------
    InputError
        If the folder holds anything else.
    SurroundingsError
        If a library of the extra `reports` is missing, or the folder cannot be written.
    """
    _check_out(out)
    try:
        with stopped_cleanly(), made_folder(out), folder_aside(out, _ASIDE) as aside:
            names = write_statistics(aside, found)
            with undisturbed():
                # The mark comes last: a folder with it is whole.
                for name in sorted(names, key=lambda name: name == _MARK):
                    (aside / name).replace(out / name)
    except OSError as error:
        raise SurroundingsError(
            f"{error.strerror or error}: {error.filename or out}",
            remedy="free space or mend the rights there, then repeat; nothing half-written was kept",
        ) from None
    return names


def _check_out(out: Path) -> None:
    """Refuse a folder that holds something else than statistics."""
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError(f"{out} is a file", remedy="name a folder for the statistics with --out")
    names = {path.name for path in out.iterdir()} - {_ASIDE}
    foreign = names - FILES if _is_ours(out / _MARK) else names
    if foreign:
        raise InputError(
            f"{out} holds other files ({', '.join(sorted(foreign)[:3])})", remedy="name an empty folder with --out"
        )


def _is_ours(mark: Path) -> bool:
    try:
        said = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and "surrender_rate_level" in said
