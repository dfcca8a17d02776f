"""Values that unrelated people share: contact, takeover, payee, device."""

from __future__ import annotations

from tests.neo4j.patterns.harness import Case, Graph, days

_HARM = ["asks_more"]


def _contact(g: Graph) -> None:
    g.value("Phone", "phone-ring", 4)
    g.star("phone-ring", "CONTACT_BY", [_HARM, _HARM, ["early"], None])
    again = g.request("r-again", household=str(g.nodes["r-phone-ring-0"][1]["household"]))
    g.use(again, "DELEGATE_PHONE", "phone-ring")
    g.use(g.request("r-nobody", household=None, harm=_HARM), "CONTACT_BY", "phone-ring")
    g.value("Address", "address-ring", 3, value_class="registry")  # listed once; the listing has run out
    g.star("address-ring", "LETTER_FROM", [["third_party_payee"], ["demands_full_refund", "takeover"], ["takeover"]])
    # one family; an agent's own phone; the registry; filed with kin
    g.value("Phone", "phone-family", 3)
    g.star("phone-family", "CONTACT_BY", [_HARM] * 3, household="one household")
    for key, value_class in (("phone-agent", "agent"), ("email-listed", "registry"), ("phone-filed", "open")):
        g.value("Email" if key == "email-listed" else "Phone", key, 3, value_class=value_class)
        g.star(key, "CONTACT_BY", [_HARM] * 3, counts=False)
    # HR's phone in a layoff, a village clerk's, and a default value of a branch
    g.value("Phone", "phone-hr", 5)
    g.star("phone-hr", "CHANGED_TO", [["takeover"]] * 4 + [["takeover", "asks_more"]])
    g.value("Phone", "phone-clerk", 4)
    g.star("phone-clerk", "CONTACT_BY", [[], [], [], _HARM])
    g.value("Phone", "phone-typed", 9, value_class="junk")
    g.star("phone-typed", "CONTACT_BY", [_HARM] * 3)
    # nobody knows whose requests these are, whether the use counts, how many use it
    g.value("Phone", "phone-nobody", 3)
    g.star("phone-nobody", "CONTACT_BY", [_HARM] * 3, household=None)
    g.value("Phone", "phone-unclear", 3)
    g.star("phone-unclear", "CONTACT_BY", [_HARM] * 3, counts=None)
    g.value("Phone", "phone-uncounted", None)
    g.star("phone-uncounted", "CONTACT_BY", [_HARM] * 3)


_CONTACT = Case(
    "t01-shared-contact",
    _contact,
    found=(("Phone", "phone-ring"), ("Address", "address-ring")),
    drawn={
        "phone-ring": frozenset({"phone-ring", "r-again", *(f"r-phone-ring-{number}" for number in range(4))}),
        "address-ring": frozenset({"address-ring", *(f"p-r-address-ring-{number}" for number in range(3))}),
    },
    spared=frozenset(
        {"phone-family", "phone-agent", "email-listed", "phone-filed", "phone-hr", "phone-clerk", "phone-typed"}
        | {"phone-nobody", "phone-unclear", "phone-uncounted", "r-phone-hr-4", "r-phone-clerk-3", "r-nobody"}
    ),
    changed=(
        ({"least": 4}, frozenset({("Phone", "phone-ring")})),
        (
            {"harm_share": 0.0},
            frozenset(
                {("Phone", "phone-ring"), ("Address", "address-ring"), ("Phone", "phone-hr"), ("Phone", "phone-clerk")}
            ),
        ),
    ),
    covered=8,
    compared_with=11,
)


def _changed(g: Graph, value: str, gaps: list[int | None], harm: list[str], *, others: int = 0) -> None:
    """Contacts changed to a value so many days before the request, and others who use it."""
    for number, gap in enumerate(gaps):
        request = g.request(f"r-{value}-{number}", harm=["takeover", *harm])
        g.use(request, "CHANGED_TO", value, on=None if gap is None else days(-gap))
    for number in range(others):
        request = g.request(f"o-{value}-{number}")
        g.use(request, "PAYS_TO" if value.startswith("account") else "CONTACT_BY", value)


def _takeover(g: Graph) -> None:
    g.value("Phone", "phone-new", 3)
    _changed(g, "phone-new", [10, 0], _HARM, others=1)
    g.value("BankAccount", "account-new", 3)
    _changed(g, "account-new", [60], ["somebody_behind"], others=2)
    g.value("Address", "address-new", 3)  # first the complaint, much later the request
    _changed(g, "address-new", [80], _HARM, others=2)
    g.node("Complaint", "c-between", received_at=None)
    g.link("c-between", "GOES_WITH", "r-address-new-0")
    g.complaint("c-after-change", "p-r-address-new-0", on=days(-30))
    g.link("c-after-change", "GOES_WITH", "r-address-new-0")
    # a real move is one household's, a bulk clean-up gives everybody a value of the own
    g.value("Address", "address-moved", 3)
    _changed(g, "address-moved", [10], _HARM)
    for number in range(3):
        g.value("Phone", f"phone-cleaned-{number}", 1)
        _changed(g, f"phone-cleaned-{number}", [10], _HARM)
    # changed too long ago; nothing but the change; two friends; kin; nobody knows when
    g.value("Phone", "phone-old", 3)
    _changed(g, "phone-old", [61, 61], _HARM, others=1)
    g.value("Phone", "phone-calm", 4)
    _changed(g, "phone-calm", [10, 10, 10], [], others=1)
    g.value("Phone", "phone-pair", 2)
    _changed(g, "phone-pair", [10, 10], _HARM)
    g.value("Phone", "phone-kin", 3)
    g.star("phone-kin", "CHANGED_TO", [_HARM] * 3, counts=False)
    for number in range(3):
        g.use(g.request(f"o-phone-kin-{number}"), "CONTACT_BY", "phone-kin")
    g.value("Phone", "phone-agent", 3, value_class="agent")
    _changed(g, "phone-agent", [10, 10], _HARM)
    g.use(g.request("o-phone-agent"), "CONTACT_BY", "phone-agent", counts=False)
    # typed to fill a field; changed only afterwards
    g.value("Phone", "phone-typed", 9, value_class="junk")
    _changed(g, "phone-typed", [10, 10, 10], _HARM)
    g.value("Phone", "phone-afterwards", 3)
    _changed(g, "phone-afterwards", [-5, -5, -5], _HARM)
    g.value("Phone", "phone-undated", 3)
    _changed(g, "phone-undated", [None, None], _HARM, others=1)


_TAKEN = (("Phone", "phone-new"), ("BankAccount", "account-new"), ("Address", "address-new"))
_TAKEOVER = Case(
    "t02-contact-takeover",
    _takeover,
    found=_TAKEN,
    drawn={
        "phone-new": frozenset({"phone-new", "r-phone-new-0", "p-r-phone-new-1"}),
        "account-new": frozenset({"account-new", "r-account-new-0"}),
        "address-new": frozenset({"address-new", "r-address-new-0", "c-after-change"}),
    },
    spared=frozenset(
        {"address-moved", "phone-cleaned-0", "phone-old", "phone-calm", "phone-pair", "phone-kin", "phone-undated"}
        | {"phone-agent", "phone-typed", "phone-afterwards", "r-address-moved-0", "r-phone-calm-1", "r-phone-kin-2"}
    ),
    changed=(
        ({"days": 61}, frozenset({*_TAKEN, ("Phone", "phone-old")})),
        ({"taken": 2}, frozenset(_TAKEN[:1])),
        ({"least": 2}, frozenset({*_TAKEN, ("Phone", "phone-pair"), ("Phone", "phone-agent")})),
        ({"harm_share": 0.0}, frozenset({*_TAKEN, ("Phone", "phone-calm")})),
    ),
    covered=4,
    compared_with=19,
)


def _payee(g: Graph) -> None:
    g.value("BankAccount", "account-ring", 4)
    g.star("account-ring", "PAYS_TO", [["third_party_payee", "asks_more"], ["asks_premium"], ["somebody_behind"], None])
    g.value("BankAccount", "account-three", 3)
    g.star("account-three", "PAYS_TO", [["early"], ["asks_more"], []])
    # spouses; parent and child with the account on file; a group payer, listed or not; a premium account
    g.value("BankAccount", "account-spouses", 3)
    g.star("account-spouses", "PAYS_TO", [_HARM] * 3, household="one household")
    g.value("BankAccount", "account-parents", 3)
    g.star("account-parents", "PAYS_TO", [_HARM] * 3, counts=False)
    g.value("BankAccount", "account-listed", 3, value_class="registry")
    g.star("account-listed", "PAYS_TO", [_HARM] * 3, counts=False)
    g.value("BankAccount", "account-group", 6)
    g.star("account-group", "PAYS_TO", [["third_party_payee", "takeover"]] * 5 + [["third_party_payee", "early"]])
    g.value("BankAccount", "account-premium", 3)
    g.star("account-premium", "PREMIUM_FROM", [_HARM] * 3)
    g.value("BankAccount", "account-typed", 3, value_class="junk")
    g.star("account-typed", "PAYS_TO", [_HARM] * 3)
    g.value("BankAccount", "account-nobody", 3)
    g.star("account-nobody", "PAYS_TO", [_HARM] * 3, household=None)


_PAYEE = Case(
    "t06-shared-payee",
    _payee,
    found=(("account-ring",), ("account-three",)),
    drawn={
        "account-ring": frozenset({"account-ring", *(f"r-account-ring-{number}" for number in range(4))}),
        "account-three": frozenset({"account-three", "p-r-account-three-0"}),
    },
    spared=frozenset(
        {"account-spouses", "account-parents", "account-listed", "account-group", "account-premium", "account-nobody"}
        | {"account-typed", "r-account-group-5"}
    ),
    changed=(
        ({"least": 4}, frozenset({("account-ring",)})),
        ({"harm_share": 0.0}, frozenset({("account-ring",), ("account-three",), ("account-group",)})),
    ),
    covered=7,
    compared_with=6,
)


def _filed_from(g: Graph, value: str, on: list[int | None], harm: list[str] | None = None) -> None:
    """Requests that were filed from a device or address on some days."""
    way = "FROM_IP" if g.nodes[value][0] == "IpAddress" else "FROM_DEVICE"
    for number, day in enumerate(on):
        request = g.request(f"r-{value}-{number}", harm=harm)
        g.use(request, way, value, on=None if day is None else days(day))


def _device(g: Graph) -> None:
    g.value("Device", "device-ring", 4)
    _filed_from(g, "device-ring", [0, 10, 29, 80], _HARM)
    g.value("IpAddress", "ip-ring", 4)
    _filed_from(g, "ip-ring", [5, 5, 5, 5], _HARM)
    # the branch's counter; an agent's tablet; a carrier's exit; a family's
    g.value("Device", "device-counter", 9, value_class="counter")
    _filed_from(g, "device-counter", [0, 0, 0], _HARM)
    g.value("Device", "device-tablet", 5)
    _filed_from(g, "device-tablet", [0, 0, 0, 0, 0])
    g.value("Device", "device-own", 3)
    g.star("device-own", "FROM_DEVICE", [_HARM] * 3, counts=False)
    g.value("IpAddress", "ip-carrier", 500)
    _filed_from(g, "ip-carrier", [0, 0, 0, 0, 0], _HARM)
    g.value("Device", "device-family", 3)
    g.star("device-family", "FROM_DEVICE", [_HARM] * 3, household="one household")
    # slowly, one after another; nobody knows when
    g.value("Device", "device-slow", 3)
    _filed_from(g, "device-slow", [0, 20, 45], _HARM)
    g.value("IpAddress", "ip-slow", 3)
    _filed_from(g, "ip-slow", [0, 1, 2], _HARM)
    g.value("Device", "device-undated", 3)
    _filed_from(g, "device-undated", [None, None, None], _HARM)


_DEVICE_FOUND = (("Device", "device-ring"), ("IpAddress", "ip-ring"))
_DEVICE = Case(
    "t07-shared-device",
    _device,
    found=_DEVICE_FOUND,
    drawn={
        "device-ring": frozenset({"device-ring", *(f"r-device-ring-{number}" for number in range(3))}),
        "ip-ring": frozenset({"ip-ring", *(f"p-r-ip-ring-{number}" for number in range(4))}),
    },
    spared=frozenset(
        {"device-counter", "device-tablet", "ip-carrier", "device-family", "device-slow", "ip-slow", "device-undated"}
        | {"r-device-ring-3", "r-device-tablet-0", "device-own"}
    ),
    changed=(
        ({"least": 4}, frozenset({("IpAddress", "ip-ring")})),
        ({"days": 60}, frozenset({*_DEVICE_FOUND, ("Device", "device-slow")})),
        ({"ip_days": 3}, frozenset({*_DEVICE_FOUND, ("IpAddress", "ip-slow")})),
        ({"ip_most": 500}, frozenset({*_DEVICE_FOUND, ("IpAddress", "ip-carrier")})),
        ({"harm_share": 0.0}, frozenset({*_DEVICE_FOUND, ("Device", "device-tablet")})),
    ),
    covered=7,
    compared_with=10,
)

CASES: tuple[Case, ...] = (_CONTACT, _TAKEOVER, _PAYEE, _DEVICE)
