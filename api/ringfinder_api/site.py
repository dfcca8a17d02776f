"""Everything that requests share: the workspace, the settings, who may come in, and where it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import Principal
from ringfinder.store import Workspace
from ringfinder_api.access.door import Door
from ringfinder_api.config import ServiceSettings
from ringfinder_api.protocols import Anchor, Authenticator, Journal, JournalEntry
from ringfinder_api.services.views import Views


@dataclass(frozen=True)
class Site:
    """What `create_app` serves.

    Parameters
    ----------
    workspace
        Open; whoever made the site closes it.
    """

    workspace: Workspace
    settings: ServiceSettings
    authenticator: Authenticator
    journal: Journal

    @classmethod
    def of(cls, workspace: Workspace, settings: ServiceSettings) -> Site:
        """The site of a workspace with its own keys and journal."""
        # The plug: this line takes the keys and tokens of `ringfinder.identity` and the journal of the workspace.
        return cls(workspace, settings, authenticator=Door(_Nobody()), journal=_Nowhere())

    @cached_property
    def views(self) -> Views:
        """Runs as they are shown, kept for the requests to come."""
        return Views(self.workspace.runs)


class _Nobody:
    """Lets nobody in."""

    def authenticate(self, text: str) -> Principal:
        del text
        raise InputError("there are no keys")


class _Nowhere:
    """Refuses to be written to, so that nothing is shown that should be written down."""

    def append(self, *_: object, **__: object) -> object:
        raise SurroundingsError("there is no journal")

    def entries(self, *, before: int | None, last: int | None) -> Sequence[JournalEntry]:
        del before, last
        return ()

    def head(self) -> Anchor | None:
        return None
