"""Screening of one request: look up, judge, place, and say why; nothing is written, nothing is blocked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ringfinder.index.files import Files
from ringfinder.records.findings import Reason
from ringfinder.records.rings import Tier
from ringfinder.screen.applicant import Applicant, categories_of, signs_of
from ringfinder.screen.held import Held, held_values, judged, with_recent
from ringfinder.screen.incoming import Incoming
from ringfinder.screen.learnt import Learnt
from ringfinder.screen.newcomer import Newcomer, Recent
from ringfinder.screen.place import Place, place
from ringfinder.screen.questions import Question, questions_for
from ringfinder.screen.reasons import reasons_for

_LINKING = frozenset({"bank_account"})


@dataclass(frozen=True)
class Screening:
    """What one request would be, by the last run: provisional, for a person to judge.

    Parameters
    ----------
    rings
        Lasting ids of the rings of the last run that it would join or tie together, the first is joined.
    score, score_before
        Of the group with and without the request; None where it would stand alone.
    tier, tier_before
        None where the group is no ring.
    unknown
        What the last run does not know: ``applicant``, ``policy``.
    rescored_at
        When the scores were worked out anew from what an erasure left, in UTC as ISO 8601; None where they are
        those of the run.
    """

    request_id: str
    run_id: str
    way: str
    rings: tuple[str, ...]
    score: float | None
    score_before: float | None
    tier: Tier | None
    tier_before: Tier | None
    q_value: float | None
    households: int
    reasons: tuple[Reason, ...]
    questions: tuple[Question, ...]
    unknown: tuple[str, ...]
    looked: int
    of: int
    rescored_at: str | None = None


class Screener:
    """Screens requests against one run.

    Parameters
    ----------
    index
        Of the run; stays mapped.
    """

    def __init__(self, index: Files) -> None:
        self.index = index
        self.learnt = Learnt.of(index)
        self.run_id: str = index.about["run_id"]
        self.rescored_at: str | None = index.about.get("rescored_at")
        self.recent = Recent(self.learnt.units, self.learnt.groups)

    def screen(self, incoming: Incoming) -> Screening:
        """Screen one request."""
        incoming = self.recent.completed(incoming)
        applicant, held, newcomer, found = self.placed(incoming)
        reasons = reasons_for(self.index, self.learnt, held, newcomer, found)
        after = found.after
        rings = [self._ring(group) for group in found.groups]
        return Screening(
            incoming.cells["request_id"],
            self.run_id,
            found.way,
            tuple(ring for ring in rings if ring),
            after.score if after else None,
            found.before,
            _tier(listed=after.listed, alert=after.alert) if after else None,
            self._stored_tier(found),
            after.q_value if after and after.listed else None,
            after.units if after else 1,
            reasons,
            questions_for(incoming, held, newcomer.signs),
            tuple(
                name
                for name, place_of in (("applicant", applicant.customer), ("policy", applicant.policy))
                if place_of < 0
            ),
            found.seen.looked,
            found.seen.all,
            self.rescored_at,
        )

    def placed(self, incoming: Incoming) -> tuple[Applicant, list[Held], Newcomer, Place]:
        """Where a request would stand, and all that was found on the way."""
        index, learnt = self.index, self.learnt
        incoming = self.recent.completed(incoming)
        applicant = Applicant.of(index, incoming, learnt.settings)
        unit = self.recent.unit_of(applicant.unit, applicant.household, incoming.cells["applicant_id"])
        held = [
            with_recent(index, one, self.recent.sharing((one.kind, one.text), unit))
            for one in held_values(index, incoming, applicant)
        ]
        shared = any(one.kind in _LINKING and one.standing == "open" and one.households for one in held)
        signs = signs_of(index, incoming, applicant, learnt.settings, account_shared=shared)
        categories = categories_of(index, incoming, applicant)
        context = learnt.context({"letter": categories["letter0"], "agent": categories["agent0"]})
        looks = learnt.looks(signs, context)
        held = [judged(index, learnt, one, looks, signs) for one in held]
        shows = frozenset((one.kind, one.text) for one in held if one.standing == "open" and one.kind != "ip")
        person = self.recent.person_of(applicant.person, incoming.cells["applicant_id"])
        day = incoming.applied
        newcomer = Newcomer(applicant.episode, unit, day, signs, categories, looks, context, shows, person=person)
        found = self._kept(newcomer, place(index, learnt, held, newcomer, self.recent))
        return applicant, held, newcomer, found

    def catch_up(self, rows: Sequence[tuple[int, str, Mapping[str, Any]]]) -> None:
        """Take in what was recorded since the run: requests, each placed as it was when it came, persons and policies.

        Parameters
        ----------
        rows
            Number, table and cells of rows of the intake, oldest first; those that are in already are left out.
        """
        with self.recent.lock:
            for number, table, cells in rows:
                if number <= self.recent.seen:
                    continue
                if table != "surrender_requests":
                    self.recent.learn(table, cells)
                elif self.index.texts("request").find(cells["request_id"]) < 0:
                    _, _, newcomer, found = self.placed(Incoming.of_stored(cells))
                    group = found.groups[0] if found.groups else -1
                    if found.way == "founds":
                        group = self.recent.found(found.loose)
                        self.recent.gather(newcomer, group)
                    self.recent.add(replace(newcomer, group=group))
                self.recent.seen = number

    def _kept(self, newcomer: Newcomer, found: Place) -> Place:
        """A request that goes on with an episode of a group stays with it, whatever it shows itself.

        The episode is one of the run, or a request of the same person that was recorded since.
        """
        if found.way != "alone":
            return found
        group = int(self.index.array("episode.group")[newcomer.episode]) if newcomer.episode >= 0 else -1
        if group < 0:
            group = self.recent.goes_on_in(newcomer.person, newcomer.day, self.learnt.settings.episode_days)
        return replace(found, way="goes_on", groups=(group,)) if group >= 0 else found

    def _ring(self, group: int) -> str:
        if group >= self.learnt.groups:
            return ""
        number = int(self.index.array("group.ring")[group])
        return self.index.texts("ring")[number] if number >= 0 else ""

    def _stored_tier(self, found: Place) -> Tier | None:
        if not found.groups or found.groups[0] >= self.learnt.groups:
            return None
        group = found.groups[0]
        return _tier(
            listed=bool(self.index.array("group.listed")[group]), alert=bool(self.index.array("group.alert")[group])
        )


def _tier(*, listed: bool, alert: bool) -> Tier | None:
    if not listed:
        return None
    return Tier.ALERT if alert else Tier.REVIEW
