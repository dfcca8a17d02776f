"""Everything that requests share: the workspace, the settings, who may come in, and where it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder_api.access.people import People, Written
from ringfinder_api.config import ServiceSettings
from ringfinder_api.protocols import Authenticator, Journal
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
    def open(cls, settings: Settings, service: ServiceSettings) -> Site:
        """The site of a workspace with its own keys and journal."""
        workspace = Workspace.open(settings)
        return cls(workspace, service, People(workspace, service.oidc), Written(workspace))

    @cached_property
    def views(self) -> Views:
        """Runs as they are shown, kept for the requests to come."""
        return Views(self.workspace.runs)
