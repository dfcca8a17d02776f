"""The families of portfolios: how operators behave in each, and what honest life stands around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

FIRST_TEST_SEED = 1000
"""Seeds from here on are for judging; a method is built on the ones below."""


@dataclass(frozen=True)
class Operators:
    """How the rings of a family work.

    Parameters
    ----------
    share
        Share of all requests that go through an operator.
    sizes
        Smallest and largest number of clients of one operator (heavy-tailed between).
    traces
        For each means of control, how often a client shows it: phone, address, email, account,
        device, delegate, sender.
    per_item
        Clients that one item of an operator's stock serves before it is retired.
    recruits
        How clients are found: ``book`` (an ex-agent's customers), ``branch`` (word of mouth),
        ``product`` (a bought list), ``anywhere`` (short videos).
    days
        Shortest and longest time over which one operator works.
    """

    share: float = 0.06
    sizes: tuple[int, int] = (4, 50)
    traces: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType(
            {
                "phone": 0.5,
                "address": 0.25,
                "email": 0.2,
                "account": 0.35,
                "device": 0.2,
                "delegate": 0.2,
                "sender": 0.3,
            }
        )
    )
    per_item: float = 6.0
    recruits: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"branch": 0.3, "product": 0.1, "anywhere": 0.6})
    )
    days: tuple[int, int] = (40, 400)
    negotiated: float = 0.6
    full_demand: float = 0.7
    complaint: float = 0.6
    takeover: float = 0.45
    letters: float = 0.7
    fresh_policies: float = 0.0
    pays_premiums: float = 0.0
    ex_agent: float = 0.5
    poach: float = 0.0
    second_bite: float = 0.0
    chain: bool = False
    shared_stock: float = 0.0


@dataclass(frozen=True)
class Scenario:
    """One family.

    Parameters
    ----------
    difficulty
        ``plain``, ``hard``, ``mixed`` or ``honest`` (no ring at all).
    signals
        What marks its rings, of agent (one book), lag (early surrender), time (a burst), text (bought letters),
        payee, takeover, contact, device, flow (new policies by newcomers).
    look_alikes
        How much of the usual honest bulk life there is (1 is usual).
    contacts
        ``issue``, ``today`` or ``history``: which filed contacts the insurer hands over.
    dirty
        Share of values that are written carelessly.
    staged
        Holds what the demo shows (`ringfinder.simulate.staged`), and slips of those who type.
    typologies
        Holds a planted case of every typology with its honest look-alikes (`ringfinder.simulate.typologies`), and
        besides them ordinary requests alone.
    """

    name: str
    zh: str
    en: str
    difficulty: str
    signals: frozenset[str]
    operators: Operators = field(default_factory=Operators)
    look_alikes: float = 1.0
    contacts: str = "issue"
    dirty: float = 0.03
    staged: bool = False
    typologies: bool = False


def _traces(**shares: float) -> Mapping[str, float]:
    none = dict.fromkeys(("phone", "address", "email", "account", "device", "delegate", "sender"), 0.0)
    return MappingProxyType({**none, **shares})


_ANYWHERE = MappingProxyType({"anywhere": 0.8, "branch": 0.2})
_BOOK = MappingProxyType({"book": 1.0})
_ALL_WAYS = MappingProxyType({"book": 0.3, "branch": 0.2, "product": 0.1, "anywhere": 0.4})
_USUAL = Operators()

_PLAIN = (
    Scenario("town", "本地团伙", "rings of one town, recruited by word of mouth", "plain",
             frozenset({"contact", "payee", "takeover", "text"}),
             Operators(recruits=MappingProxyType({"branch": 1.0}))),
    Scenario("leak", "离职代理人泄露客户", "an ex-agent's book is sold", "plain",
             frozenset({"agent", "contact", "payee", "takeover", "text"}), Operators(recruits=_BOOK)),
    Scenario("flood", "短期集中", "a few busy weeks", "plain", frozenset({"time", "contact", "payee", "text"}),
             Operators(recruits=_ANYWHERE, days=(7, 35), per_item=8)),
    Scenario("drip", "长期零星", "years of a few clients a month", "plain", frozenset({"contact", "payee", "takeover"}),
             Operators(recruits=_ANYWHERE, days=(500, 850), per_item=5, letters=0.0)),
    Scenario("payee", "只共用收款账户", "clients keep their phones, the money goes to the operator", "plain",
             frozenset({"payee", "text"}),
             Operators(traces=_traces(account=0.85), recruits=_ANYWHERE, takeover=0.1)),
    Scenario("device_farm", "线上代操作", "the operator files online from a few devices", "plain",
             frozenset({"device", "takeover"}),
             Operators(traces=_traces(device=0.85, phone=0.25), recruits=_ANYWHERE, letters=0.0, per_item=7)),
    Scenario("arbitrage", "佣金套利", "policies written to be surrendered once the commission has vested", "plain",
             frozenset({"agent", "lag", "payee"}),
             Operators(traces=_traces(account=0.5, phone=0.4), recruits=_BOOK, fresh_policies=0.85, pays_premiums=0.5, letters=0.0,
                       complaint=0.15, negotiated=0.25, full_demand=0.2, takeover=0.2)),
    Scenario("dirty", "书写混乱", "careless writing everywhere", "plain", frozenset({"contact", "payee", "takeover", "text"}),
             _USUAL, dirty=0.5),
    Scenario("today", "仅有当前联系方式", "filed contacts are those of today", "plain",
             frozenset({"contact", "payee", "text"}), _USUAL, contacts="today"),
)  # fmt: skip

_HARD = (
    Scenario("small", "小团伙", "rings of three to eight", "hard", frozenset({"contact", "payee", "takeover"}),
             Operators(sizes=(3, 8), recruits=_ANYWHERE, letters=0.0, share=0.04), look_alikes=1.2),
    Scenario("chain", "链式", "each contact serves two clients only", "hard", frozenset({"contact", "payee", "takeover", "text"}),
             Operators(chain=True, recruits=_ANYWHERE, traces=_traces(phone=0.8, account=0.6, delegate=0.3), share=0.05), look_alikes=1.7),
    Scenario("letters", "只共用信函", "bought letters, few contacts", "hard", frozenset({"text", "contact"}),
             Operators(traces=_traces(sender=0.7, phone=0.3), recruits=_ANYWHERE, complaint=0.9, letters=1.0, takeover=0.1),
             look_alikes=1.4),
    Scenario("poach", "撬旧挂新", "an old book is moved to a newcomer's", "hard", frozenset({"agent", "flow"}),
             Operators(traces=_traces(phone=0.4, device=0.55), recruits=_BOOK, poach=0.85, letters=0.0, complaint=0.1,
                       negotiated=0.15, full_demand=0.15, takeover=0.1), look_alikes=1.3),
    Scenario("second_bite", "二次索赔", "complaints after a surrender was paid", "hard", frozenset({"text", "contact"}),
             Operators(traces=_traces(sender=0.7, phone=0.3, account=0.2), recruits=_ANYWHERE, second_bite=0.8,
                       complaint=0.95, takeover=0.1), look_alikes=1.7),
    Scenario("overlap", "互相转介", "operators lend each other stock and clients", "hard",
             frozenset({"contact", "payee", "takeover", "text"}), Operators(shared_stock=0.15), look_alikes=1.3),
    Scenario("hard_town", "本地团伙（伪装）", "rings of one town amid much honest sharing", "hard",
             frozenset({"contact", "payee", "takeover"}),
             Operators(recruits=MappingProxyType({"branch": 1.0}), share=0.035, letters=0.0, per_item=4), look_alikes=1.8),
    Scenario("hard_leak", "离职代理人泄露（伪装）", "an ex-agent's book, few contacts each", "hard",
             frozenset({"agent", "contact", "payee"}),
             Operators(recruits=_BOOK, share=0.035, per_item=3.5, letters=0.0, takeover=0.2), look_alikes=1.8, contacts="today"),
    Scenario("mixed", "混合", "all ways at once", "mixed", frozenset({"contact", "payee", "takeover", "text", "agent", "lag"}),
             Operators(share=0.05, recruits=_ALL_WAYS, days=(15, 700), fresh_policies=0.25, second_bite=0.1, shared_stock=0.05),
             look_alikes=1.5, contacts="history", dirty=0.15),
    Scenario("hard_mixed", "混合（伪装）", "all ways at once, well hidden", "mixed",
             frozenset({"agent", "contact", "payee", "takeover", "text"}),
             Operators(share=0.03, sizes=(3, 35), recruits=_ALL_WAYS, days=(60, 800), per_item=3.5, letters=0.4, takeover=0.3, negotiated=0.45,
                       full_demand=0.5, shared_stock=0.05), look_alikes=2.0, contacts="history", dirty=0.2),
)  # fmt: skip

_NO_RING = replace(_USUAL, share=0.0)
_HONEST = (
    Scenario("quiet", "无团伙", "honest life alone", "honest", frozenset(), _NO_RING),
    Scenario("quiet_hard", "无团伙（大量善意共用）", "honest life full of look-alikes", "honest", frozenset(), _NO_RING,
             look_alikes=2.5, contacts="today", dirty=0.15),
)  # fmt: skip

SCENARIOS: Mapping[str, Scenario] = MappingProxyType({one.name: one for one in (*_PLAIN, *_HARD, *_HONEST)})
"""All families by name."""

DEMO = Scenario(
    "demo", "演示", "a few rings of every way, one hub, one ring that nobody can see, rows that were typed wrong", "mixed",
    frozenset({"contact", "payee", "takeover", "text"}), Operators(share=0.025, sizes=(5, 40), recruits=_ALL_WAYS),
    contacts="history", staged=True,
)  # fmt: skip
"""Made to be shown, not to be measured: it is none of the families that a method is judged on."""

TYPOLOGIES = Scenario(
    "typologies", "各类型一例", "one planted case of every typology, each beside its honest look-alikes", "mixed",
    frozenset(), _NO_RING, dirty=0.0, typologies=True,
)  # fmt: skip
"""A case of each kind, for those who try the patterns of the Cypher library; none of the families either."""

PORTFOLIOS: Mapping[str, Scenario] = MappingProxyType({**SCENARIOS, DEMO.name: DEMO, TYPOLOGIES.name: TYPOLOGIES})
"""All that can be made, by name."""
