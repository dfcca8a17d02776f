"""Letters: templates, common origins, complaints after the money was paid, and escalation."""

from __future__ import annotations

from datetime import date

from tests.neo4j.patterns.harness import Case, Graph, at, days

_OWN_WISH = ["asks_more", "asks_premium", "demands_full_refund", "early"]
_BEHIND = ["somebody_behind"]


def _letters(
    g: Graph, name: str, count: int, *, text: str | None = None, to: tuple[str, str] | None = None,
    harm: list[str] | None = None, household: str | None = "", source: str = "letter",
) -> list[str]:  # fmt: skip
    """Letters of so many people, each going with a request of theirs."""
    found = []
    for number in range(count):
        request = g.request(f"r-{name}-{number}", household=household, harm=harm)
        letter = g.complaint(f"c-{name}-{number}", f"p-{request}", source=source)
        g.link(letter, "GOES_WITH", request)
        if text is not None:
            g.link(letter, "COPY_OF", text)
        if to is not None:
            g.link(letter, *to)
        found.append(letter)
    return found


def _strangers_phone(g: Graph) -> None:
    """The ring's phone is on file with somebody else, and an agent had it who left."""
    g.value("Phone", "phone-ring", value_class="agent")
    g.link(g.person("organiser"), "FILED", "phone-ring")
    g.link(g.node("Agent", "agent-left", left_on=days(-100)), "AGENT_PHONE", "phone-ring")


def _template(g: Graph) -> None:
    for name, applicants in (("ring", 4), ("hand", 3), ("public", 5), ("form", 4), ("forwarded", 3), ("family", 3)):
        g.node("TextCluster", f"text-{name}", applicants=applicants, complaints=applicants)
    for name in ("agent", "relative", "nobody", "couples", "two"):
        g.node("TextCluster", f"text-{name}", applicants=3)
    g.node("TextCluster", "text-unknown")
    _strangers_phone(g)
    _letters(g, "ring", 3, text="text-ring", to=("WRITTEN_WITH", "phone-ring"))
    _letters(g, "ring-alone", 1, text="text-ring")
    _letters(g, "hand", 2, text="text-hand", harm=_BEHIND)
    _letters(g, "hand-alone", 1, text="text-hand")
    # a letter from the internet, a product's defect: own phones, and no more than what the letter itself asks for
    for number, letter in enumerate(_letters(g, "public", 5, text="text-public", harm=_OWN_WISH)):
        g.value("Phone", f"phone-own-{number}")
        g.link(letter, "WRITTEN_WITH", f"phone-own-{number}")
        g.link(f"p-r-public-{number}", "FILED", f"phone-own-{number}")
    # a consumer association's form, from its own address and phone
    g.value("Address", "address-association", value_class="institution")
    g.value("Phone", "phone-association", value_class="registry")
    for letter in _letters(g, "form", 4, text="text-form", to=("SENT_FROM", "address-association")):
        g.link(letter, "WRITTEN_WITH", "phone-association")
    # sent on by the regulator in one post
    g.node("WaybillRun", "run-regulator")
    _letters(g, "forwarded", 3, text="text-forwarded", to=("SENT_UNDER", "run-regulator"), source="regulator")
    # one family; an agent in post who helps; somebody's phone that is on file with each of them
    g.value("Phone", "phone-family")
    _letters(g, "family", 3, text="text-family", to=("WRITTEN_WITH", "phone-family"), household="one household")
    g.node("Agent", "agent-in-post", left_on=days(1))
    g.value("Phone", "phone-agent", value_class="agent")
    g.link("agent-in-post", "AGENT_PHONE", "phone-agent")
    _letters(g, "agent", 3, text="text-agent", to=("SENT_FROM", "phone-agent"))
    g.value("Phone", "phone-relative")
    for number, _ in enumerate(_letters(g, "relative", 3, text="text-relative", to=("SENT_FROM", "phone-relative"))):
        g.link(f"p-r-relative-{number}", "FILED", "phone-relative")
    # three couples, a phone each; three of two households
    for number in range(3):
        g.value("Phone", f"phone-couple-{number}")
        for one in ("one", "other"):
            _letters(
                g, f"{one}-{number}", 1, text="text-couples", to=("WRITTEN_WITH", f"phone-couple-{number}"),
                household=f"couple {number}",
            )  # fmt: skip
    _letters(g, "two", 2, text="text-two", harm=_BEHIND, household="one household")
    _letters(g, "two-other", 1, text="text-two", harm=_BEHIND)
    _letters(g, "nobody", 3, text="text-nobody", to=("WRITTEN_WITH", "phone-ring"), household=None)
    _letters(g, "unknown", 3, text="text-unknown", harm=_BEHIND)


_TEMPLATE_FOUND = (("text-ring",), ("text-hand",))
_TEMPLATE = Case(
    "t03-template-letter",
    _template,
    found=_TEMPLATE_FOUND,
    drawn={
        "text-ring": frozenset({"text-ring", "phone-ring", "c-ring-0", "c-ring-alone-0", "p-r-ring-2"}),
        "text-hand": frozenset({"text-hand", "c-hand-0", "r-hand-1"}),
    },
    spared=frozenset(
        {"text-public", "text-form", "text-forwarded", "text-family", "text-agent", "text-relative", "text-nobody"}
        | {
            "text-unknown",
            "text-couples",
            "text-two",
            "phone-own-0",
            "address-association",
            "run-regulator",
            "phone-family",
            "phone-agent",
        }
    ),
    changed=(
        ({"least": 4}, frozenset({("text-ring",)})),
        (
            {"hand_share": 0.0},
            frozenset(
                {*_TEMPLATE_FOUND, ("text-public",), ("text-form",), ("text-forwarded",), ("text-agent",)}
                | {("text-relative",), ("text-couples",)}
            ),
        ),
    ),
    covered=7,
    compared_with=11,
)


def _origin(g: Graph) -> None:
    g.node("TextCluster", "text", applicants=20)
    g.value("Phone", "phone-sender")
    g.link(g.person("organiser"), "FILED", "phone-sender")
    _letters(g, "sender", 3, text="text", to=("SENT_FROM", "phone-sender"))
    g.node("WaybillRun", "run-ring")
    _letters(g, "run", 2, to=("SENT_UNDER", "run-ring"), harm=_BEHIND)
    _letters(g, "run-own", 2, to=("SENT_UNDER", "run-ring"))
    g.node("Agent", "agent-left", left_on=days(-100))
    g.value("Phone", "phone-former", value_class="agent")
    g.link("agent-left", "AGENT_PHONE", "phone-former")
    _letters(g, "former", 3, text="text", to=("SENT_FROM", "phone-former"))
    # the town's post office, a listed mailroom, what a regulator forwards
    g.value("Address", "address-post", value_class="institution")
    _letters(g, "post", 4, text="text", to=("SENT_FROM", "address-post"))
    g.value("Address", "address-mailroom", value_class="registry")
    _letters(g, "mailroom", 4, text="text", to=("SENT_FROM", "address-mailroom"))
    g.node("WaybillRun", "run-regulator")
    _letters(g, "forwarded", 4, text="text", to=("SENT_UNDER", "run-regulator"), source="regulator")
    # a factory's office: everybody's own words; a family; an agent in post; kin whose phone is on file
    g.value("Address", "address-factory")
    _letters(g, "factory", 4, to=("SENT_FROM", "address-factory"), harm=_OWN_WISH)
    g.node("TextCluster", "text-two", applicants=2)
    g.value("Address", "address-office")
    _letters(g, "office", 3, text="text-two", to=("SENT_FROM", "address-office"))
    g.value("Phone", "phone-family")
    _letters(g, "family", 3, text="text", to=("SENT_FROM", "phone-family"), household="one household")
    g.node("Agent", "agent-in-post")
    g.value("Phone", "phone-agent", value_class="agent")
    g.link("agent-in-post", "AGENT_PHONE", "phone-agent")
    _letters(g, "agent", 3, text="text", to=("SENT_FROM", "phone-agent"))
    g.value("Phone", "phone-kin")
    for number, _ in enumerate(_letters(g, "kin", 3, text="text", to=("SENT_FROM", "phone-kin"))):
        g.person(f"kin-{number}", household=f"household of p-r-kin-{number}")
        g.link(f"kin-{number}", "FILED", "phone-kin")
    g.value("Phone", "phone-nobody")
    _letters(g, "nobody", 3, text="text", to=("SENT_FROM", "phone-nobody"), household=None)


_ORIGIN_FOUND = (("Phone", "phone-former"), ("Phone", "phone-sender"), ("WaybillRun", "run-ring"))
_ORIGIN = Case(
    "t04-common-mailing-origin",
    _origin,
    found=_ORIGIN_FOUND,
    drawn={
        "phone-former": frozenset({"phone-former", "c-former-0", "p-r-former-2"}),
        "phone-sender": frozenset({"phone-sender", "c-sender-0", "c-sender-1", "c-sender-2"}),
        "run-ring": frozenset({"run-ring", "c-run-0", "c-run-own-1"}),
    },
    spared=frozenset(
        {"address-post", "address-mailroom", "run-regulator", "address-factory", "phone-family", "phone-agent"}
        | {"address-office", "phone-kin", "phone-nobody", "c-post-0", "c-factory-0"}
    ),
    changed=(
        ({"least": 4}, frozenset({("WaybillRun", "run-ring")})),
        (
            {"hand_share": 0.0},
            frozenset({*_ORIGIN_FOUND, ("Address", "address-factory"), ("Address", "address-office")}),
        ),
    ),
    covered=10,
    compared_with=10,
)


def _surrendered(
    g: Graph, name: str, paid: date | None, *, harm: list[str] | None = None, callback: str | None = None,
    kind: str | None = None,
) -> str:  # fmt: skip
    """A surrender that was paid, its policy and its applicant."""
    request = g.request(
        f"r-{name}", on=None, paid_at=at(paid), paid_amount=1_000_00, harm=harm, callback=callback, kind=kind
    )
    g.link(request, "SURRENDERS", g.policy(f"policy-{name}"))
    return request


def _again(
    g: Graph, name: str, count: int = 1, *, by: str | None = None, extra: int | None = None,
    demand: str | None = "full_refund", text: str | None = None,
) -> None:  # fmt: skip
    """Complaints about the policy of a surrender."""
    for number in range(count):
        letter = g.complaint(f"c-{name}-{number}", by or f"p-r-{name}", demand=demand, paid_extra=extra)
        g.link(letter, "ABOUT", f"policy-{name}")
        if text is not None:
            g.link(letter, "COPY_OF", text)


def _second_bite(g: Graph) -> None:
    g.node("TextCluster", "text", applicants=2)
    g.node("TextCluster", "text-own", applicants=1)
    _surrendered(g, "years", days(-1000), harm=["somebody_behind", "asks_more"])
    _again(g, "years", 3)
    _surrendered(g, "extra", days(-100))
    _again(g, "extra", extra=5_000_00, demand=None, text="text")
    _surrendered(g, "often", days(-100))
    _again(g, "often", 3)
    _strangers_phone(g)
    _surrendered(g, "phone", days(-100))
    _again(g, "phone")
    g.link("c-phone-0", "WRITTEN_WITH", "phone-ring")
    g.link(g.complaint("c-other", g.person("p-other")), "WRITTEN_WITH", "phone-ring")
    _surrendered(g, "proxy", days(-100))
    _again(g, "proxy", by=g.person("p-stranger"), text="text")
    # a genuine late discovery, in one's own words; confirmed on a callback
    _surrendered(g, "late", days(-100), harm=["asks_more"])
    _again(g, "late", 2, text="text-own")
    _surrendered(g, "confirmed", days(-100), callback="own")
    _again(g, "confirmed", 3, text="text")
    # a couple's phone; an agent in post who helps
    g.value("Phone", "phone-couple")
    _surrendered(g, "couple", days(-100))
    _again(g, "couple")
    wife = g.person("p-wife", household="household of p-r-couple")
    g.value("Phone", "phone-agent", value_class="agent")
    g.link(g.node("Agent", "agent-in-post", left_on=days(0)), "AGENT_PHONE", "phone-agent")
    _surrendered(g, "helped", days(-100))
    _again(g, "helped")
    for key, phone, other in (("couple", "phone-couple", wife), ("helped", "phone-agent", "p-other")):
        g.link(f"c-{key}-0", "WRITTEN_WITH", phone)
        g.link(g.complaint(f"c-other-{key}", other), "WRITTEN_WITH", phone)
    # heirs: of the household, or kin
    _surrendered(g, "heir", days(-100))
    _again(g, "heir", 3, by=g.person("p-widow", household="household of p-r-heir"), text="text")
    _surrendered(g, "legacy", days(-100))
    _again(g, "legacy", 3, by=g.person("p-daughter"), text="text")
    g.link("p-daughter", "RELATED_TO", "p-r-legacy", relation="child")
    # before the money came, never paid, a part only, and no money wanted
    _surrendered(g, "before", days(10))
    _again(g, "before", 3, text="text")
    _surrendered(g, "unpaid", None)
    _again(g, "unpaid", 3, text="text")
    _surrendered(g, "part", days(-100), kind="partial")
    _again(g, "part", 3, text="text")
    _surrendered(g, "apology", days(-100))
    _again(g, "apology", 3, text="text", demand="apology")


_BITES = (("r-years",), ("r-extra",), ("r-often",), ("r-phone",), ("r-proxy",))
_SECOND_BITE = Case(
    "t11-second-bite",
    _second_bite,
    found=_BITES,
    drawn={
        "r-years": frozenset({"r-years", "policy-years", "c-years-0", "c-years-2", "p-r-years"}),
        "r-extra": frozenset({"r-extra", "c-extra-0", "text"}),
        "r-often": frozenset({"r-often", "c-often-1"}),
        "r-phone": frozenset({"r-phone", "phone-ring"}),
        "r-proxy": frozenset({"r-proxy", "p-stranger"}),
    },
    spared=frozenset({f"r-{name}" for name in ("late", "confirmed", "heir", "legacy", "before", "unpaid", "part")})
    | {"r-apology", "r-couple", "r-helped", "p-widow", "p-daughter", "text-own"},
    changed=(
        ({"after_days": 200}, frozenset(_BITES[:1])),
        ({"extra": 1}, frozenset({("r-extra",)})),
        ({"many": 4}, frozenset(_BITES) - {("r-often",)}),
        ({"marks": 0}, frozenset({*_BITES, ("r-late",), ("r-couple",), ("r-helped",)})),
        ({"marks": 2}, frozenset(_BITES[:1])),
    ),
    covered=5,
    compared_with=13,
)


def _campaign(g: Graph, name: str, sources: list[str | None], *, step: int = 5, text: str = "text") -> None:
    """Complaints of one person, one every few days."""
    g.request(name)
    for number, source in enumerate(sources):
        letter = g.complaint(f"c-{name}-{number}", f"p-{name}", on=days(step * number), source=source)
        g.link(letter, "COPY_OF", text)


def _escalation(g: Graph) -> None:
    g.node("TextCluster", "text", applicants=5)
    g.node("TextCluster", "text-own", applicants=1)
    g.node("TextCluster", "text-unknown")
    _campaign(g, "ring", ["hotline", "web", "letter", "web", "visit", "regulator", "regulator"])
    _campaign(g, "phone", ["hotline", "web", "letter", "web", "visit"], text="text-own")
    _strangers_phone(g)
    g.link("c-phone-3", "SENT_FROM", "phone-ring")
    g.link(g.complaint("c-other", g.person("p-other")), "WRITTEN_WITH", "phone-ring")
    # one letter that came through three bodies, a real grievance that nobody answers
    _campaign(g, "forwarded", ["letter", "web", "regulator", "regulator", "regulator"], step=1)
    _campaign(g, "grievance", ["hotline", "web", "letter", "regulator", "visit"], text="text-own")
    g.value("Phone", "phone-couple")
    wife = g.person("p-wife", household="household of p-grievance")
    for letter in ("c-grievance-0", g.complaint("c-wife", wife)):
        g.link(letter, "WRITTEN_WITH", "phone-couple")
    g.value("Phone", "phone-agent", value_class="agent")
    g.link(g.node("Agent", "agent-in-post"), "AGENT_PHONE", "phone-agent")
    for letter in ("c-grievance-1", "c-other"):
        g.link(letter, "WRITTEN_WITH", "phone-agent")
    # over a year; by one channel; about different things; nobody knows when or whose text
    _campaign(g, "slow", ["hotline", "web", "letter", "web", "visit"], step=60)
    _campaign(g, "single", ["web"] * 5 + [None])
    _campaign(g, "unknown", ["hotline", "web", "letter", "web", None], text="text-unknown")
    g.request("different")
    for number in range(5):
        g.node("TextCluster", f"text-{number}", applicants=3)
        g.complaint(f"c-different-{number}", "p-different", source="web" if number % 2 else "hotline")
        g.link(f"c-different-{number}", "COPY_OF", f"text-{number}")
    g.request("undated")
    for number in range(5):
        g.complaint(f"c-undated-{number}", "p-undated", on=None, source="web" if number % 2 else "hotline")
        g.link(f"c-undated-{number}", "COPY_OF", "text")


_LOUD = (("p-ring",), ("p-phone",))
_ESCALATION = Case(
    "t14-escalation",
    _escalation,
    found=_LOUD,
    drawn={
        "p-ring": frozenset({"p-ring", "text", "c-ring-0", "c-ring-6"}),
        "p-phone": frozenset({"p-phone", "phone-ring", "c-phone-4"}),
    },
    spared=frozenset({f"p-{name}" for name in ("forwarded", "grievance", "slow", "single", "unknown", "different")})
    | {"p-undated", "text-0"},
    changed=(
        ({"least": 6}, frozenset(_LOUD[:1])),
        ({"days": 300}, frozenset({*_LOUD, ("p-slow",)})),
        ({"channels": 1}, frozenset({*_LOUD, ("p-single",)})),
        ({"bodies": 1}, frozenset({*_LOUD, ("p-forwarded",)})),
        ({"marks": 0}, frozenset({*_LOUD, ("p-grievance",), ("p-unknown",)})),
    ),
    covered=2,
    compared_with=9,
)

CASES: tuple[Case, ...] = (_TEMPLATE, _ORIGIN, _SECOND_BITE, _ESCALATION)
