"""Texts of an index: each is found by itself, and nothing else is."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.errors import SurroundingsError
from ringfinder.index.files import Files, Writer

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)


@given(texts=st.lists(TEXT, unique=True, max_size=30), others=st.lists(TEXT, max_size=10))
@settings(max_examples=60, deadline=None)
def test_a_text_is_found_by_itself_alone(texts: list[str], others: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        writer = Writer(Path(place) / "index")
        writer.texts("name", pa.array(texts, pa.string()))
        writer.finish({})
        found = Files(Path(place) / "index").texts("name")
        assert len(found) == len(texts)
        assert [found.find(text) for text in texts] == list(range(len(texts)))
        assert [found[number] for number in range(len(texts))] == texts
        for other in others:
            assert found.find(other) == (texts.index(other) if other in texts else -1)
        assert found.find(None) == -1


def test_what_is_not_whole_is_no_index(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "index")
    writer.texts("name", pa.array(["a"]))
    with pytest.raises(SurroundingsError, match="there is no index"):
        Files(tmp_path / "index")
    writer.finish({"version": 0})
    with pytest.raises(SurroundingsError, match="another version"):
        Files(tmp_path / "index")
