"""One ring as the query that draws it in Neo4j Browser."""

from __future__ import annotations

from ringfinder.neo4j.browser import RING_PICTURE, as_pasted, link
from ringfinder.neo4j.library import Library
from ringfinder.records.rings import Ring

_PICTURE = 300  # nodes that Browser draws with ease


def ring_as_cypher(ring: Ring, browser: str) -> str:
    """The query that draws the whole ring, however large, and where Browser at that address opens it."""
    file = Library.open().find(RING_PICTURE)
    values = file.values([f"ring_id={ring.ring_id}", f"limit={room_for(ring)}"])
    return f"{as_pasted(file, values)}\n\n// {link(browser, file, values)}"


def room_for(ring: Ring) -> int:
    """Nodes to allow for, so that the picture leaves out no member and no shared value."""
    whole = 1 + len(ring.shared) + 2 * len(ring.members)
    return max(whole, 3 * len(ring.shared), _PICTURE)
