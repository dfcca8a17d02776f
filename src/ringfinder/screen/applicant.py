"""Who makes the request, under which policy, and what the insurer knows of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.detect.attributes import HELD_BINS, TIME_BINS
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.signs import COMPLAINTS, held_category, money_asked
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.index.files import Files, hash_of
from ringfinder.screen.incoming import Incoming

_CALLED = (-30.0, 90.0)
_COMPLAINED = (-90.0, 30.0)
_NEW = -1


@dataclass(frozen=True)
class Applicant:
    """Places in the index; -1 for what the last run does not know.

    Parameters
    ----------
    episode
        The episode that this request goes on with, where the person made one a short time before.
    complaints
        Rows of complaints that belong to it, as in the batch: by number, by policy, or by person.
    fresh
        Kind and code of contacts that were changed to shortly before: they count as shown, not as on file.
    """

    customer: int
    person: int
    household: int
    unit: int
    policy: int
    episode: int
    complaints: IntArray
    fresh: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, index: Files, incoming: Incoming, settings: DetectSettings) -> Applicant:
        """Look the applicant up."""
        customer = index.texts("customer").find(incoming.cells["applicant_id"])
        person = int(index.array("customer.person")[customer]) if customer >= 0 else _NEW
        household = int(index.array("person.household")[person]) if person >= 0 else _NEW
        unit = int(index.array("household.unit")[household]) if household >= 0 else _NEW
        policy = index.texts("policy").find(incoming.cells["policy_no"])
        return cls(
            customer,
            person,
            household,
            unit,
            policy,
            _episode(index, person, incoming.applied, settings),
            _complaints(index, incoming, policy, person),
            _fresh(index, person, incoming.applied, settings),
        )

    def owns(self, index: Files, kind: str, code: int) -> bool:
        """Whether the household has a value on file, and not just since a fresh change."""
        if (
            self.household < 0
            or code < 0
            or (kind in LINKING_KINDS and (LINKING_KINDS.index(kind), code) in self.fresh)
        ):
            return False
        held = index.rows(f"filed.{kind}").of(self.household, "code")
        return bool((held == code).any())


def _episode(index: Files, person: int, applied: float, settings: DetectSettings) -> int:
    if person < 0:
        return _NEW
    requests = index.rows("requests_of").of(person, "request")
    if not len(requests):
        return _NEW
    day = np.asarray(index.array("request.day")[requests])
    near = np.abs(day - applied)
    best = int(near.argmin())
    return int(index.array("request.episode")[requests[best]]) if near[best] <= settings.episode_days else _NEW


def _complaints(index: Files, incoming: Incoming, policy: int, person: int) -> IntArray:
    found = []
    named = index.texts("complaint").find(incoming.cells.get("complaint_id"))
    if named >= 0:
        found.append(np.array([named]))
    if policy >= 0:
        found.append(index.rows("policy_complaints").of(policy, "row"))
    if person >= 0:
        rows = index.rows("person_complaints").of(person, "row")
        gap = np.asarray(index.array("complaint.day")[rows]) - incoming.applied
        found.append(rows[(gap >= _COMPLAINED[0]) & (gap <= _COMPLAINED[1])])
    return np.unique(np.concatenate([*found, np.empty(0, np.int64)]).astype(np.int64))


def _fresh(index: Files, person: int, applied: float, settings: DetectSettings) -> frozenset[tuple[int, int]]:
    if person < 0:
        return frozenset()
    rows = index.rows("changes_of")
    gap = applied - rows.of(person, "day")
    near = (gap <= settings.fresh_days) & (gap >= -1.0)
    return frozenset(zip(rows.of(person, "kind")[near].tolist(), rows.of(person, "code")[near].tolist(), strict=True))


def signs_of(
    index: Files, incoming: Incoming, applicant: Applicant, settings: DetectSettings, *, account_shared: bool
) -> dict[str, int]:
    """Category of each sign, by the formulas of the batch; those of an episode that goes on are kept where graver."""
    money, complaint = _claim(index, incoming, applicant, settings)
    held = held_days(index, incoming, applicant)
    found = {
        "takeover": int(_takeover(index, incoming, applicant, settings)),
        "payee": int(_third_payee(index, incoming, applicant, account_shared=account_shared)),
        "callback": _callback(index, incoming, applicant),
        "held": int(held_category(np.array([held]), settings)[0]),
        "premium": int(_stranger_premium(index, incoming, applicant)),
    }
    if applicant.episode >= 0:
        before = {name: int(index.array(f"sign.{name}")[applicant.episode]) for name in (*found, "claim")}
        money = max(money, before["claim"] // COMPLAINTS)
        complaint = max(complaint, before["claim"] % COMPLAINTS)
        found = {
            name: min(value, before[name]) if name == "held" else max(value, before[name])
            for name, value in found.items()
        }
    return {"claim": money * COMPLAINTS + complaint, **found}


def held_days(index: Files, incoming: Incoming, applicant: Applicant) -> float:
    """Days from issue to request; NaN where not known or not possible."""
    issued = (
        index.array("policy.issued")[applicant.policy]
        if applicant.policy >= 0
        else incoming.policy.get("issued", np.nan)
    )
    held = incoming.applied - float(issued)
    return held if held >= 0 else float("nan")


def _claim(index: Files, incoming: Incoming, applicant: Applicant, settings: DetectSettings) -> tuple[int, int]:
    premium = (
        index.array("policy.premium")[applicant.policy]
        if applicant.policy >= 0
        else incoming.policy.get("premium", np.nan)
    )
    best = np.fmax(incoming.money["requested_amount"], incoming.money["agreed_amount"])
    money = money_asked(
        np.array([incoming.money["cash_value"]]),
        np.array([best]),
        np.array([float(premium)]),
        np.array([incoming.kind == "negotiated"]),
        np.array([incoming.kind == "cooling_off"]),
        settings,
    )
    full = index.array("complaint.full")[applicant.complaints]
    complaint = (2 if full.any() else 1) if len(full) else int("complaint_id" in incoming.cells)
    return int(money[0]), complaint


def _takeover(index: Files, incoming: Incoming, applicant: Applicant, settings: DetectSettings) -> bool:
    if applicant.person < 0:
        return False
    gap = incoming.applied - index.rows("changes_of").of(applicant.person, "day")
    return bool(((gap <= settings.takeover_days) & (gap >= -1.0)).any())


def _third_payee(index: Files, incoming: Incoming, applicant: Applicant, *, account_shared: bool) -> bool:
    name = incoming.cells.get("payout_name")
    if not name or account_shared:
        return False
    known = index.array("customer.name")[applicant.customer] if applicant.customer >= 0 else np.uint64(0)
    if known == 0 and not incoming.own_name:
        return False
    same = hash_of(name) == known if known != 0 else name == incoming.own_name
    account = incoming.forms.get("payout_account")
    if account in incoming.own.get("bank_account", ()):
        return False
    return not same and not applicant.owns(index, "bank_account", index.texts("bank_account").find(account))


def _callback(index: Files, incoming: Incoming, applicant: Applicant) -> int:
    if applicant.policy < 0:
        return 0
    rows = index.rows("policy_calls")
    near = called_near(rows.of(applicant.policy, "day"), incoming.applied)
    return int(rows.of(applicant.policy, "said")[near].max(initial=0))


def called_near(day: FloatArray, applied: float) -> BoolArray:
    """Which callbacks are around the request, as in the batch."""
    found: BoolArray = (day - applied >= _CALLED[0]) & (day - applied <= _CALLED[1])
    return found


def _stranger_premium(index: Files, incoming: Incoming, applicant: Applicant) -> bool:
    if applicant.policy < 0 or applicant.household < 0:
        return False
    account = int(index.array("policy.payer")[applicant.policy])
    knows = index.rows("filed.bank_account").size(applicant.household) > 0
    payout = index.texts("bank_account").find(incoming.forms.get("payout_account"))
    return account >= 0 and knows and account != payout and not applicant.owns(index, "bank_account", account)


def categories_of(index: Files, incoming: Incoming, applicant: Applicant) -> dict[str, int]:
    """Category of each attribute of the request, -1 where it is not known; names are those of the index."""
    found = {"agent0": -1, "branch0": -1, "letter0": -1}
    agent = int(index.array("policy.agent")[applicant.policy]) if applicant.policy >= 0 else -1
    if agent < 0 and "agent_no" in incoming.policy:
        agent = index.texts("agent").find(str(incoming.policy["agent_no"]))
    branch = index.texts("branch").find(incoming.cells.get("branch_code"))
    for family, place in (("agent", agent), ("branch", branch)):
        known = index.array(f"category.{family}")
        if 0 <= place < len(known):
            found[f"{family}0"] = int(known[place])
    found["letter0"] = _letter(index, int(index.array("complaint.letter")[applicant.complaints].max(initial=-1)))
    for place, bins in enumerate(TIME_BINS):
        found[f"time{place}"] = _bin(index.array("ordered.time"), incoming.applied, bins)
    held = held_days(index, incoming, applicant)
    for place, bins in enumerate(HELD_BINS):
        found[f"held{place}"] = -1 if np.isnan(held) else _bin(index.array("ordered.held"), held, bins)
    return found


def _letter(index: Files, cluster: int) -> int:
    """Category of a cluster of letters."""
    if cluster < 0 or not int(index.number("families")["letter"]):
        return -1
    known = index.array("category.letter")
    return int(known[cluster]) if cluster < len(known) else -1


def _bin(ordered: np.ndarray[tuple[int], np.dtype[np.float64]], number: float, bins: int) -> int:
    if not len(ordered):
        return -1
    return min(int(np.searchsorted(ordered, number) / len(ordered) * bins), bins - 1)
