"""People who act for others: delegates, agents who left, who poach, who live on commission, and spokespersons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.neo4j.patterns.harness import DAY, Case, Graph, at, days

_HARM = ["asks_more"]


def _delegate(g: Graph) -> None:
    g.value("Delegate", "d-ring", 4)
    g.star("d-ring", "DELEGATED_TO", [_HARM, _HARM, ["takeover"], None])
    g.link(g.person("organiser"), "ACTS_AS", "d-ring")
    g.link(g.node("Agent", "agent-to-be", hired_on=days(10)), "ACTS_AS", "d-ring")
    g.value("Delegate", "d-former", 3, value_class="agent")
    g.star("d-former", "DELEGATED_TO", [_HARM, _HARM, []])
    g.node("Agent", "agent-left", agent_no="A1", hired_on=days(-2000), left_on=days(-100))
    g.link("agent-left", "ACTS_AS", "d-former")
    # a child for the elders, kin or of the household; the servicing agent; a lawyer, listed; who helps without harm
    g.value("Delegate", "d-child", 3)
    g.link(g.person("child"), "ACTS_AS", "d-child")
    for request in g.star("d-child", "DELEGATED_TO", [_HARM] * 3):
        g.link("child", "RELATED_TO", f"p-{request}", relation="parent")
    g.value("Delegate", "d-neighbour", 3)
    own, *_ = g.star("d-neighbour", "DELEGATED_TO", [_HARM] * 3)
    g.link(g.person("neighbour", household=f"household of p-{own}"), "ACTS_AS", "d-neighbour")
    g.value("Delegate", "d-office", 3, value_class="institution")
    g.star("d-office", "DELEGATED_TO", [_HARM] * 3)
    g.value("Delegate", "d-agent", 3, value_class="agent")
    g.star("d-agent", "DELEGATED_TO", [_HARM] * 3)
    g.node("Agent", "agent-in-post", hired_on=days(-100))
    g.link("agent-in-post", "ACTS_AS", "d-agent")
    g.value("Delegate", "d-lawyer", 3, value_class="agent")
    g.star("d-lawyer", "DELEGATED_TO", [_HARM] * 3, counts=False)
    g.value("Delegate", "d-clerk", 5)
    g.star("d-clerk", "DELEGATED_TO", [[], [], [], None, _HARM])
    g.value("Delegate", "d-family", 3)
    g.star("d-family", "DELEGATED_TO", [_HARM] * 3, household="one household")
    g.value("Delegate", "d-nobody", 3)
    g.star("d-nobody", "DELEGATED_TO", [_HARM] * 3, household=None)


_DELEGATE = Case(
    "t05-delegate-hub",
    _delegate,
    found=(("d-ring",), ("d-former",)),
    drawn={
        "d-ring": frozenset({"d-ring", *(f"r-d-ring-{number}" for number in range(4))}),
        "d-former": frozenset({"d-former", "agent-left", "p-r-d-former-2"}),
    },
    spared=frozenset({"d-neighbour", "d-office"})
    | frozenset({"d-child", "child", "d-agent", "agent-in-post", "d-lawyer", "d-clerk", "d-family", "d-nobody"}),
    changed=(
        ({"least": 4}, frozenset({("d-ring",)})),
        ({"harm_share": 0.0}, frozenset({("d-ring",), ("d-former",), ("d-clerk",)})),
    ),
    covered=7,
    compared_with=10,
)


def _book(g: Graph, agent: str, size: int, gone: int, *, branch: str | None = "b1", left: date | None = None) -> None:
    """An agent who left a book of policies behind, some of which were surrendered half a year later."""
    left = days(-400) if left is None else left
    g.node("Agent", agent, agent_no=agent, hired_on=days(-4000), left_on=left)
    if branch is not None:
        g.link(agent, "AT_BRANCH", branch)
    for number in range(size):
        policy = g.policy(f"{agent}-policy-{number}", agent, issued_on=days(-3000))
        if number < gone:
            request = g.request(f"{agent}-gone-{number}", on=days(-200))
            g.link(request, "SURRENDERS", policy)


def leavers(striking: int, honest: Sequence[int]) -> Graph:
    """Books of forty policies at one branch, so many of each surrendered."""
    g = Graph()
    g.node("Run", "run", current=True, as_of=at(DAY))
    g.node("Branch", "b1", branch_code="b1")
    for name, gone in (("striking", striking), *((f"honest-{number}", gone) for number, gone in enumerate(honest))):
        _book(g, name, 40, gone)
    return g


def _back(
    g: Graph, agent: str, label: str, way: str, harms: list[list[str] | None], *, on: date = DAY, counts: bool = True
) -> None:
    """The agent's phone or ID is seen again."""
    value = g.value(label, f"{agent}-value", 3, value_class="agent")
    g.link(agent, "ACTS_AS" if label == "Delegate" else "AGENT_PHONE", value)
    for number, harm in enumerate(harms):
        g.use(g.request(f"{agent}-back-{number}", harm=harm), way, value, on=on, counts=counts)


def _ex_agent(g: Graph) -> None:
    g.node("Run", "run", current=True, as_of=at(DAY))
    for branch in ("b1", "b2"):
        g.node("Branch", branch, branch_code=branch)
    _book(g, "leak", 40, 20)
    _back(g, "leak", "Phone", "CONTACT_BY", [_HARM])
    g.policy("leak-over", "leak", ended_on=days(-500))  # over before the agent left
    g.policy("leak-later", "leak", issued_on=days(-300))  # written afterwards in the agent's name
    _book(g, "both", 40, 20)
    _back(g, "both", "Phone", "DELEGATE_PHONE", [_HARM, _HARM])
    g.use("both-gone-0", "LETTER_FROM", "both-value")
    _book(g, "returned", 2, 0)
    _back(g, "returned", "Delegate", "DELEGATED_TO", [_HARM, _HARM, []])
    # other orphaned books, one of them surrendered in just as great a number
    _book(g, "cohort", 40, 3)
    _book(g, "large", 200, 20)
    # what was surrendered before, is over, or was a part only is no surrender of the orphaned book
    _book(g, "honest", 0, 0)
    for number in range(20):
        policy = g.policy(f"honest-policy-{number}", "honest", issued_on=days(-3000), ended_on=days(-900))
        g.link(g.request(f"honest-gone-{number}", on=days(-900)), "SURRENDERS", policy)
        policy = g.policy(f"honest-refused-{number}", "honest", issued_on=days(-3000))
        g.link(g.request(f"honest-refused-request-{number}", on=days(-900)), "SURRENDERS", policy)
        policy = g.policy(f"honest-part-{number}", "honest", issued_on=days(-3000))
        g.link(g.request(f"honest-part-request-{number}", on=days(-200), kind="partial"), "SURRENDERS", policy)
    # nothing to compare with; no branch; helps without harm; back after years; an agent in post
    _book(g, "far", 20, 10, branch="b2")
    _book(g, "nowhere", 20, 10, branch=None)
    _book(g, "helper", 2, 0)
    _back(g, "helper", "Phone", "CONTACT_BY", [[], None])
    _book(g, "kin", 2, 0)
    _back(g, "kin", "Delegate", "DELEGATED_TO", [_HARM] * 3, counts=False)
    _book(g, "earlier", 2, 0)
    _back(g, "earlier", "Delegate", "DELEGATED_TO", [_HARM] * 3, on=days(-500))
    _book(g, "slow", 40, 39, left=days(-1000))
    _book(g, "ancient", 2, 0, left=days(-900))
    _back(g, "ancient", "Phone", "LETTER_FROM", [_HARM, _HARM])
    g.node("Agent", "in-post", agent_no="in-post")
    g.link("in-post", "AT_BRANCH", "b1")
    _back(g, "in-post", "Phone", "DELEGATE_PHONE", [_HARM, _HARM])


_EX_AGENT = Case(
    "t08-ex-agent-leak",
    _ex_agent,
    found=(("both",), ("returned",), ("leak",)),
    drawn={
        "both": frozenset({"both", "both-value", "both-back-0", "both-policy-1", "both-gone-19"}),
        "returned": frozenset({"returned", "returned-value", "returned-back-0", "p-returned-back-1"}),
        "leak": frozenset({"leak", "leak-policy-0", "leak-gone-19"}),
    },
    spared=frozenset({"cohort", "large", "honest", "far", "nowhere", "helper", "ancient", "in-post", "leak-policy-39"})
    | {"kin", "earlier", "slow", "leak-back-0"},
    changed=(
        ({"months": 5}, frozenset()),
        ({"months": 36}, frozenset({("both",), ("returned",), ("leak",), ("slow",), ("ancient",)})),
        ({"least": 21}, frozenset({("both",), ("returned",)})),
        ({"cohort": 1000}, frozenset({("both",), ("returned",)})),
        ({"ratio": 20.0}, frozenset({("both",), ("returned",)})),
        ({"back": 4}, frozenset({("both",), ("leak",)})),
        ({"harm_share": 0.0}, frozenset({("both",), ("returned",), ("leak",), ("helper",)})),
    ),
    covered=45,
    compared_with=13,
)


def _move(
    g: Graph, name: str, old: str, new: str, *, after: int = 30, product: str = "P1", household: str | None = "",
    kind: str | None = None,
) -> None:  # fmt: skip
    """A customer surrenders a policy of one agent and takes out another with the next."""
    request = g.request(f"r-{name}", household=household, kind=kind)
    g.link(request, "SURRENDERS", g.policy(f"old-{name}", old, product_code=product))
    g.policy(f"new-{name}", new, issued_on=days(after))
    g.link(f"p-r-{name}", "OWNS", f"old-{name}")
    g.link(f"p-r-{name}", "OWNS", f"new-{name}")


def _team(g: Graph, boss: str, agent: str, in_post: int | None) -> None:
    """An agent, so many days in post, and the manager."""
    g.node("Agent", boss, agent_no=boss)
    g.node("Agent", agent, agent_no=agent, hired_on=None if in_post is None else days(-in_post))
    g.link(agent, "MANAGED_BY", boss)


def _poach(g: Graph) -> None:
    _team(g, "m-old", "a-old", 3000)
    _team(g, "m-ring", "a-ring", 100)
    g.node("Agent", "a-ring-2", agent_no="a-ring-2", hired_on=days(-10))
    g.link("a-ring-2", "MANAGED_BY", "m-ring")
    for number in range(4):
        _move(g, f"ring-{number}", "a-old", "a-ring" if number < 2 else "a-ring-2")
    g.link("new-ring-0", "REPLACES", "old-ring-0")
    _move(g, "ring-nobody", "a-old", "a-ring", household=None)
    g.node("Agent", "a-ring-long", agent_no="a-ring-long", hired_on=days(-3000))
    g.link("a-ring-long", "MANAGED_BY", "m-ring")
    _move(g, "ring-long", "a-old", "a-ring-long")
    g.node("Agent", "a-alone", agent_no="a-alone", hired_on=days(-100))  # no manager is on record
    for number, after in enumerate((-15, 0, 180)):
        _move(g, f"alone-{number}", "a-old", "a-alone", after=after)
    # the same newcomer upgrades; a successor of the same team serves on; long in post; no longer new; nobody knows
    _team(g, "m-same", "a-same", 100)
    _team(g, "m-long", "a-long", 3000)
    _team(g, "m-older", "a-older", 500)
    _team(g, "m-unknown", "a-unknown", None)
    g.node("Agent", "a-successor", agent_no="a-successor", hired_on=days(-100))
    g.link("a-successor", "MANAGED_BY", "m-old")
    for number in range(3):
        _move(g, f"same-{number}", "a-same", "a-same", product="P2")
        _move(g, f"successor-{number}", "a-old", "a-successor", product="P2")
        _move(g, f"long-{number}", "a-old", "a-long", product="P3")
        _move(g, f"older-{number}", "a-old", "a-older", product="P4")
        _move(g, f"unknown-{number}", "a-old", "a-unknown", product="P5")
    # long after, long before; one family; nobody's
    for name, after, household in (("late", 181, ""), ("early", -16, ""), ("family", 30, "one household")):
        _team(g, f"m-{name}", f"a-{name}", 100)
        for number in range(3):
            _move(g, f"{name}-{number}", "a-old", f"a-{name}", after=after, household=household)
    _team(g, "m-nobody", "a-nobody", 100)
    for number in range(3):
        _move(g, f"nobody-{number}", "a-old", "a-nobody", household=None)
    # took back in the cooling-off period what was just bought, and took another
    _team(g, "m-cooling", "a-cooling", 100)
    for number in range(3):
        _move(g, f"cooling-{number}", "a-old", "a-cooling", kind="cooling_off")
    # a product closes: its holders go to agents of every age
    _team(g, "m-closing", "a-closing", 100)
    for number in range(3):
        _move(g, f"closing-{number}", "a-old", "a-closing", product="closing")
    for number in range(4):
        _move(g, f"closing-long-{number}", "a-old", "a-long" if number else "a-old", product="closing")


_POACHED = (("m-ring",), ("a-alone",))
_POACH = Case(
    "t09-poach-and-hang",
    _poach,
    found=_POACHED,
    drawn={
        "m-ring": frozenset({"m-ring", "a-ring", "a-ring-2", "new-ring-0", "old-ring-3", "p-r-ring-1"}),
        "a-alone": frozenset({"a-alone", "new-alone-0", "old-alone-2"}),
    },
    spared=frozenset(
        {"a-same", "a-successor", "a-long", "a-older", "a-unknown", "a-late", "a-early", "a-family", "a-nobody"}
        | {"a-cooling", "a-closing", "new-closing-0", "r-closing-0", "r-late-0", "r-ring-nobody", "r-ring-long"}
    ),
    changed=(
        ({"least": 4}, frozenset(_POACHED[:1])),
        ({"days": 181}, frozenset({*_POACHED, ("m-late",)})),
        ({"before_days": 16}, frozenset({*_POACHED, ("m-early",)})),
        ({"post_months": 24}, frozenset({*_POACHED, ("m-older",)})),
        ({"fresh_share": 0.0}, frozenset({*_POACHED, ("m-closing",)})),
    ),
    covered=7,
    compared_with=13,
)


def _sale(
    g: Graph, agent: str, count: int, *, held: int | None = 200, cash: int | None = 2_000, claims: int | None = None,
    payer: str | None = None, counts: bool = True, household: str | None = "", premium: int | None = 10_000,
) -> None:  # fmt: skip
    """Policies of one agent that were surrendered; an annual premium of 10,000 fen and a commission of 9,000."""
    if agent not in g.nodes:
        g.node("Agent", agent, agent_no=agent)
    for number in range(count):
        policy = g.policy(f"{agent}-policy-{number}", agent, premium_paid=premium, commission_paid=9_000, claims=claims)
        harm = ["early"] if payer else ["early", "stranger_paid_premium"]
        request = g.request(f"{agent}-r-{number}", household=household, harm=harm, held_days=held, cash_value=cash)
        g.link(request, "SURRENDERS", policy)
        if payer is not None:
            g.use(request, "PREMIUM_FROM", payer, counts=counts)


def _commission(g: Graph) -> None:
    for key in ("account-ring", "account-own"):
        g.value("BankAccount", key, 4)
    _sale(g, "a-ring", 4, cash=12_000)
    _sale(g, "a-payer", 3, payer="account-ring")
    # a single premium, paid by the customer; hardship; too late, in the cooling-off period; at a loss
    _sale(g, "a-single", 4, payer="account-own", counts=False, cash=10_000)
    _sale(g, "a-hardship", 4, claims=1)
    _sale(g, "a-late", 4, held=431)
    _sale(g, "a-cooling", 4, held=19)
    _sale(g, "a-loss", 4, cash=1_000)
    _sale(g, "a-family", 4, household="one household")
    _sale(g, "a-nobody", 4, household=None)
    _sale(g, "a-gift", 4, premium=0)
    # nobody knows how long it was held, what it was worth, what was paid
    _sale(g, "a-unknown-held", 4, held=None)
    _sale(g, "a-unknown-cash", 4, cash=None)
    _sale(g, "a-unknown-premium", 4, premium=None)


_SOLD = (("a-ring",), ("a-payer",))
_COMMISSION = Case(
    "t10-commission-arbitrage",
    _commission,
    found=_SOLD,
    drawn={
        "a-ring": frozenset({"a-ring", "a-ring-policy-0", "a-ring-r-3", "p-a-ring-r-1"}),
        "a-payer": frozenset({"a-payer", "account-ring", "a-payer-r-2"}),
    },
    spared=frozenset(
        {"a-single", "account-own", "a-hardship", "a-late", "a-cooling", "a-loss", "a-family", "a-nobody"}
        | {"a-gift", "a-unknown-held", "a-unknown-cash", "a-unknown-premium", "a-hardship-r-0"}
    ),
    changed=(
        ({"least": 4}, frozenset(_SOLD[:1])),
        ({"from_days": 10}, frozenset({*_SOLD, ("a-cooling",)})),
        ({"to_days": 431}, frozenset({*_SOLD, ("a-late",)})),
        ({"gain": 2.0}, frozenset(_SOLD[:1])),
        ({"gain": 0.9}, frozenset({*_SOLD, ("a-loss",)})),
    ),
    covered=7,
    compared_with=14,
)


def _visit(
    g: Graph, name: str, people: int, *, household: str | None = "", party: int | None = None,
    speaker: str | None = "", step: int = 0, demand: str | None = "full refund",
) -> None:  # fmt: skip
    """People who come to the branch, one visit each, about a policy of theirs."""
    if speaker == "":
        speaker = g.value("Phone", f"phone-{name}")
    for number in range(people):
        visit = g.node(
            "Visit", f"v-{name}-{number}", visit_id=f"v-{name}-{number}", visited_at=at(days(step * number)),
            party_size=party, demand_key=demand, row=f"visits.csv:{number}",
        )  # fmt: skip
        g.link(visit, "AT_BRANCH", "b1")
        request = g.request(f"r-{name}-{number}", household=household)
        g.link(f"p-{request}", "CAME", visit)
        g.link(visit, "ABOUT", g.policy(f"policy-{name}-{number}"))
        g.link(request, "SURRENDERS", f"policy-{name}-{number}")
        if speaker is not None:
            g.link(visit, "SPOKEN_FOR_BY", speaker)


def _collective(g: Graph) -> None:
    g.node("Branch", "b1", branch_code="B1")
    _visit(g, "ring", 4)
    g.link(g.person("organiser"), "FILED", "phone-ring")
    _visit(g, "party", 2, party=3)
    g.link(g.node("Agent", "agent-left", left_on=days(-100)), "AGENT_PHONE", "phone-party")
    # a real incident: one of those who came speaks, or somebody of the household
    for name, member in (("incident", "p-r-incident-2"), ("spouse", "spouse")):
        _visit(g, name, 5)
        if member == "spouse":
            g.person("spouse", household="household of p-r-spouse-0")
        g.link(member, "FILED", f"phone-{name}")
    # a listed lawyer; an agent in post; nobody speaks; a family; on several days; two people; nothing demanded
    g.value("Phone", "phone-lawyer", value_class="registry")
    _visit(g, "lawyer", 4, speaker="phone-lawyer")
    g.node("Agent", "agent-in-post")
    g.value("Phone", "phone-agent", value_class="agent")
    g.link("agent-in-post", "AGENT_PHONE", "phone-agent")
    _visit(g, "agent", 4, speaker="phone-agent")
    _visit(g, "silent", 4, speaker=None)
    _visit(g, "family", 3, household="one household")
    _visit(g, "days", 4, step=1)
    _visit(g, "two", 2)
    _visit(g, "vague", 4, demand=None)
    _visit(g, "nobody", 4, household=None)


def _group(name: str) -> tuple[str]:
    return (f"B1/{DAY}/full refund/phone-{name}",)


_COLLECTIVE = Case(
    "t12-collective-visit",
    _collective,
    found=(_group("ring"), _group("party")),
    drawn={
        _group("ring")[0]: frozenset({"phone-ring", *(f"v-ring-{number}" for number in range(4)), "p-r-ring-3"}),
        _group("party")[0]: frozenset({"phone-party", "v-party-0", "v-party-1", "policy-party-1"}),
    },
    spared=frozenset(
        {"phone-incident", "phone-spouse", "phone-lawyer", "phone-agent", "phone-family", "phone-days", "phone-two"}
        | {"phone-vague", "phone-nobody", "v-silent-0", "v-incident-2"}
    ),
    changed=(
        ({"warn": 4}, frozenset({_group("ring")})),
        ({"warn": 2}, frozenset({_group("ring"), _group("party"), _group("two")})),
        ({"households": 3}, frozenset({_group("ring")})),
        ({"households": 1}, frozenset({_group("ring"), _group("party"), _group("family")})),
    ),
    covered=6,
    compared_with=5,
)

CASES: tuple[Case, ...] = (_DELEGATE, _EX_AGENT, _POACH, _COMMISSION, _COLLECTIVE)
