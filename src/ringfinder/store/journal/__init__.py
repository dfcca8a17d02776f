"""Who saw and did what, and why: a journal in the decisions database that nobody changes unseen."""

from ringfinder.store.journal.anchors import Anchor
from ringfinder.store.journal.entries import Actor, Entry
from ringfinder.store.journal.keeping import Journal
from ringfinder.store.journal.verification import Fault, Verification

__all__ = ["Actor", "Anchor", "Entry", "Fault", "Journal", "Verification"]
