"""Webhooks: who is told what, under a secret that is shown once and stored sealed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ringfinder.errors import InputError
from ringfinder.jobs.addresses import Resolver, Rules, resolve
from ringfinder.jobs.names import WEBHOOK, new_name
from ringfinder.jobs.outbox import Delivered, Event
from ringfinder.jobs.refusals import UnknownNameError
from ringfinder.jobs.seal import Sealer
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import deliveries, webhooks

Journal = Callable[[str, Mapping[str, Any]], None]
"""Writes into the site's journal: an action, and counts and names about it."""

_MOST = 50


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver, and how its deliveries stand."""

    webhook_id: str
    url: str
    events: tuple[str, ...]
    user_id: str
    created_at: datetime
    revoked_at: datetime | None
    waiting: int = 0
    given_up: int = 0


def no_journal(action: str, details: Mapping[str, Any]) -> None:
    """For where nobody listens."""


class Webhooks:
    """The webhooks of a site.

    Parameters
    ----------
    journal
        Told of every webhook that comes or goes.
    """

    def __init__(
        self,
        engine: Engine,
        sealer: Sealer,
        rules: Rules,
        journal: Journal = no_journal,
        resolver: Resolver = resolve,
    ) -> None:
        self._engine = engine
        self._sealer = sealer
        self._journal = journal
        self._resolver = resolver
        self.rules = rules

    def register(self, user_id: str, url: str, events: Iterable[str], *, webhook_id: str = "") -> tuple[Webhook, str]:
        """Tell a receiver from now on; return the webhook and its secret, which nothing shows again.

        Parameters
        ----------
        webhook_id
            Its name where a repeated request must not make a second one; its secret is a new one then, for
            nobody saw the first.

        Raises
        ------
        AddressRefusedError
            If the address is not allowed, or leads inside.
        InputError
            If an event is unknown or there is none, or there are too many webhooks.
        """
        wanted = sorted(set(events))
        if not wanted or not set(wanted) <= set(Event):
            raise InputError("there is no such event", remedy=f"one or more of {', '.join(Event)}")
        self.rules.reachable(self.rules.place(url), self._resolver)
        name, secret = webhook_id or new_name(WEBHOOK), secrets.token_urlsafe(32)
        row = {"url": url, "events": json.dumps(wanted), "secret": self._sealer.seal(secret, name), "user_id": user_id}
        with self._engine.connect() as connection:
            active = select(func.count()).select_from(webhooks).where(webhooks.c.revoked_at.is_(None))
            if int(connection.execute(active).scalar_one()) >= _MOST:
                raise InputError(f"there are {_MOST} webhooks already", remedy="revoke one first")
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(webhooks).values(webhook_id=name, created_at=datetime.now(UTC), **row))
        except IntegrityError:
            again = update(webhooks).where(webhooks.c.webhook_id == name, webhooks.c.user_id == user_id)
            with self._engine.begin() as connection:
                if not connection.execute(again.values(row)).rowcount:
                    raise
        self._journal("webhook register", {"user": user_id, "webhook": name, "events": ",".join(wanted)})
        return self.get(name), secret

    def get(self, webhook_id: str) -> Webhook:
        """One webhook.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        found = [one for one in self.listed(revoked=True) if one.webhook_id == webhook_id]
        if not found:
            raise UnknownNameError("there is no such webhook", remedy="list them")
        return found[0]

    def listed(self, *, revoked: bool = False) -> list[Webhook]:
        """Webhooks, the oldest first; with `revoked`, those too that are told nothing any more."""
        query = select(webhooks).order_by(webhooks.c.created_at, webhooks.c.webhook_id)
        if not revoked:
            query = query.where(webhooks.c.revoked_at.is_(None))
        counted = select(deliveries.c.webhook_id, deliveries.c.state, func.count().label("n")).group_by(
            deliveries.c.webhook_id, deliveries.c.state
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            counts = {(one.webhook_id, one.state): int(one.n) for one in connection.execute(counted)}
        return [_webhook(row, counts) for row in rows]

    def revoke(self, user_id: str, webhook_id: str) -> None:
        """Tell a receiver nothing any more, as a user asks; what waits for it is given up.

        Raises
        ------
        UnknownNameError
            If there is no such webhook in force.
        """
        now = datetime.now(UTC)
        in_force = update(webhooks).where(webhooks.c.webhook_id == webhook_id, webhooks.c.revoked_at.is_(None))
        waits = (deliveries.c.webhook_id == webhook_id, deliveries.c.state == Delivered.WAITING)
        with self._engine.begin() as connection:
            if not connection.execute(in_force.values(revoked_at=now)).rowcount:
                raise UnknownNameError("there is no such webhook", remedy="list them")
            given_up = {"state": Delivered.GIVEN_UP, "last_error": "revoked", "finished_at": now}
            connection.execute(update(deliveries).where(*waits).values(given_up))
        self._journal("webhook revoke", {"user": user_id, "webhook": webhook_id})

    def secret(self, webhook_id: str, sealed: str) -> str:
        """The secret of a webhook, for signing."""
        return self._sealer.open(sealed, webhook_id)


def _webhook(row: Row[Any], counts: Mapping[tuple[str, str], int]) -> Webhook:
    return Webhook(
        row.webhook_id,
        row.url,
        tuple(json.loads(row.events)),
        row.user_id,
        as_utc(row.created_at),
        as_utc(row.revoked_at) if row.revoked_at else None,
        counts.get((row.webhook_id, Delivered.WAITING), 0),
        counts.get((row.webhook_id, Delivered.GIVEN_UP), 0),
    )
