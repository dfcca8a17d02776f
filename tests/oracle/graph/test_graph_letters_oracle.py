"""Clusters of letters against exact likeness of all pairs, computed with Python's sets."""

import math
import random
from collections import Counter
from itertools import combinations

import networkx as nx
import pyarrow as pa
import pytest

from ringfinder.graph.letters import LetterLimits, letter_clusters


def letters(chance: random.Random) -> list[str]:
    """Copies of templates, near and far, among texts of their own; all of them of letters only."""
    alphabet = [chr(code) for code in range(0x4E00, 0x4E00 + 700)]
    texts = []
    for _ in range(12):
        template = [chance.choice(alphabet) for _ in range(chance.randrange(60, 160))]
        for _ in range(chance.randrange(1, 9)):
            changed = chance.choice((0.0, 0.02, 0.05, 0.1, 0.3))
            texts.append("".join(chance.choice(alphabet) if chance.random() < changed else one for one in template))
    texts += ["".join(chance.choice(alphabet) for _ in range(80)) for _ in range(60)]
    return texts


def grams(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}


def exact(texts: list[str], measure: str, alike: float) -> set[frozenset[int]]:
    """Components of the pairs that are alike."""
    sets = [grams(text) for text in texts]
    frequency = Counter(gram for gram_set in map(grams, set(texts)) for gram in gram_set)

    def weight(some: set[str]) -> float:
        return sum(min(math.log((len(texts) + 100) / frequency[gram]), 8.0) ** 2 for gram in some)

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(texts)))
    for one, other in combinations(range(len(texts)), 2):
        shared = sets[one] & sets[other]
        if measure == "jaccard":
            likeness = len(shared) / len(sets[one] | sets[other])
        else:
            likeness = weight(shared) / math.sqrt(weight(sets[one]) * weight(sets[other]))
        if likeness >= alike:
            graph.add_edge(one, other)
    return {frozenset(part) for part in nx.connected_components(graph)}


def ours(texts: list[str], limits: LetterLimits) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for row, number in enumerate(letter_clusters(pa.array(texts), limits).tolist()):
        found.setdefault(number, set()).add(row)
    return {frozenset(part) for part in found.values()}


def together(parts: set[frozenset[int]]) -> set[tuple[int, int]]:
    return {pair for part in parts for pair in combinations(sorted(part), 2)}


@pytest.mark.parametrize("seed", range(8))
def test_clusters_are_components_of_the_weighted_cosine(seed: int) -> None:
    texts = letters(random.Random(seed))
    found = together(ours(texts, LetterLimits(core=0.0)))
    expected = together(exact(texts, "cosine", 0.7))
    assert found <= expected, "what is near the limit is decided exactly, and far from it nothing slips through"
    assert len(found) >= 0.95 * len(expected), "a pair may fail to meet in any bucket"


@pytest.mark.parametrize("seed", range(8))
def test_near_copies_join_and_far_ones_do_not_by_plain_jaccard(seed: int) -> None:
    texts = letters(random.Random(100 + seed))
    found = together(ours(texts, LetterLimits()))
    assert together(exact(texts, "jaccard", 0.75)) <= found
    assert found <= together(exact(texts, "jaccard", 0.35))
