"""Jobs, uploads, webhooks and keys of repeated requests as the service holds them, from its start to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from ringfinder.identity import Principal
from ringfinder.jobs.addresses import Rules
from ringfinder.jobs.deliveries import Deliverer
from ringfinder.jobs.idempotency import Idempotency
from ringfinder.jobs.queue import Jobs
from ringfinder.jobs.seal import Sealer
from ringfinder.jobs.supervisor import Supervisor
from ringfinder.jobs.uploads import UploadLimits, Uploads
from ringfinder.jobs.webhooks import Journal, Webhooks, no_journal
from ringfinder.keychain import SEAL, read_secret
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder.store.database import open_database


@dataclass(frozen=True)
class LongWork:
    """What the routes of jobs, uploads and webhooks need."""

    workspace: Path
    engine: Engine
    jobs: Jobs
    uploads: Uploads
    webhooks: Webhooks
    idempotency: Idempotency
    supervisor: Supervisor
    deliverer: Deliverer
    journal: Journal

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        rules: Rules | None = None,
        limits: UploadLimits | None = None,
        journal: Journal = no_journal,
        children: int = 1,
    ) -> LongWork:
        """Everything over one workspace; nothing works yet.

        Raises
        ------
        RingfinderError
            If the workspace, the database or the sealing key cannot be used.
        """
        with Workspace.open(settings) as workspace:
            path = workspace.path
        engine = open_database(path, settings.database_url)
        sealer = Sealer(read_secret(SEAL, path))
        hooks = Webhooks(engine, sealer, rules or Rules.from_environment(), journal)
        return cls(
            workspace=path,
            engine=engine,
            jobs=Jobs(engine),
            uploads=Uploads(engine, path, limits),
            webhooks=hooks,
            idempotency=Idempotency(engine, sealer),
            supervisor=Supervisor(settings, children=children),
            deliverer=Deliverer(engine, hooks, journal),
            journal=journal,
        )

    def start(self) -> None:
        """Begin to do jobs and to deliver."""
        self.supervisor.start()
        self.deliverer.start()

    def stop(self) -> None:
        """Stop; children go on."""
        self.deliverer.stop()
        self.supervisor.stop()
        self.engine.dispose()

    def note(self, principal: Principal, action: str, details: Mapping[str, Any]) -> None:
        """Write into the journal what a user did."""
        self.journal(action, {"user": principal.user_id, **details})
