"""Everything that requests share: the workspace, the settings, who may come in, and where it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ringfinder.identity import ApiKeys, Principal
from ringfinder.identity.oidc import Issuer, OidcVerifier
from ringfinder.jobs.addresses import Rules, networks_of
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder_api.access.door import Door
from ringfinder_api.config import ServiceSettings
from ringfinder_api.protocols import Authenticator, Journal
from ringfinder_api.services.atlas import Atlases
from ringfinder_api.services.counting import Counter
from ringfinder_api.services.long_work import LongWork
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
        return cls(workspace, settings, _door(workspace, settings), workspace.journal)

    @cached_property
    def atlases(self) -> Atlases:
        """Indexes of runs, opened as they are asked for."""
        return Atlases(self.workspace)

    @cached_property
    def explainer(self) -> Explainer:
        """Answers why, in a process of its own."""
        return Explainer(self._where, self.settings.limits.seconds * _PATIENCE)

    @cached_property
    def counter(self) -> Counter:
        """Counts periods, refunds and policies at risk, in a process of its own."""
        return Counter(self._where, self.settings.limits.seconds * _PATIENCE)

    @cached_property
    def long_work(self) -> LongWork:
        """Jobs, uploads and webhooks; nothing works before it is started."""
        return LongWork.open(self._where, rules=self._rules, journal=self._note)

    @property
    def _rules(self) -> Rules:
        """Where messages may go: by the environment, and by the settings."""
        base, hooks = Rules.from_environment(), self.settings.webhooks
        return Rules(base.hosts + hooks.hosts, base.networks + networks_of(hooks.networks), base.http)

    @property
    def _where(self) -> Settings:
        return Settings(self.workspace.path, self.workspace.engine.url.render_as_string(hide_password=False))

    def _note(self, action: str, details: Mapping[str, Any]) -> None:
        """Write down what a user did, or the service by itself."""
        user = str(details.get("user", ""))
        self.journal.append(
            Principal(user, user or "service", frozenset()),
            action=action,
            purpose="",
            object=str(details.get("job") or details.get("upload") or details.get("webhook") or ""),
            details={name: value for name, value in details.items() if name != "user"},
        )

    def close(self) -> None:
        """End what was started."""
        if "long_work" in self.__dict__:
            self.long_work.stop()
        if "explainer" in self.__dict__:
            self.explainer.close()
        if "counter" in self.__dict__:
            self.counter.close()

    @cached_property
    def views(self) -> Views:
        """Runs as they are shown, kept for the requests to come."""
        return Views(self.workspace.runs)


def _door(workspace: Workspace, settings: ServiceSettings) -> Door:
    """Keys of the workspace, and tokens where an issuer is known."""
    trusted = [Issuer(one.issuer, one.audience, one.jwks_uri) for one in settings.oidc]
    return Door(ApiKeys(workspace), OidcVerifier(workspace, trusted) if trusted else None)
