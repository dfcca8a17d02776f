"""Which values cannot link, and why: the insurer's registry, agents, institutions, counters, junk.

The class of a value is kept, so that an investigator can ask why it did not link.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.arrays import BoolArray, FloatArray
from ringfinder.graph.codes import Codes
from ringfinder.graph.columns import days, is_one_of
from ringfinder.records.portfolio import Portfolio


class ValueClass(IntEnum):
    """What a value is; only an open one may link requests."""

    OPEN = 0
    REGISTRY = 1  # on the insurer's list of values that are shared honestly
    AGENT = 2  # phone or ID of an agent in post
    FILED = 3  # on file for long with more persons than a household has
    INSTITUTION = 4  # an address that names a public office, or a value that goes with one
    JUNK = 5  # typed to fill a field
    COUNTER = 6  # a device that stands in a branch


INSTITUTION_WORDS = (
    "律师事务所|法律服务|法律援助|村民委员会|村委会|居民委员会|居委会|社区服务|人民法院|法院|派出所|公安|邮政局|邮政支局|邮局|信访|"
    "消费者协会|消费者委员会|敬老院|养老院|福利院|工会|街道办|镇政府|乡政府|人民政府"
)
"""Words that name a place where many people's letters are written or collected for a public reason."""

_FEW_DIGITS = 2  # different ones among the last eight: typed to fill a field
_FEW_CHARACTERS, _SHORT_DEVICE = 3, 6  # a device id of few characters is a default
_PROVIDERS = "qq|163|126|sina|gmail|hotmail|outlook|foxmail|sohu|139|189|aliyun|none|null|test|no|wu|abc|mail|email"


@dataclass(frozen=True)
class Registry:
    """Values of one kind that are shared honestly, with the last day on which that is so.

    Parameters
    ----------
    until
        Last day by code; -inf for values that are not listed.
    institution
        Codes of branches, public offices and employers.
    """

    until: FloatArray
    institution: BoolArray


def registry(portfolio: Portfolio, codes: Codes) -> Registry:
    """The registry's values of one kind."""
    table = portfolio.table("known_attributes")
    return _listed(table, codes)


def _listed(table: pa.Table, codes: Codes) -> Registry:
    until = np.full(len(codes.values), -np.inf)
    institution = np.zeros(len(codes.values), np.bool_)
    key = ("known_attributes", "value")
    if key in codes.columns:
        code = codes.columns[key]
        last = days(table["valid_to"])
        last[np.isnan(last)] = np.inf
        known = code >= 0
        np.maximum.at(until, code[known], last[known])
        public = known & is_one_of(table["class"], "branch", "public", "employer")
        institution[code[public]] = True
    return Registry(until, institution)


def in_post_until(portfolio: Portfolio, codes: Codes) -> FloatArray:
    """Last day on which a phone or ID belongs to an agent in post, by code; -inf for others'."""
    until = np.full(len(codes.values), -np.inf)
    column = {"phone": "phone", "id_no": "id_no"}.get(codes.kind)
    if column:
        table = portfolio.table("agents")
        code, left = codes.of("agents", column), days(table["left_on"])
        left[np.isnan(left)] = np.inf
        known = code >= 0
        np.maximum.at(until, code[known], left[known])
    return until


def names_institution(kind: str, texts: pa.Array) -> BoolArray:
    """Which normal forms of a kind name an institution: addresses alone do."""
    if kind != "address" or not len(texts):
        return np.zeros(len(texts), np.bool_)
    found: BoolArray = pc.match_substring_regex(texts, INSTITUTION_WORDS).to_numpy(zero_copy_only=False)
    return found


def junk(kind: str, texts: pa.Array) -> BoolArray:
    """Which normal forms of a kind were typed to fill a field.

    Phones and accounts whose last eight digits have at most two different characters, e-mails whose
    local part is a provider's name or a single repeated character, devices of few characters.
    """
    found: BoolArray
    if kind == "email":
        pattern = rf"^({_PROVIDERS}|.|\d{{1,5}})@"
        found = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
        return found
    if kind == "address":
        found = ~pc.match_substring_regex(texts, r"\d").to_numpy(zero_copy_only=False)
        return found
    if kind in ("phone", "bank_account"):
        return np.array([len(set(text[-8:])) <= _FEW_DIGITS for text in texts.to_pylist()], np.bool_)
    if kind == "device":
        return np.array(
            [len(set(text)) <= _FEW_CHARACTERS or len(text) < _SHORT_DEVICE for text in texts.to_pylist()], np.bool_
        )
    return np.zeros(len(texts), np.bool_)
