"""Episodes with what is believed of them, groups, and what the run learnt."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pyarrow as pa

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.attach import letters_of_others
from ringfinder.detect.attributes import FAMILIES
from ringfinder.detect.join import among_groups
from ringfinder.graph.arrays import IntArray
from ringfinder.index.files import Writer
from ringfinder.index.making.found import Found
from ringfinder.index.making.papers import places


def write_episodes(writer: Writer, analysis: Analysis) -> None:
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
            **{f"sign.{name}": category.astype(np.int8) for name, category in signs.episode.items()},
        }
    )
    writer.rows("episode_requests", episodes.of_request, len(episodes), request=np.arange(len(episodes.of_request)))


def write_attributes(writer: Writer, found: Found) -> None:
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
    write_category(writer, found, "agent", places(policies["agent_no"]), network.joins.policy)
    write_category(writer, found, "branch", places(network.requests["branch_code"]), np.arange(network.count))
    if a.attributes["letter"]:
        cluster = a.episodes.most(a.letter)
        of = a.attributes["letter"][0].of
        category = np.full(int(cluster.max(initial=-1)) + 1, -1, np.int32)
        category[cluster[cluster >= 0]] = of[cluster >= 0]
        writer.arrays({"category.letter": category})
    held = np.full(len(a.episodes), -np.inf)
    np.maximum.at(held, a.episodes.of_request, np.nan_to_num(a.signs.held_days, nan=-np.inf))
    writer.arrays({"ordered.time": np.sort(a.episodes.day), "ordered.held": np.sort(held[~np.isinf(held)])})


def write_category(writer: Writer, found: Found, family: str, place: IntArray, row: IntArray) -> None:
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


def write_groups(writer: Writer, found: Found) -> None:
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


def write_learnt(writer: Writer, found: Found) -> None:
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
        settings=asdict(found.settings),
    )
