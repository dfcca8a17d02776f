"""Letters and complaints: T3, T4, T11, T14 and their honest look-alikes."""

from __future__ import annotations

from ringfinder.simulate.typologies.cast import Cast, Person, Policy

_DEFECT = 27  # a product that none of the crowd has


def template_letter(cast: Cast) -> None:
    """T3: bought letters, two buyers each on one phone; a web form and a real defect bring own phones."""
    letter, start = cast.letter(), cast.day(300, 650)
    people = cast.people(5)
    phones = [phone for phone in (cast.phone(), cast.phone()) for _ in range(2)] + [people[4].phone]
    ring, texts = [], []
    for one, phone in zip(people, phones, strict=True):
        day = cast.day(start, start + 90)
        policy = cast.policy(one, ends=day)
        texts.append(
            cast.complaint(
                one, day - 5, policy, cast.copy(letter, policy), phone=phone, demand="full_refund", source="letter"
            )
        )
        ring.append(cast.request(one, day, policy, harm=True))
    cast.as_ring(ring)
    cast.planted("T3", "text", min(texts), ring)

    form = cast.letter()
    copied, texts = [], []
    for one in cast.people(6):
        day = cast.day(250, 850)
        policy = cast.policy(one, ends=day)
        said = cast.copy(form, policy)
        texts.append(cast.complaint(one, day - 5, policy, said, demand="full_refund", source="web"))
        copied.append(cast.request(one, day, policy, harm=True))
    cast.honest("T3", "web_form", "text", min(texts), copied)

    agent, start = cast.agent(), cast.day(300, 700)
    wronged, texts = [], []
    for one in cast.people(6, agent.branch):
        day = cast.day(start, start + 60)
        policy = cast.policy(one, ends=day, agent=agent, product=_DEFECT)
        texts.append(cast.complaint(one, day - 5, policy, demand="full_refund"))
        wronged.append(cast.request(one, day, policy, harm=True))
    cast.honest("T3", "mis_selling", "text", min(texts), wronged)


def mailing_origin(cast: Cast) -> None:
    """T4: one office and one run of waybills behind several people's letters; post offices serve everybody."""
    office, start, bills = cast.address(), cast.day(300, 700), cast.waybills(5)
    ring = []
    for number, (one, waybill) in enumerate(zip(cast.people(5), bills, strict=True)):
        day = cast.day(start, start + 60)
        policy = cast.policy(one, ends=day)
        _mailed(cast, one, start - 3, policy, sender_address=office, waybill_no=waybill, demand="full_refund")
        ring.append(cast.request(one, day, policy, harm=True))
        if number < 4:  # one of them does not say it
            cast.callback(policy, day + 2, letter_is_own="n", paid_a_fee="y")
    cast.as_ring(ring)
    cast.planted("T4", "waybill", bills[0].lower()[:-2], ring)
    cast.planted("T4 T1", "address", office, ring)  # an address that nobody had on file: a shared contact, too

    for cause, address in (("post_office", cast.address("邮政支局")), ("mailroom", cast.address("东方电子厂"))):
        if cause == "mailroom":
            cast.register("address", address, "employer")
        sent = []
        for one in cast.people(4, cast.person_branch()):
            day = cast.day(300, 800)
            policy = cast.policy(one, ends=day)
            _mailed(cast, one, day - 4, policy, sender_address=address, demand="full_refund")
            sent.append(cast.request(one, day, policy, harm=True))
            cast.callback(policy, day + 2, letter_is_own="n")
        cast.honest("T4", cause, "address", address, sent)

    day, bills = cast.day(300, 800), cast.waybills(4)
    forwarded = []
    for one, waybill in zip(cast.people(4), bills, strict=True):
        policy = cast.policy(one, ends=day + 4)
        cast.complaint(one, day, policy, source="regulator", waybill_no=waybill, demand="full_refund")
        forwarded.append(cast.request(one, day + 4, policy, harm=True))
        cast.callback(policy, day + 6, letter_is_own="n")
    cast.honest("T4", "regulator", "waybill", bills[0].lower()[:-2], forwarded)


def _mailed(cast: Cast, one: Person, day: float, policy: Policy, **said: str) -> None:
    """A letter by mail whose sender is the complainant."""
    cast.complaint(one, day, policy, source="letter", sender_name=one.name, sender_phone=one.phone, **said)


def second_bite(cast: Cast) -> None:
    """T11: the money was paid, then three of one operator's clients want more, by one letter; late truths and heirs."""
    letter = cast.letter()
    ring = []
    for number, one in enumerate(cast.people(3)):
        day = cast.day(250, 500)
        policy = cast.policy(one, ends=day)
        ring.append(cast.request(one, day, policy))
        extra = f"{policy.premium * 0.1:.2f}" if number == 0 else None
        later = day + float(cast.chance.integers(150, 350))
        cast.complaint(one, later, policy, cast.copy(letter, policy), demand="full_refund", paid_extra=extra)
    cast.as_ring(ring)
    for request in ring:
        cast.planted("T11", "request", request, [request])

    for one in cast.people(2):
        day = cast.day(250, 500)
        policy = cast.policy(one, ends=day)
        request = cast.request(one, day, policy)
        cast.complaint(one, day + 200, policy)
        cast.honest("T11", "late_discovery", "request", request, [request])

    late, widow = cast.family("spouse")
    day = cast.day(250, 500)
    policy = cast.policy(late, ends=day)
    request = cast.request(late, day, policy)
    for number, source in enumerate(("hotline", "letter", "web")):
        cast.complaint(widow, day + 200 + 20 * number, policy, demand="full_refund", source=source)
    cast.honest("T11", "heirs", "request", request, [request])


def escalation(cast: Cast) -> None:
    """T14: one complainant, six letters of one text in two months; a grievance that nobody answers does the same."""
    for cause in ("", "own_grievance"):
        (one,), day = cast.people(1), cast.day(300, 700)
        policy = cast.policy(one, ends=day + 70)
        letter = cast.letter()
        for number, source in enumerate(("hotline", "web", "letter", "visit", "web", "regulator")):
            cast.complaint(
                one, day + 11 * number, policy, cast.copy(letter, policy), source=source, demand="full_refund"
            )
        request = cast.request(one, day + 70, policy, harm=True)
        if cause:
            cast.honest("T14", cause, "person", one.person_id, [request])
        else:
            cast.callback(policy, day + 72, letter_is_own="n", paid_a_fee="y")
            cast.planted("T14", "person", one.person_id, [request])

    (one,), day = cast.people(1), cast.day(300, 700)
    policy = cast.policy(one, ends=day + 30)
    said = cast.copy(cast.letter(), policy)
    cast.complaint(one, day, policy, said, source="letter", demand="full_refund")
    cast.complaint(one, day + 1, policy, said, source="web", demand="full_refund")
    for number in range(3):
        cast.complaint(one, day + 4 + number, policy, said, source="regulator", demand="full_refund")
    request = cast.request(one, day + 30, policy, harm=True)
    cast.callback(policy, day + 32, paid_a_fee="y")
    cast.honest("T14", "forwarded", "person", one.person_id, [request])
