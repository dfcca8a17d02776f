"""What the journal of a workspace says, for tests that look whether something was journalled."""

from pathlib import Path

from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder.store.journal import Entry


def journalled(workspace: Path) -> list[Entry]:
    """Its entries without the one that begins it; the journal is whole."""
    with Workspace.open(Settings(workspace)) as store:
        assert store.journal.verify().whole
        return store.journal.entries()[1:]
