"""From the analysis of a run to its index: values and who uses them, people, papers, episodes, groups."""

from __future__ import annotations

from ringfinder.index.files import Writer
from ringfinder.index.making.found import Found
from ringfinder.index.making.learnt import write_attributes, write_episodes, write_groups, write_learnt
from ringfinder.index.making.papers import write_papers, write_people
from ringfinder.index.making.uses import write_uses, write_values

__all__ = ["Found", "make_index"]


def make_index(writer: Writer, found: Found) -> None:
    """Write everything but the manifest."""
    write_values(writer, found.analysis)
    write_uses(writer, found)
    write_people(writer, found)
    write_papers(writer, found.analysis)
    write_episodes(writer, found.analysis)
    write_attributes(writer, found)
    write_groups(writer, found)
    write_learnt(writer, found)
