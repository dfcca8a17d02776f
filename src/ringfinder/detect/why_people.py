"""What the requests of a person show: signs with their weights, letter, book, flow, household."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import expit

from ringfinder.detect.cells import row_of
from ringfinder.detect.inquiry import Inquiry
from ringfinder.detect.signs import COMMISSION, PRESSURE
from ringfinder.detect.why_rings import near_rings, verdict
from ringfinder.detect.why_sentences import reason
from ringfinder.detect.why_values import held_values
from ringfinder.graph.arrays import IntArray, distinct
from ringfinder.records.findings import AskedRequest, EpisodeFinding, PersonFinding, Reason
from ringfinder.records.rings import AttributeKey


def person_finding(inquiry: Inquiry, asked_as: str, person: int, requests: IntArray) -> PersonFinding:
    """A person, and the episodes of some of the person's requests; a bound reader sees numbers of own requests."""
    people = inquiry.network.people
    episodes = distinct(inquiry.analysis.episodes.of_request[requests])
    numbers = np.flatnonzero(people.person == person)
    if inquiry.bound:
        numbers = distinct(people.applicant[inquiry.visible(np.flatnonzero(people.of_request == person))])
    return PersonFinding(
        asked_as,
        tuple(sorted(people.ids.take(numbers).to_pylist())),
        tuple(_household(inquiry, person, len(requests))),
        tuple(episode_finding(inquiry, int(episode)) for episode in episodes),
    )


def _household(inquiry: Inquiry, person: int, asked: int) -> Iterator[Reason]:
    """Who counts as one household with the person."""
    network = inquiry.network
    home = np.flatnonzero(network.household == network.household[person])
    counts = {
        "persons": float(len(home)),
        "numbers": float(np.isin(network.people.person, home).sum()),
        "requests": float(np.isin(network.people.of_request, home).sum()),
    }
    yield reason("household", counts)
    if not asked:
        yield reason("no_request")


def episode_finding(inquiry: Inquiry, episode: int) -> EpisodeFinding:
    """All about one episode."""
    every = np.flatnonzero(inquiry.analysis.episodes.of_request == episode)
    requests = inquiry.visible(every)
    values = held_values(inquiry, requests)
    near = near_rings(inquiry, episode, values)
    return EpisodeFinding(
        _asked(inquiry, requests),
        verdict(inquiry, episode, values),
        tuple(_signs(inquiry, episode)),
        tuple(_context(inquiry, episode)),
        values,
        near,
        len(every) - len(requests),
    )


def _asked(inquiry: Inquiry, requests: IntArray) -> tuple[AskedRequest, ...]:
    table = inquiry.network.requests
    cells = [
        table[name].take(requests).to_pylist() for name in ("request_id", "policy_no", "applicant_id", "applied_at")
    ]
    rows = (row_of(table, "surrender_requests", int(row)) for row in requests)
    return tuple(
        AskedRequest(request, policy, applicant, when, row)
        for request, policy, applicant, when, row in zip(*cells, rows, strict=True)
    )


def _signs(inquiry: Inquiry, episode: int) -> Iterator[Reason]:
    """Each sign: its category, how common it is among ring members and among others, and what that weighs."""
    judgement, signs = inquiry.analysis.judgement, inquiry.analysis.signs
    for name in (*PRESSURE, *COMMISSION):
        category = int(signs.episode[name][episode])
        weight = float(judgement.profile.ratio(name, inquiry.settings)[category])
        counts = {
            "ring": 100 * float(judgement.profile.ring[name][category]),
            "others": 100 * float(judgement.profile.others[name][category]),
            "nats": weight,
        }
        yield reason(f"{name}_{category}", counts, weight)


def _context(inquiry: Inquiry, episode: int) -> Iterator[Reason]:
    """How the signs add up, and who else has the letter, the agent, the flow."""
    judgement = inquiry.analysis.judgement
    pressure, context = float(judgement.pressure[episode]), float(judgement.context[episode])
    look = float(expit(pressure + context))
    counts = {"signs": pressure, "context": context, "look": look, "usual": judgement.usual_pressure}
    yield reason("looks", counts, pressure + context)
    commission = float(judgement.commission[episode])
    counts = {"signs": commission, "look": float(expit(commission)), "usual": judgement.usual_commission}
    yield reason("looks_commission", counts, commission)
    letter = _others(inquiry, "letter", episode)
    yield reason("letter", letter) if letter and letter["others"] else reason("no_letter")
    book = _others(inquiry, "agent", episode)
    agent = _agent(inquiry, episode)
    if book and agent:
        yield reason("book", book, values=(AttributeKey("agent", agent),))
    flows = inquiry.analysis.flows
    for flow in flows.used.rows[flows.used.columns == episode].tolist():
        surprise = float(flows.surprise[flow])
        counts = {
            "households": float(flows.households[flow]),
            "expected": float(flows.expected[flow]),
            "surprise": surprise,
        }
        yield reason("flow", counts, surprise)


def _others(inquiry: Inquiry, family: str, episode: int) -> dict[str, float]:
    """Households of other people with the same letter or agent, and how many of them are in listed rings."""
    attributes, episodes = inquiry.analysis.attributes[family], inquiry.analysis.episodes
    if not attributes or attributes[0].of[episode] < 0:
        return {}
    same = np.flatnonzero(attributes[0].of == attributes[0].of[episode])
    same = same[episodes.unit[same] != episodes.unit[episode]]
    group = inquiry.analysis.groups.of_episode[same]
    listed = np.append(inquiry.standing.listed, values=False)[group]
    return {
        "others": float(len(distinct(episodes.unit[same]))),
        "listed": float(len(distinct(episodes.unit[same[listed]]))),
    }


def _agent(inquiry: Inquiry, episode: int) -> str:
    """The agent of the policies of an episode."""
    requests = inquiry.visible(np.flatnonzero(inquiry.analysis.episodes.of_request == episode))
    agents = [agent for agent in inquiry.archive.policy_cells("agent_no", requests) if agent]
    return agents[0] if agents else ""
