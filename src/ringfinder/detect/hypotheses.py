"""Honest explanations, tested one by one: what else could make a group look like this.

Each function's docstring is four sentences: why it was ruled out, in Chinese and in English, and why it
still stands, in Chinese and in English. Its numbers are the fields of the finding.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from functools import cache, cached_property

import numpy as np

from ringfinder.detect.dossier import Archive, Dossier
from ringfinder.detect.indicators import expected_count, written
from ringfinder.graph.arrays import BoolArray, distinct
from ringfinder.records.rings import Hypothesis

Test = Callable[["HonestLife", Dossier], tuple[bool, dict[str, float]]]
"""Whether the explanation is ruled out, and by what numbers."""

TESTS: dict[str, Test] = {}
"""All honest explanations by their stable name."""

FEW = 5
"""Relatives and friends that one person helps."""

HALF = 0.5


def hypothesis(function: Test) -> Test:
    """Enter a test; its docstring must hold four sentences."""
    _templates(function)
    TESTS[function.__name__] = function
    return function


@cache
def _templates(function: Test) -> list[str]:
    parts = [" ".join(part.split()) for part in inspect.cleandoc(function.__doc__ or "").split("\n\n")]
    if len(parts) != 4:  # noqa: PLR2004 - ruled out and standing, in two languages
        raise TypeError(f"{function.__name__} needs four sentences")
    return parts


class HonestLife:
    """What the tests need to know of all requests, each read once."""

    def __init__(self, archive: Archive, harmed: BoolArray) -> None:
        self.archive = archive
        self.network = archive.analysis.network
        self.harmed = harmed

    def test(self, dossier: Dossier) -> tuple[Hypothesis, ...]:
        """All explanations, in a fixed order."""
        found = []
        for name, function in TESTS.items():
            ruled_out, counts = function(self, dossier)
            parts = _templates(function)
            zh, en = parts[:2] if ruled_out else parts[2:]
            numbers = {key: written(number) for key, number in counts.items()}
            found.append(Hypothesis(name, ruled_out, counts, zh.format(**numbers), en.format(**numbers)))
        return tuple(found)

    @cached_property
    def sharing(self) -> BoolArray:
        """Requests that hold any founding value."""
        uses, founds = self.network.uses, self.archive.analysis.founds
        found = np.zeros(self.network.count, np.bool_)
        found[uses.request[founds[uses.code]]] = True
        return found

    def own_contacts(self, dossier: Dossier) -> int:
        """Requests that use none of the group's values: their own phone, their own account."""
        used = [self.archive.uses_inside(int(value), dossier.requests)[0] for value in dossier.values]
        return len(dossier.requests) - len(distinct(np.concatenate([*used, np.empty(0, np.int64)])))


@hypothesis
def family(life: HonestLife, dossier: Dossier) -> tuple[bool, dict[str, float]]:
    """并非一家人互相帮忙：{applicants} 名投保人分属 {units} 户，同姓者最多 {same_name} 名，超过一人通常照应的范围。

    Not a family helping one another: {applicants} applicants of {units} households, at most {same_name} of one surname;
    more than one person usually looks after.

    不能排除亲友互助：{applicants} 名投保人分属 {units} 户，其中同姓者 {same_name} 名。

    A family or friends helping one another cannot be ruled out: {applicants} applicants of {units} households,
    {same_name} of one surname.
    """
    rows = life.archive.person_row[dossier.requests]
    names = [life.archive.names[row] for row in set(rows[rows >= 0].tolist())]
    surnames = Counter(name[0] for name in names if name)
    same = max(surnames.values(), default=0)
    applicants = len(distinct(life.archive.person[dossier.requests]))
    counts = {"applicants": float(applicants), "units": float(dossier.units), "same_name": float(same)}
    return dossier.units > FEW or (dossier.units >= 3 and same <= 1), counts  # noqa: PLR2004 - three unrelated


@hypothesis
def agents_service(life: HonestLife, dossier: Dossier) -> tuple[bool, dict[str, float]]:
    """并非在职业务员的正常代办：{requests} 件申请中只有 {helped} 件留有在职业务员本人的电话或证件。

    Not an agent's ordinary service: only {helped} of {requests} requests show the phone or ID of an agent in post.

    不能排除在职业务员的正常代办：{requests} 件申请中有 {helped} 件留有在职业务员本人的电话或证件。

    An agent's ordinary service cannot be ruled out: {helped} of {requests} requests show the phone or ID of an agent in
    post.
    """
    helped = int(life.network.agent_helped[dossier.requests].sum())
    counts = {"requests": float(len(dossier.requests)), "helped": float(helped)}
    return helped < HALF * len(dossier.requests), counts


@hypothesis
def crowd(life: HonestLife, dossier: Dossier) -> tuple[bool, dict[str, float]]:
    """并非单位、村居或律所集中代办：{requests} 件申请中只有 {shown} 件留有单位或公共机构的信息，而 {harmed} 件带有施压或获利迹象。

    Not an employer, village office or law office filing for many: only {shown} of {requests} requests show a value of an
    institution, and {harmed} show signs of pressing or gain.

    不能排除单位、村居或律所集中代办：{requests} 件申请中有 {shown} 件留有单位或公共机构的信息，{harmed} 件带有施压或获利迹象。

    An employer, village office or law office filing for many cannot be ruled out: {shown} of {requests} requests show a
    value of an institution, and {harmed} show signs of pressing or gain.
    """
    shown = int(life.network.shows_institution[dossier.requests].sum())
    harmed = int(life.harmed[dossier.requests].sum())
    counts = {"requests": float(len(dossier.requests)), "shown": float(shown), "harmed": float(harmed)}
    return shown < HALF * len(dossier.requests) and harmed > 0, counts


@hypothesis
def really_mis_sold(life: HonestLife, dossier: Dossier) -> tuple[bool, dict[str, float]]:
    """并非产品确有销售误导：若是，各人会用自己的电话和账户；而 {requests} 件申请中只有 {own} 件如此，且涉及 {products} 种产品。

    Not a product that was really mis-sold: people would use phones and accounts of their own, but only {own} of {requests}
    requests do, and they are about {products} products.

    不能排除产品确有销售误导：{requests} 件申请中有 {own} 件使用本人的电话和账户，涉及 {products} 种产品。

    A product that was really mis-sold cannot be ruled out: {own} of {requests} requests use phones and accounts of their
    own, and they are about {products} product(s).
    """
    own = life.own_contacts(dossier)
    products = {product for product in life.archive.policy_cells("product_code", dossier.requests) if product}
    counts = {"requests": float(len(dossier.requests)), "own": float(own), "products": float(len(products))}
    return own < HALF * len(dossier.requests), counts


@hypothesis
def chance(life: HonestLife, dossier: Dossier) -> tuple[bool, dict[str, float]]:
    """并非偶然：最常见的共用信息为 {members} 户所用，全部申请中共 {holders} 户，偶然情况下本组预期 {expected} 户。

    Not chance: the most used value is held by {members} households, by {holders} in all requests, and by chance
    {expected} of these would.

    不能排除偶然：最常见的共用信息为 {members} 户所用，全部申请中共 {holders} 户，偶然情况下本组预期 {expected} 户。

    Chance cannot be ruled out: the most used value is held by {members} households, by {holders} in all requests, and by
    chance {expected} of these would.
    """
    if not len(dossier.values):
        return True, {"members": 0.0, "holders": 0.0, "expected": 0.0}
    holders = int(life.archive.analysis.holdings.households[dossier.values[0]])
    expected = holders * dossier.units / max(life.network.units, 1)
    counts = {"members": float(dossier.users[0]), "holders": float(holders), "expected": expected_count(expected)}
    return bool(dossier.users[0] > 2 * expected), counts
