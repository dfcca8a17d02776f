"""Values that a request shows: whether they may link it, who else holds them, and how likely they are a ring's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from scipy.special import expit, logit

from ringfinder.detect.holdings import KINDS
from ringfinder.detect.judge import OWN_SIGNS, value_factors
from ringfinder.graph.arrays import FloatArray, IntArray
from ringfinder.graph.classes import ValueClass, junk, names_institution
from ringfinder.graph.filed import FILED_KINDS
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.index.files import Files
from ringfinder.screen.applicant import Applicant, called_near
from ringfinder.screen.incoming import Incoming
from ringfinder.screen.learnt import Learnt
from ringfinder.screen.newcomer import Newcomer

MOST_HOLDERS = 500
"""Holders of one value that are looked at one by one; beyond, what the run summed up stands for all."""

_COLUMNS = (
    ("phone", "phone"),
    ("address", "address"),
    ("email", "email"),
    ("bank_account", "payout_account"),
    ("delegate", "delegate_id_no"),
    ("delegate", "delegate_phone"),
    ("phone", "delegate_phone"),
    ("device", "device_id"),
    ("ip", "ip"),
)
_OPEN = "open"
_FILED = frozenset(FILED_KINDS)


@dataclass(frozen=True)
class Held:
    """One value of the request.

    Parameters
    ----------
    number
        Among the values that survived pruning; -1 for others.
    standing
        ``open``, or why it cannot link: ``registry_or_agent``, ``own``, the name of a class.
    households
        Other households that use it.
    known
        Whether the applicant's household is among its holders already.
    holders
        Episodes that hold it, at most `MOST_HOLDERS`; of a value that survived, empty until asked for.
    recent
        Requests recorded since the run by other households that show it; these count among `households`.
    probability
        That it is a ring's, with this request among its holders.
    """

    kind: str
    column: str
    text: str
    code: int
    number: int
    standing: str
    households: int = 0
    known: bool = False
    holders: IntArray = field(default_factory=lambda: np.empty(0, np.int64))
    recent: tuple[Newcomer, ...] = ()
    probability: float = 0.0
    no_door: bool = False

    @property
    def founds(self) -> bool:
        """Whether it may found a group, as in the batch."""
        return (
            self.standing == _OPEN
            and self.households > 0
            and self.kind != "ip"
            and not self.no_door
            and self.probability > 0.5  # noqa: PLR2004 - more likely than not
        )


def held_values(index: Files, incoming: Incoming, applicant: Applicant) -> list[Held]:
    """Every value with its standing, not yet judged."""
    found: list[Held] = []
    seen: set[tuple[str, int]] = set()
    for kind, column, code, text in (*_coded(index, incoming), *_on_papers(index, incoming, applicant)):
        if code >= 0 and (kind, code) in seen:
            continue
        seen.add((kind, code))
        number = int(index.array(f"{kind}.value")[code]) if code >= 0 else -1
        standing = _standing(index, incoming, applicant, kind, code, text, number)
        one = Held(kind, column, text, code, number, standing, no_door=kind == "address" and incoming.no_door)
        found.append(_with_holders(index, applicant, one) if standing == _OPEN and code >= 0 else one)
    return found


def with_recent(index: Files, one: Held, recent: Sequence[Newcomer]) -> Held:
    """The value with those who were recorded since the run."""
    if one.standing != _OPEN or not recent:
        return one
    known = homes_of(index, one)
    more = {newcomer.unit for newcomer in recent} - known
    return replace(one, recent=tuple(recent), households=one.households + len(more))


def homes_of(index: Files, one: Held) -> set[int]:
    """Households of the run that hold a value."""
    homes = index.rows("homes").of(one.number, "unit") if one.number >= 0 else index.array("episode.unit")[one.holders]
    return set(np.asarray(homes).tolist())


def _coded(index: Files, incoming: Incoming) -> Iterator[tuple[str, str, int, str]]:
    """Kind, column, code and text of each value; a delegate by ID, else by phone."""
    ids = int(index.number("ids"))
    for kind, column in _COLUMNS:
        text = incoming.forms.get(column)
        if text is None:
            continue
        if kind != "delegate":
            yield kind, column, index.texts(kind).find(text), text
        elif column == "delegate_id_no":
            yield kind, column, index.texts("id_no").find(text), text
        elif "delegate_id_no" not in incoming.forms:
            phone = index.texts("phone").find(text)
            code = int(index.array("delegate.of_phone")[phone]) if phone >= 0 else -1
            yield kind, column, code if code < ids + len(index.texts("phone")) else -1, text


def _on_papers(index: Files, incoming: Incoming, applicant: Applicant) -> Iterator[tuple[str, str, int, str]]:
    """Values on the papers around the request: its complaints, fresh changes of contacts, callbacks, the premium."""
    found: list[tuple[str, str, int]] = []
    for row in applicant.complaints.tolist():
        for kind, column in (("phone", "phone"), ("phone", "sender_phone"), ("address", "sender_address")):
            found.append((kind, f"complaints.{column}", int(index.array(f"complaint.{column}")[row])))
    for place, code in sorted(applicant.fresh):
        found.append((LINKING_KINDS[place], "contact_changes.new_value", code))
    if applicant.policy >= 0:
        rows = index.rows("policy_calls")
        near = called_near(rows.of(applicant.policy, "day"), incoming.applied)
        numbers = rows.of(applicant.policy, "number")[near].tolist()
        found.extend(("phone", "callbacks.number", int(number)) for number in numbers)
        found.append(
            ("bank_account", "policies.premium_payer_account", int(index.array("policy.payer")[applicant.policy]))
        )
    for kind, column, code in found:
        if code >= 0:
            yield kind, column, code, index.texts(kind)[code]


def _standing(
    index: Files, incoming: Incoming, applicant: Applicant, kind: str, code: int, text: str, number: int
) -> str:
    """Whether a value may link, asked in the order of the batch."""
    filed = "id_no" if kind == "delegate" else kind
    if text in incoming.own.get(filed, ()):
        return "own"
    if code < 0:
        return _OPEN
    if incoming.applied <= float(index.array(f"{kind}.until")[code]):
        return "registry_or_agent"
    value_class = ValueClass(int(index.array(f"{kind}.class")[code]))
    if value_class not in {ValueClass.OPEN, ValueClass.AGENT, ValueClass.REGISTRY}:
        return value_class.name.lower()
    if (kind != "delegate" or code < int(index.number("ids"))) and _files(filed) and applicant.owns(index, filed, code):
        return "own"
    return _OPEN if number >= 0 or kind == "delegate" else _by_text(kind, text)


def _files(kind: str) -> bool:
    return kind in _FILED or kind == "id_no"


def _by_text(kind: str, text: str) -> str:
    """Class of a value that nobody shared until now."""
    texts = pa.array([text])
    if names_institution(kind, texts)[0]:
        return ValueClass.INSTITUTION.name.lower()
    return ValueClass.JUNK.name.lower() if junk(kind, texts)[0] else _OPEN


def _with_holders(index: Files, applicant: Applicant, one: Held) -> Held:
    """The value with the number of other households, and whether the applicant's is among them."""
    if one.number >= 0:
        homes = index.rows("homes").of(one.number, "unit")
        at = int(np.searchsorted(homes, applicant.unit))
        known = applicant.unit >= 0 and at < len(homes) and int(homes[at]) == applicant.unit
        return replace(one, households=len(homes) - known, known=known)
    rows = index.rows(f"{one.kind}.uses")
    requests = np.unique(rows.of(one.code, "request")[:MOST_HOLDERS])
    episodes = np.unique(index.array("request.episode")[requests]).astype(np.int64)
    unit = index.array("episode.unit")[episodes]
    others = unit != applicant.unit
    holders = episodes[others]
    # Whoever has it on file holds it as their own.
    kept = [one.kind not in _FILED or not _filed_by(index, one, int(episode)) for episode in holders]
    holders = holders[np.array(kept, np.bool_)] if len(holders) else holders
    return replace(
        one,
        holders=holders,
        households=len(np.unique(index.array("episode.unit")[holders])),
        known=bool((~others).any()),
    )


def _filed_by(index: Files, one: Held, episode: int) -> bool:
    request = int(index.rows("episode_requests").of(episode, "request")[0])
    household = int(index.array("person.household")[index.array("request.person")[request]])
    return bool((index.rows(f"filed.{one.kind}").of(household, "code") == one.code).any())


def judged(index: Files, learnt: Learnt, one: Held, looks: tuple[float, float], signs: Mapping[str, int]) -> Held:
    """The value with the probability that it is a ring's, this request among its holders."""
    if one.standing != _OPEN or not one.households or one.kind == "ip":
        return one
    if one.number >= 0 and one.known and not one.recent:
        return replace(one, probability=float(index.array("value.probability")[one.number]))
    if one.number >= 0:
        sums = np.array([index.array("value.harmed")[one.number], index.array("value.vested")[one.number]])
        before = float(index.array("value.beforehand")[one.number])
    else:
        sums = _sums(index, learnt, one)
        before = float(logit(index.array("kind_share")[KINDS.index(one.kind)]))
    if not (one.number >= 0 and one.known):
        sums = sums + _own_look(learnt, one.kind, looks, signs)
    known = homes_of(index, one) if one.recent else set()
    for newcomer in {each.unit: each for each in one.recent if each.unit not in known}.values():
        sums = sums + _own_look(learnt, one.kind, newcomer.looks, newcomer.signs)
    count = one.households + 1
    first, second = value_factors(
        np.array([sums[0]]),
        np.array([sums[1]]),
        np.array([float(count)]),
        learnt.usual,
        learnt.settings,
    )
    return replace(one, probability=float(expit(np.logaddexp(first, second)[0] + before)))


def _own_look(learnt: Learnt, kind: str, looks: tuple[float, float], signs: Mapping[str, int]) -> FloatArray:
    """How the request looks; of an account without the signs that are of the account itself."""
    found = np.array(looks)
    if kind == "bank_account":
        found = found - [float(learnt.ratios[name][signs[name]]) for name in OWN_SIGNS]
    look: FloatArray = expit(found)
    return look


def _sums(index: Files, learnt: Learnt, one: Held) -> FloatArray:
    """Harmed households among the holders of a value that did not survive pruning."""
    holders = one.holders
    ratios = np.stack(
        [
            index.array("episode.pressure")[holders] + index.array("episode.context")[holders],
            np.asarray(index.array("episode.commission")[holders]),
        ]
    )
    if one.kind == "bank_account":
        ratios = ratios - np.stack(
            [learnt.ratios[name][np.asarray(index.array(f"sign.{name}")[holders])] for name in OWN_SIGNS]
        )
    _, home = np.unique(index.array("episode.unit")[holders], return_inverse=True)
    best = np.zeros((2, int(home.max(initial=-1)) + 1))
    for side in range(2):
        np.maximum.at(best[side], home.reshape(-1), expit(ratios[side]))
    total: FloatArray = best.sum(axis=1)
    return total
