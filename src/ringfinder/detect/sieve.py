"""How one value went through the sieve: the steps of `ringfinder.graph.network`, for one value at a time.

The network forgets what it prunes. Whoever asks why a value did not link needs every use of it, the step
at which each was left out, and what became of the value. The steps and their order are those of
`build_network`; a test holds that the two agree on every value of a portfolio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph import classes
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, Pairs, distinct
from ringfinder.graph.classes import ValueClass
from ringfinder.graph.codes import Codes
from ringfinder.graph.columns import days, is_one_of
from ringfinder.graph.filed import FILED_KINDS, filed_values, first_day
from ringfinder.graph.incidence import Source, Uses, uses_of
from ringfinder.graph.network import LINKING_KINDS, Limits, Network

_TWO = 2


@dataclass(frozen=True)
class Sifted:
    """One value and its uses.

    Parameters
    ----------
    kind, code, text
        Kind, number among the values of its kind, and normal form.
    uses
        All uses, before anything was left out.
    left_out
        For each use why it was left out by itself (``agent``, ``registry``, ``own_filed``, ``kin``); empty
        where it was not.
    fate
        What ended the value as a whole; empty where it was judged.
    value
        Its number in the network, -1 where it was pruned.
    value_class
        Its class.
    counts
        Numbers behind the fate.
    """

    kind: str
    code: int
    text: str
    uses: Uses
    left_out: tuple[str, ...]
    fate: str
    value: int
    value_class: ValueClass
    counts: Mapping[str, float]


class Sieve:
    """Sifts values of one network; what a kind needs is computed when the kind is first asked for."""

    def __init__(self, network: Network, limits: Limits) -> None:
        self._network, self._limits = network, limits
        self._uses: dict[str, Uses] = {}
        self._until: dict[str, tuple[FloatArray, FloatArray]] = {}
        self._sifted: dict[tuple[str, int], Sifted] = {}

    def find(self, kind: str, form: str) -> list[int]:
        """Codes of a normal form; a delegate may be known by an ID or by a phone."""
        if kind != "delegate":
            code = _index(self._network.codes[kind], form)
            return [] if code < 0 else [code]
        ids, phones = (self._network.codes[name] for name in ("id_no", "phone"))
        by_id, by_phone = _index(ids, form), _index(phones, form)
        found = [by_id] if by_id >= 0 else []
        found += [by_phone + len(ids.values)] if by_phone >= 0 else []
        return [code for code in found if (self._network.delegate == code).any()]

    def delegates(self, rows: IntArray) -> list[int]:
        """Delegates of some requests."""
        code = self._network.delegate[rows]
        return [int(one) for one in distinct(code[code >= 0])]

    def sift(self, kind: str, code: int) -> Sifted:
        """Follow one value through all steps."""
        if (kind, code) not in self._sifted:
            self._sifted[kind, code] = self._sift(kind, code)
        return self._sifted[kind, code]

    def last_days(self, kind: str, code: int) -> tuple[float, float]:
        """Last day on which the value is on the registry, and on which an agent in post has it; -inf for never."""
        listed, post = self._last_days(kind)
        return float(listed[code]), float(post[code])

    def text(self, kind: str, code: int) -> str:
        """Normal form of a code."""
        if kind != "delegate":
            return str(self._network.codes[kind].values[code].as_py())
        ids = self._network.codes["id_no"].values
        return self.text("id_no", code) if code < len(ids) else self.text("phone", code - len(ids))

    def filed(self, kind: str, code: int) -> int:
        """Persons who have had the value on file for long."""
        return int(self._filed[kind].column_sizes[code]) if kind in FILED_KINDS else 0

    def households(self, uses: Uses) -> int:
        """Households that make some uses."""
        return len(distinct(self._network.unit[uses.request]))

    def _sift(self, kind: str, code: int) -> Sifted:
        uses = self._all_uses(kind)
        uses = uses.only(uses.code == code)
        listed, post = self.last_days(kind, code)
        left_out = np.full(len(uses.request), "", object)
        left_out[uses.day <= listed] = "registry"
        left_out[uses.day <= post] = "agent"
        value_class, fate, counts = self._fate(kind, code, uses, left_out)
        text = self.text(kind, code)
        value = -1 if fate else self._value(kind, text)
        if value >= 0:
            value_class = ValueClass(int(self._network.values.classes[value]))
            if value_class is ValueClass.INSTITUTION:
                fate, counts = "spreads", self._beside(uses.only(left_out == ""))
        return Sifted(kind, code, text, uses, tuple(left_out.tolist()), fate, value, value_class, counts)

    def _fate(
        self, kind: str, code: int, uses: Uses, left_out: np.ndarray[tuple[int], np.dtype[np.object_]]
    ) -> tuple[ValueClass, str, dict[str, float]]:
        """Class and end of a value before values are compared with one another; enters own uses into `left_out`."""
        listed, post = self.last_days(kind, code)
        value_class = ValueClass.OPEN if post == -np.inf else ValueClass.AGENT
        value_class = value_class if listed == -np.inf else ValueClass.REGISTRY
        if not len(uses.request) or (left_out != "").all():
            return value_class, str(left_out[0]) if len(left_out) else "unused", {}
        left = uses.only(left_out == "")
        if kind != "delegate":
            if self.households(left) < _TWO:
                return value_class, "one_household", {}
            by_class = self._by_class(kind, code, left)
            if by_class:
                return by_class
        return value_class, self._without_own(kind, code, uses, left_out), {}

    def _without_own(
        self, kind: str, code: int, uses: Uses, left_out: np.ndarray[tuple[int], np.dtype[np.object_]]
    ) -> str:
        """Leave out uses by those whose own the value is; what then ends it, if anything."""
        own = self._own(kind, code, uses)
        left_out[own & (left_out == "")] = "kin" if kind == "delegate" else "own_filed"
        left = uses.only(left_out == "")
        if self.households(left) >= _TWO:
            return ""
        if not len(left.request):
            return "kin" if kind == "delegate" else "own_filed"
        return "own_elsewhere" if own.any() else "one_household"

    def _by_class(self, kind: str, code: int, left: Uses) -> tuple[ValueClass, str, dict[str, float]] | None:
        """What a value is by itself; of several the last one stands, as in the network."""
        found: tuple[ValueClass, str, dict[str, float]] | None = None
        text = self._network.codes[kind].values.slice(code, 1)
        if classes.junk(kind, text)[0]:
            found = ValueClass.JUNK, "no_door" if kind == "address" else "junk", {}
        if classes.names_institution(kind, text)[0]:
            found = ValueClass.INSTITUTION, "names_institution", {}
        if self.filed(kind, code) > self._limits.household[1]:
            counts = {"filed": float(self.filed(kind, code)), "most": float(self._limits.household[1])}
            found = ValueClass.FILED, "filed_by_many", counts
        if kind == "device":
            at_counter = is_one_of(self._network.requests["channel"], "counter")[left.request]
            if at_counter.mean() > self._limits.counter_share:
                counts = {"shown": float(at_counter.sum()), "uses": float(len(at_counter))}
                found = ValueClass.COUNTER, "counter", counts
        return found

    def _own(self, kind: str, code: int, uses: Uses) -> BoolArray:
        """Uses by a household that has the value on file, or whose member the delegate is."""
        network = self._network
        if kind == "delegate":
            holders = np.flatnonzero(network.codes["id_no"].of("persons", "id_no") == code)
            person = network.people.of_table(network.portfolio, "persons")[holders]
            home = network.household[network.people.of_request[uses.request]]
            return np.isin(home, network.household[person])
        if kind not in network.own:
            return np.zeros(len(uses.request), np.bool_)
        held = network.own[kind]
        return np.isin(network.unit[uses.request], held.rows[held.columns == code])

    def _beside(self, left: Uses) -> dict[str, float]:
        """Requests that use the value, and those among them that show an institution's value too."""
        requests = distinct(left.request)
        return {"shown": float(self._network.shows_institution[requests].sum()), "of": float(len(requests))}

    def _all_uses(self, kind: str) -> Uses:
        if kind not in self._uses:
            network = self._network
            if kind == "delegate":
                known = np.flatnonzero(network.delegate >= 0)
                day = days(network.requests["applied_at"])[known]
                source = np.full(len(known), int(Source.DELEGATE), np.int64)
                self._uses[kind] = Uses(known, network.delegate[known], source, day)
            else:
                self._uses[kind] = uses_of(network.portfolio, network.requests, network.codes[kind], network.joins)
        return self._uses[kind]

    def _last_days(self, kind: str) -> tuple[FloatArray, FloatArray]:
        if kind not in self._until:
            names = ("id_no", "phone") if kind == "delegate" else (kind,)
            each = [self._network.codes[name] for name in names]
            self._until[kind] = (
                np.concatenate([classes.registry(self._network.portfolio, codes).until for codes in each]),
                np.concatenate([classes.in_post_until(self._network.portfolio, codes) for codes in each]),
            )
        return self._until[kind]

    @cached_property
    def _filed(self) -> dict[str, Pairs]:
        network = self._network
        applied = days(network.requests["applied_at"])
        first = first_day(network.people, applied, float(applied.max(initial=0.0)))
        return {
            kind: filed_values(network.portfolio, network.people, network.codes[kind], first, self._limits.fresh_days)
            for kind in FILED_KINDS
        }

    def _value(self, kind: str, text: str) -> int:
        return self._numbers.get((LINKING_KINDS.index(kind), text), -1)

    @cached_property
    def _numbers(self) -> dict[tuple[int, str], int]:
        values = self._network.values
        keys = zip(values.kind.tolist(), values.text.to_pylist(), strict=True)
        return {key: number for number, key in enumerate(keys)}


def _index(codes: Codes, form: str) -> int:
    """Code of a normal form, -1 where no table has it."""
    found: int = pc.index(codes.values, pa.scalar(form, pa.string())).as_py() if len(codes.values) else -1
    return found
