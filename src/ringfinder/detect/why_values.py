"""Why a value did or did not link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
from scipy.special import expit, logit

from ringfinder.detect.cells import Cell, cells_of, raw_uses
from ringfinder.detect.holdings import ACCOUNT
from ringfinder.detect.inquiry import Inquiry
from ringfinder.detect.judge import group_factor
from ringfinder.detect.sieve import Sifted
from ringfinder.detect.why_sentences import REMARKS, reason
from ringfinder.graph.arrays import FloatArray, IntArray, distinct
from ringfinder.graph.incidence import Source, Uses
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.records.findings import HeldValue, Holder, Place, Reason, ValueFinding
from ringfinder.records.kinds import Remark
from ringfinder.records.rings import AttributeKey

UNUSABLE = "unusable"
_ATTRIBUTED = ("surrender_requests", "policies")
"""Tables whose rows are known to be a branch's; who is bound to one sees rows of no others."""
_PRECISE = 1e-9


def held_values(inquiry: Inquiry, requests: IntArray) -> tuple[HeldValue, ...]:
    """Every value of some requests, those that link first."""
    by_key: dict[tuple[str, int, str], list[Cell]] = {}
    for cell in cells_of(inquiry.network, requests):
        for kind, code in _codes(inquiry, cell):
            by_key.setdefault((kind, code, "" if code >= 0 else cell.raw), []).append(cell)
    found = [_held(inquiry, kind, code, cells, requests) for (kind, code, _), cells in by_key.items()]
    order = {kind: place for place, kind in enumerate(LINKING_KINDS)}
    return tuple(sorted(found, key=lambda one: (not one.links, order[one.key.kind], one.key.value)))


def _codes(inquiry: Inquiry, cell: Cell) -> list[tuple[str, int]]:
    """Values that a cell stands for: a delegate's phone is a phone, and the delegate who is known by it."""
    if not cell.form:
        return [(cell.kind, -1)]
    found = []
    if cell.kind != "delegate":
        found.append((cell.kind, inquiry.sieve.find(cell.kind, cell.form)[0]))
    if cell.source is Source.DELEGATE:
        found.extend(("delegate", code) for code in inquiry.sieve.delegates(np.array([cell.request])))
    return found


def _held(inquiry: Inquiry, kind: str, code: int, cells: list[Cell], requests: IntArray) -> HeldValue:
    places = tuple(
        dict.fromkeys(
            Place(cell.source.name.lower(), cell.column, cell.row)
            for cell in cells
            if not inquiry.bound or cell.row.table in _ATTRIBUTED
        )
    )
    if code < 0:
        users = raw_uses(inquiry.network, kind, cells[0].raw)
        homes = len(distinct(inquiry.network.unit[users]))
        key, why = AttributeKey(kind, cells[0].raw), unusable(cells[0].remark)
        return HeldValue(key, UNUSABLE, places, homes, len(users), None, links=False, rings=(), reason=why)
    sifted = inquiry.sieve.sift(kind, code)
    mine = np.isin(sifted.uses.request, requests)
    left_out = [why for why, here in zip(sifted.left_out, mine, strict=True) if here]
    judged = Judged(inquiry, sifted)
    # What was left out here by itself tells more than what became of the rest.
    own_fate = left_out[0] if left_out and all(left_out) else ""
    name = own_fate or judged.fate
    return HeldValue(
        AttributeKey(kind, sifted.text),
        _class(sifted),
        places,
        judged.households,
        judged.requests,
        judged.probability,
        name == "linked",
        inquiry.rings_holding(sifted.value),
        judged.reason(name),
    )


def _class(sifted: Sifted) -> str:
    """Class of a value; an address without a door number has a word of its own."""
    return "no_door" if sifted.fate == "no_door" else sifted.value_class.name.lower()


def unusable(remark: Remark) -> Reason:
    """Why a cell has no normal form."""
    noticed = next((name for name in REMARKS if name != "damaged" and Remark[name.upper()] & remark), "damaged")
    return reason(f"{UNUSABLE}_{noticed}")


def value_finding(inquiry: Inquiry, kind: str, code: int) -> ValueFinding:
    """Everything about one value."""
    sifted = inquiry.sieve.sift(kind, code)
    judged = Judged(inquiry, sifted)
    return ValueFinding(
        AttributeKey(kind, sifted.text),
        _class(sifted),
        judged.households,
        judged.requests,
        judged.probability,
        judged.odds,
        judged.fate == "linked",
        inquiry.rings_holding(sifted.value),
        tuple(judged.reasons()),
        _holders(inquiry, sifted.uses, sifted.left_out),
        _elsewhere(inquiry, sifted.uses.request),
    )


def unusable_finding(inquiry: Inquiry, kind: str, raw: str, remark: Remark, users: IntArray) -> ValueFinding:
    """A written value that has no normal form."""
    nobody = np.full(len(users), int(Source.REQUEST), np.int64)
    uses = Uses(users, np.full(len(users), -1, np.int64), nobody, inquiry.archive.day[users])
    homes = len(distinct(inquiry.network.unit[users]))
    return ValueFinding(
        AttributeKey(kind, raw),
        UNUSABLE,
        homes,
        len(users),
        None,
        {},
        links=False,
        rings=(),
        reasons=(unusable(remark),),
        holders=_holders(inquiry, uses, [UNUSABLE] * len(users)),
        elsewhere=_elsewhere(inquiry, users),
    )


def _elsewhere(inquiry: Inquiry, users: IntArray) -> int:
    """How many requests the reader may not see."""
    return len(distinct(users)) - len(distinct(inquiry.visible(users)))


def _holders(inquiry: Inquiry, uses: Uses, left_out: Iterable[str]) -> tuple[Holder, ...]:
    """Requests that use a value and that the reader may see, in the order of time."""
    found: dict[int, list[tuple[str, str]]] = {}
    for request, source, why in zip(uses.request.tolist(), uses.source.tolist(), left_out, strict=True):
        found.setdefault(request, []).append((Source(source).name.lower(), why))
    rows = inquiry.visible(np.array(sorted(found), np.int64))
    columns = [inquiry.archive.text(name, rows) for name in ("request_id", "applicant_id")]
    return tuple(
        Holder(
            request,
            applicant,
            _name(inquiry, row),
            when,
            tuple(dict.fromkeys(source for source, _ in found[row])),
            found[row][0][1] if all(why for _, why in found[row]) else "",
            inquiry.call(int(inquiry.in_listed[row])),
        )
        for row, request, applicant, when in zip(rows.tolist(), *columns, inquiry.archive.moments(rows), strict=True)
    )


def _name(inquiry: Inquiry, request: int) -> str:
    """Name of the applicant as on file, empty where unknown."""
    row = int(inquiry.archive.person_row[request])
    return str(inquiry.archive.cells("persons", "name")[row].as_py() or "") if row >= 0 else ""


class Judged:
    """What was decided of one value, with its numbers."""

    def __init__(self, inquiry: Inquiry, sifted: Sifted) -> None:
        self._inquiry, self._sifted = inquiry, sifted
        self.households = inquiry.sieve.households(sifted.uses)
        self.requests = len(distinct(sifted.uses.request))
        self.fate = sifted.fate or self._judged_fate()
        is_judged = not sifted.fate and sifted.kind != "ip"
        self.probability = round(float(inquiry.analysis.judgement.value[sifted.value]), 4) if is_judged else None
        self.odds = self._odds() if is_judged else {}

    def _judged_fate(self) -> str:
        if self._sifted.kind == "ip":
            return "ip"
        if self._inquiry.analysis.founds[self._sifted.value]:
            return "linked"
        return "no_door" if self._inquiry.network.values.no_door[self._sifted.value] else "judged_honest"

    def reasons(self) -> Iterable[Reason]:
        """Why it did or did not link, then what else is known."""
        yield self.reason(self.fate)
        counted = Counter(why for why in self._sifted.left_out if why)
        if counted and self.fate not in counted:
            own = counted["own_filed"] + counted["kin"]
            counts = {
                "uses": float(counted.total()),
                "own": float(own),
                "agent": float(counted["agent"]),
                "registry": float(counted["registry"]),
            }
            yield reason("also_left_out", counts)
        filed = self._inquiry.sieve.filed(self._sifted.kind, self._sifted.code)
        if filed and self.fate != "filed_by_many":
            yield reason("on_file", {"filed": float(filed)})

    def reason(self, name: str) -> Reason:
        """The sentence for one fate of this value."""
        counts = {"households": float(self.households), "requests": float(self.requests), **self._sifted.counts}
        listed, post = self._inquiry.sieve.last_days(self._sifted.kind, self._sifted.code)
        if name in ("registry", "agent"):
            last = listed if name == "registry" else post
            if np.isinf(last):
                return reason(name, counts)
            return reason(f"{name}_until", counts, texts={"until": str(np.datetime64(int(np.floor(last)), "D"))})
        if name == "one_household" and self.households > 1:
            return reason("none_left", counts)
        if name not in ("linked", "judged_honest"):
            return reason(name, counts)
        judgement, value = self._inquiry.analysis.judgement, self._sifted.value
        counts |= {
            "households": float(self._inquiry.analysis.holdings.households[value]),
            "harmed": float(judgement.harmed[value]),
            "usual": judgement.usual_pressure,
            "probability": float(judgement.value[value]),
            **self.odds,
        }
        return reason(name, counts, weight=sum(self.odds.values()))

    def _odds(self) -> dict[str, float]:
        """Parts of the log odds: what its users show, its kind, its shape."""
        a, s, value = self._inquiry.analysis, self._inquiry.settings, self._sifted.value
        units = np.array([float(a.holdings.households[value])])
        first = group_factor(a.judgement.harmed[[value]], units, a.judgement.usual_pressure, s.ring_mean, s)
        second = group_factor(self._gainers(), units, a.judgement.usual_commission, s.commission_mean, s)
        users = float(np.logaddexp(first, second + np.log(s.commission_odds))[0])
        kind = float(logit(a.judgement.kind_share[a.holdings.kind[value]]))
        total = float(a.judgement.value[value])
        whole = users + float(a.judgement.beforehand[value])
        if _PRECISE < total < 1 - _PRECISE:
            whole = float(logit(total))
        return {"users": round(users, 4), "kind": round(kind, 4), "shape": round(whole - users - kind, 4)}

    def _gainers(self) -> FloatArray:
        """Households that look as if it was for the commission; who pays a premium is no harm of an account."""
        a, value = self._inquiry.analysis, self._sifted.value
        used = a.holdings.used
        episodes = used.columns[used.starts[value] : used.starts[value + 1]]
        ratio = a.judgement.commission[episodes]
        if a.holdings.kind[value] == ACCOUNT:
            told = a.judgement.profile.ratio("premium", self._inquiry.settings)
            ratio = ratio - told[a.signs.episode["premium"][episodes]]
        best: dict[int, float] = {}
        for unit, look in zip(a.episodes.unit[episodes].tolist(), expit(ratio).tolist(), strict=True):
            best[unit] = max(best.get(unit, 0.0), look)
        return np.array([sum(best.values())])
