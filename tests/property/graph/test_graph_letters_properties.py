"""What no order of rows and no split of the column may change about clusters of letters."""

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

import ringfinder
from ringfinder.graph.letters import LetterLimits, letter_clusters

LIMITS = LetterLimits(shortest=5)
PHRASES = [
    "代签名",
    "隐瞒退保损失",
    "要求全额退还保费",
    "没有录音录像",
    "孩子上学要用钱",
    "说是存款",
    "3000元",
    ",",
    "业务员离职",
]
TEXTS = st.lists(
    st.none() | st.lists(st.sampled_from(PHRASES), max_size=12).map("".join) | st.text(max_size=40), max_size=40
)


@given(TEXTS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_rows_and_chunks_have_no_say(texts: list[str | None], chance: random.Random) -> None:
    texts = [text.encode("utf-8", "ignore").decode() if text is not None else None for text in texts]
    found = letter_clusters(pa.array(texts, pa.string()), LIMITS)
    order = list(range(len(texts)))
    chance.shuffle(order)
    shuffled = pa.array([texts[row] for row in order], pa.string())
    cut = chance.randrange(len(texts) + 1)
    chunked = pa.chunked_array([shuffled[:cut], shuffled[cut:]])
    assert np.array_equal(letter_clusters(chunked, LIMITS), found[order])
    known = np.unique(found[found >= 0])
    assert known.tolist() == list(range(len(known)))


def test_another_hash_seed_gives_the_same() -> None:
    script = (
        "import pyarrow as pa, random\n"
        "from ringfinder.graph.letters import letter_clusters\n"
        "chance = random.Random(1)\n"
        "base = [''.join(chr(chance.randrange(0x4e00, 0x5e00)) for _ in range(80)) for _ in range(9)]\n"
        "texts = [one[:cut] + base[cut % 9][cut:] for one in base for cut in range(50, 80)]\n"
        "print(letter_clusters(pa.array(texts)).tolist())\n"
    )
    source = str(Path(ringfinder.__file__).parents[1])
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": source, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(said) == 1
    assert "1" in said.pop()
