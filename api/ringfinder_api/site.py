"""Everything that requests share: the workspace, the settings, who may come in, and where it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder_api.access.people import People, Written
from ringfinder_api.config import ServiceSettings
from ringfinder_api.protocols import Authenticator, Journal
from ringfinder_api.services.atlas import Atlases
from ringfinder_api.services.views import Views
from ringfinder_api.services.why import Explainer

_PATIENCE = 0.8
"""Share of the time of a request that is waited for an answer."""


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
        return cls(workspace, settings, People(workspace, settings.oidc), Written(workspace))

    @cached_property
    def atlases(self) -> Atlases:
        """Indexes of runs, opened as they are asked for."""
        return Atlases(self.workspace)

    @cached_property
    def explainer(self) -> Explainer:
        """Answers why, in a process of its own."""
        url = self.workspace.engine.url.render_as_string(hide_password=False)
        return Explainer(Settings(self.workspace.path, url), self.settings.limits.seconds * _PATIENCE)

    def close(self) -> None:
        """End what was started."""
        if "explainer" in self.__dict__:
            self.explainer.close()

    @cached_property
    def views(self) -> Views:
        """Runs as they are shown, kept for the requests to come."""
        return Views(self.workspace.runs)
