"""From the analysis of a run to its index: values and who uses them, people, papers, episodes, groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pyarrow as pa
from scipy.special import expit

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.attach import letters_of_others
from ringfinder.detect.join import among_groups
from ringfinder.detect.score import members_by_group
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.signs import PRESSURE, SIZES
from ringfinder.detect.standing import Standing
from ringfinder.graph import classes
from ringfinder.graph.arrays import IntArray, pairs
from ringfinder.graph.columns import days, is_one_of, lookup, numbers, whole
from ringfinder.graph.filed import FILED_KINDS, filed_values, first_day
from ringfinder.graph.incidence import Source, Uses, uses_of
from ringfinder.graph.letters import letter_clusters
from ringfinder.graph.network import LINKING_KINDS, Network
from ringfinder.index.files import Writer, hashes

CODED = tuple(kind for kind in LINKING_KINDS if kind != "delegate")
"""Kinds whose values are written in cells; a delegate is known by an ID or a phone."""

FAMILIES = ("agent", "branch", "letter", "time", "held")


@dataclass(frozen=True)
class Found:
    """What a run found, before it is written.

    Parameters
    ----------
    groups
        Group of each ring, in the order of `rings`.
    rings
        Lasting ids.
    """

    analysis: Analysis
    standing: Standing
    settings: DetectSettings
    groups: Sequence[int]
    rings: Sequence[str]


def build(writer: Writer, found: Found) -> None:
    """Write everything but the manifest."""
    _values(writer, found.analysis)
    _written(writer, found)
    _people(writer, found)
    _papers(writer, found.analysis)
    _episodes(writer, found.analysis)
    _attributes(writer, found)
    _groups(writer, found)
    _learnt(writer, found)


def _values(writer: Writer, analysis: Analysis) -> None:
    """Values that survived pruning, and flows: what is believed of each, and who holds it."""
    a, holdings, judgement = analysis, analysis.holdings, analysis.judgement
    writer.arrays(
        {
            "value.kind": holdings.kind.astype(np.int8),
            "value.households": holdings.households,
            "value.surprise": holdings.surprise,
            "value.probability": judgement.value,
            "value.harmed": judgement.harmed,
            "value.vested": judgement.vested,
            "value.beforehand": judgement.beforehand,
            "value.founds": a.founds,
            "value.code": np.concatenate([a.network.values.code, np.full(len(a.flows), -1)]).astype(np.int64),
        }
    )
    used, episodes, groups = holdings.used, a.episodes, a.groups
    count = len(holdings.kind)
    writer.rows("holders", used.rows, count, episode=used.columns.astype(np.int32))
    homes = pairs(used.rows, episodes.unit[used.columns], (count, a.network.units))
    writer.rows("homes", homes.rows, count, unit=homes.columns.astype(np.int32))
    group = groups.of_episode[used.columns]
    inside = np.unique(np.stack([used.rows, group, episodes.unit[used.columns]], axis=1)[group >= 0], axis=0)
    if not len(inside):
        inside = np.empty((0, 3), np.int64)
    key, users = np.unique(inside[:, 0] * np.int64(max(groups.count, 1)) + inside[:, 1], return_counts=True)
    value, of = key // max(groups.count, 1), key % max(groups.count, 1)
    writer.rows("spread", value, count, group=of.astype(np.int32), users=users.astype(np.int32))
    writer.rows(
        "inside",
        groups.inside.rows,
        groups.count,
        value=groups.inside.columns.astype(np.int32),
        users=groups.users.astype(np.int32),
    )


def _written(writer: Writer, found: Found) -> None:
    """Every value of every kind, shared or not: its class, its uses, and its place among those that survived."""
    network = found.analysis.network
    survived = network.values
    for kind in LINKING_KINDS:
        number = LINKING_KINDS.index(kind)
        mine = np.flatnonzero(survived.kind == number)
        size = len(network.classes[kind])
        place = np.full(size, -1, np.int32)
        place[survived.code[mine]] = mine
        writer.arrays({f"{kind}.class": network.classes[kind], f"{kind}.value": place})
        if kind == "delegate":
            applied = days(network.requests["applied_at"])
            known = np.flatnonzero(network.delegate >= 0)
            uses = Uses(known, network.delegate[known], np.full(len(known), Source.DELEGATE), applied[known])
            _owners(writer, network)
        else:
            codes = network.codes[kind]
            writer.texts(kind, codes.values)
            uses = uses_of(network.portfolio, network.requests, codes, network.joins)
            until = np.maximum(
                classes.registry(network.portfolio, codes).until, classes.in_post_until(network.portfolio, codes)
            )
            writer.arrays({f"{kind}.until": until.astype(np.float32)})
        writer.rows(
            f"{kind}.uses",
            uses.code,
            size,
            request=uses.request.astype(np.int32),
            source=uses.source.astype(np.int8),
            day=uses.day.astype(np.float32),
        )
    writer.texts("id_no", network.codes["id_no"].values)


def _owners(writer: Writer, network: Network) -> None:
    """Delegate that a phone stands for, as requests were resolved; and until when an ID or phone is an agent's."""
    ids, phones = network.codes["id_no"], network.codes["phone"]
    phone = phones.of("surrender_requests", "delegate_phone")
    known = (phone >= 0) & (network.delegate >= 0)
    by_phone = np.arange(len(phones.values)) + len(ids.values)
    by_phone[phone[known]] = network.delegate[known]
    until = np.concatenate(
        [
            np.maximum(classes.in_post_until(network.portfolio, one), classes.registry(network.portfolio, one).until)
            for one in (ids, phones)
        ]
    )
    writer.arrays({"delegate.of_phone": by_phone.astype(np.int64), "delegate.until": until.astype(np.float32)})


def _people(writer: Writer, found: Found) -> None:
    """Customer numbers, persons, households, and what they have on file."""
    network, settings = found.analysis.network, found.settings
    people, portfolio = network.people, network.portfolio
    writer.texts("customer", people.ids)
    names = hashes(whole(portfolio.table("persons")["name"]))
    known = people.row >= 0
    name = np.zeros(len(people.row), np.uint64)
    if len(names):
        name[known] = names[people.row[known]]
    homes = int(network.household.max(initial=-1)) + 1
    unit_of = np.full(homes, -1, np.int32)
    unit_of[network.household[people.of_request]] = network.unit
    writer.arrays(
        {
            "customer.person": people.person.astype(np.int32),
            "customer.name": name,
            "person.household": network.household.astype(np.int32),
            "household.unit": unit_of,
        }
    )
    writer.rows("requests_of", people.of_request, people.count, request=np.arange(network.count, dtype=np.int32))
    applied = days(network.requests["applied_at"])
    first = first_day(people, applied, float(applied.max(initial=0.0)))
    for kind in FILED_KINDS:
        held = filed_values(portfolio, people, network.codes[kind], first, settings.fresh_days)
        mine = pairs(network.household[held.rows], held.columns, (homes, held.shape[1]))
        writer.rows(f"filed.{kind}", mine.rows, homes, code=mine.columns.astype(np.int32))
    person = people.of_table(portfolio, "persons")
    ids = network.codes["id_no"].of("persons", "id_no")
    mine = pairs(
        network.household[np.maximum(person, 0)], np.where(person >= 0, ids, -1), (homes, int(ids.max(initial=0)) + 1)
    )
    writer.rows("filed.id_no", mine.rows, homes, code=mine.columns.astype(np.int32))


def _papers(writer: Writer, analysis: Analysis) -> None:
    """Policies with what the signs need of them; complaints, callbacks and contact changes by policy and person."""
    network = analysis.network
    portfolio, people = network.portfolio, network.people
    requests = network.requests
    writer.texts("request", whole(requests["request_id"]))
    writer.arrays(
        {
            "request.episode": analysis.episodes.of_request.astype(np.int32),
            "request.person": people.of_request.astype(np.int32),
            "request.day": days(requests["applied_at"]),
        }
    )
    policies = portfolio.table("policies")
    writer.texts("policy", whole(policies["policy_no"]))
    writer.texts("agent", pa.compute.unique(whole(policies["agent_no"]).drop_null()))
    writer.texts("branch", pa.compute.unique(whole(requests["branch_code"]).drop_null()))
    writer.arrays(
        {
            "policy.issued": days(policies["issued_on"]),
            "policy.premium": numbers(policies["premium_paid"]),
            "policy.payer": network.codes["bank_account"].of("policies", "premium_payer_account"),
            "policy.agent": _places(policies["agent_no"]),
        }
    )
    count = policies.num_rows
    of_request = network.joins.policy
    writer.rows("policy_requests", of_request[of_request >= 0], count, request=np.flatnonzero(of_request >= 0))
    _complaints(writer, analysis)
    calls = portfolio.table("callbacks")
    behind = is_one_of(calls["letter_is_own"], "n") | is_one_of(calls["paid_a_fee"], "y")
    own = is_one_of(calls["letter_is_own"], "y") & ~behind
    at = pa.compute.index_in(whole(calls["policy_no"]), value_set=whole(policies["policy_no"]), skip_nulls=True)
    row = at.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    said = np.where(behind, 2, np.where(own, 1, 0))
    known = row >= 0
    number = network.codes["phone"].of("callbacks", "number")
    writer.rows(
        "policy_calls", row[known], count, day=days(calls["called_at"])[known], said=said[known], number=number[known]
    )
    changes = portfolio.table("contact_changes")
    who, changed = people.of_table(portfolio, "contact_changes"), days(changes["changed_at"])
    parts = []
    for place, kind in enumerate(LINKING_KINDS):
        if kind in FILED_KINDS:
            code = network.codes[kind].of("contact_changes", "new_value")
            mine = np.flatnonzero((who >= 0) & (code >= 0))
            parts.append(np.stack([who[mine], np.full(len(mine), place), code[mine], mine], axis=1))
    found = np.concatenate([*parts, np.empty((0, 4), np.int64)])
    writer.rows(
        "changes_of",
        found[:, 0],
        people.count,
        day=changed[found[:, 3]],
        kind=found[:, 1].astype(np.int8),
        code=found[:, 2].astype(np.int32),
    )


def _complaints(writer: Writer, analysis: Analysis) -> None:
    """Complaints with their values, demand and letter, by number, policy and person."""
    network = analysis.network
    portfolio, people = network.portfolio, network.people
    table = portfolio.table("complaints")
    writer.texts("complaint", whole(table["complaint_id"]))
    phones, addresses = network.codes["phone"], network.codes["address"]
    writer.arrays(
        {
            "complaint.day": days(table["received_at"]),
            "complaint.full": is_one_of(table["demand"], "full_refund"),
            "complaint.letter": letter_clusters(table["text"]),
            "complaint.phone": phones.of("complaints", "phone"),
            "complaint.sender_phone": phones.of("complaints", "sender_phone"),
            "complaint.sender_address": addresses.of("complaints", "sender_address"),
        }
    )
    policy = lookup(table["policy_no"], portfolio.table("policies")["policy_no"])
    rows = np.arange(table.num_rows)
    known = policy >= 0
    writer.rows("policy_complaints", policy[known], portfolio.table("policies").num_rows, row=rows[known])
    person = people.of_table(portfolio, "complaints", "applicant_id")
    known = (person >= 0) & ~table["policy_no"].is_valid().to_numpy()
    writer.rows("person_complaints", person[known], people.count, row=rows[known])


def _places(column: pa.ChunkedArray) -> IntArray:
    """Place of each text among the distinct ones, -1 where missing."""
    texts = whole(column)
    found = pa.compute.index_in(texts, value_set=pa.compute.unique(texts.drop_null()), skip_nulls=True)
    places: IntArray = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return places


def _episodes(writer: Writer, analysis: Analysis) -> None:
    """Episodes with their signs, what is believed of them, and their group."""
    episodes, judgement, signs = analysis.episodes, analysis.judgement, analysis.signs
    writer.arrays(
        {
            "episode.unit": episodes.unit.astype(np.int32),
            "episode.day": episodes.day,
            "episode.group": analysis.groups.of_episode.astype(np.int32),
            "episode.pressure": judgement.pressure,
            "episode.commission": judgement.commission,
            "episode.context": judgement.context,
            "episode.odds": analysis.groups.odds,
            **{f"sign.{name}": category.astype(np.int8) for name, category in signs.episode.items()},
        }
    )
    writer.rows("episode_requests", episodes.of_request, len(episodes), request=np.arange(len(episodes.of_request)))


def _attributes(writer: Writer, found: Found) -> None:
    """Categories of episodes with their backgrounds, and which agent, branch or number falls into which."""
    a, settings = found.analysis, found.settings
    network = a.network
    sizes = {}
    for family in FAMILIES:
        sizes[family] = len(a.attributes[family])
        for place, one in enumerate(a.attributes[family]):
            name = f"attribute.{family}{place}"
            writer.arrays({name: one.of.astype(np.int32), f"{name}.background": one.background})
    writer.numbers(families=sizes)
    if a.attributes["letter"]:
        others = letters_of_others(a.groups.of_episode, a.attributes, a.judgement, settings)
        among = among_groups(a.attributes, a.groups.of_episode)["letter"][0]
        if others is not None:
            writer.arrays({"letter.others": others.background, "letter.among": among.background})
    policies = network.portfolio.table("policies")
    _category_of(writer, found, "agent", _places(policies["agent_no"]), network.joins.policy)
    _category_of(writer, found, "branch", _places(network.requests["branch_code"]), np.arange(network.count))
    if a.attributes["letter"]:
        cluster = a.episodes.most(a.letter)
        of = a.attributes["letter"][0].of
        category = np.full(int(cluster.max(initial=-1)) + 1, -1, np.int32)
        category[cluster[cluster >= 0]] = of[cluster >= 0]
        writer.arrays({"category.letter": category})
    held = np.full(len(a.episodes), -np.inf)
    np.maximum.at(held, a.episodes.of_request, np.nan_to_num(a.signs.held_days, nan=-np.inf))
    writer.arrays({"ordered.time": np.sort(a.episodes.day), "ordered.held": np.sort(held[~np.isinf(held)])})


def _category_of(writer: Writer, found: Found, family: str, place: IntArray, row: IntArray) -> None:
    """Category of each agent or branch: that of the episodes which have it alone."""
    a = found.analysis
    category = np.full(int(place.max(initial=-1)) + 1, -1, np.int32)
    if a.attributes[family]:
        known = row >= 0
        mine = np.where(known, place[np.maximum(row, 0)], -1)
        most = a.episodes.most(mine)
        of = a.attributes[family][0].of
        single = np.bincount(a.episodes.of_request, minlength=len(a.episodes)) == 1
        use = (most >= 0) & (of >= 0)
        for chosen in (use, use & single):  # what an episode of one request says goes last and stands
            category[most[chosen]] = of[chosen]
    writer.arrays({f"category.{family}": category})


def _groups(writer: Writer, found: Found) -> None:
    """Groups with their standing; who may be joined by agent or letter; names of those that are rings."""
    a, standing = found.analysis, found.standing
    groups, terms = a.groups, a.terms
    ring = np.full(groups.count, -1, np.int32)
    ring[np.array(found.groups, np.int64)] = np.arange(len(found.groups))
    writer.texts("ring", pa.array(list(found.rings), pa.string()))
    writer.arrays(
        {
            "group.ring": ring,
            "group.units": groups.units,
            "group.score": terms.score,
            "group.total": terms.total,
            "group.q": standing.q,
            "group.alert": standing.alert,
            "group.listed": standing.listed,
        }
    )
    order, starts = members_by_group(groups, a.episodes)
    writer.arrays({"group_requests.starts": starts, "group_requests.request": order.astype(np.int32)})
    known = np.flatnonzero(groups.of_episode >= 0)
    writer.rows("members", groups.of_episode[known], groups.count, episode=known.astype(np.int32))
    for family in ("agent", "letter"):
        for one in a.attributes[family]:
            both = np.flatnonzero((groups.of_episode >= 0) & (one.of >= 0))
            width = np.int64(max(groups.count, 1))
            key, times = np.unique(one.of[both] * width + groups.of_episode[both], return_counts=True)
            twice = times > 1
            writer.rows(
                f"met.{family}", key[twice] // width, len(one.background), group=(key[twice] % width).astype(np.int32)
            )


def _learnt(writer: Writer, found: Found) -> None:
    """What the run learnt: profiles, shares, usual rates, what letters and agents say, and the settings."""
    a = found.analysis
    judgement = a.judgement
    scored = np.flatnonzero(found.standing.listed)
    order = np.argsort(-a.terms.score[scored], kind="stable")
    writer.arrays(
        {
            "ranked.score": a.terms.score[scored][order],
            "ranked.q": found.standing.q[scored][order],
            "kind_share": judgement.kind_share,
        }
    )
    for family in ("letter", "agent"):
        if a.attributes[family]:
            of = a.attributes[family][0].of
            known = of >= 0
            size = len(a.attributes[family][0].background)
            writer.arrays(
                {
                    f"belief.{family}": np.bincount(of[known], judgement.belief[known], size),
                    f"count.{family}": np.bincount(of[known], minlength=size),
                }
            )
    looks = expit(judgement.pressure)
    writer.numbers(
        units=a.network.units,
        episodes=len(a.episodes),
        groups=a.groups.count,
        requests=a.network.count,
        ids=len(a.network.codes["id_no"].values),
        usual=[judgement.usual_pressure, judgement.usual_commission],
        rate=judgement.rate,
        profile={
            side: {name: [float(x) for x in shares] for name, shares in getattr(judgement.profile, side).items()}
            for side in ("ring", "others")
        },
        looks=float((looks > 0.5).mean()) if len(looks) else 0.0,  # noqa: PLR2004 - more likely than not
        signs={name: [int(n) for n in np.bincount(a.signs.episode[name], minlength=SIZES[name])] for name in PRESSURE},
        settings=asdict(found.settings),
    )
